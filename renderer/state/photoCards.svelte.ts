/** @file What is known of the photos that are on the screen or were lately: fetched in windows, kept while there is room, fetched anew when it changes. Renderer only. */
import { createSubscriber } from 'svelte/reactivity';
import type { PhotoCard } from '../../preload/contract/photos.ts';
import type { Client } from './connection.ts';

/** Those that were looked at longest ago are forgotten first. */
const maxCards = 3000;
const batchSize = 120;
const maxRequests = 2;

interface Watched {
  readonly track: () => void;
  update: (() => void) | undefined;
}

/** Of a grid: a subscription for each of its photos takes longer than what is drawn of them. */
interface WatchedTogether {
  readonly ids: ReadonlySet<number>;
  readonly update: () => void;
}

export class PhotoCards {
  readonly #client: Client;
  #cards = new Map<number, PhotoCard>();
  #watched = new Map<number, Watched>();
  #together = new Set<WatchedTogether>();
  /** The latest wish goes first; what was wished for before and is not any more is not fetched. */
  #wanted: readonly number[] = [];
  #inFlight = new Set<number>();
  #requests = 0;
  /** Changed while they were on their way. */
  #outdated = new Set<number>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Whoever reads it in an effect or in markup is told when it changes. */
  get(id: number): PhotoCard | undefined {
    this.#watch(id).track();
    return this.#cards.get(id);
  }

  /** What is known of them, as one thing: whoever reads it is told, once, when any of them changes. */
  several(ids: readonly number[]): ReadonlyMap<number, PhotoCard> {
    createSubscriber((update) => {
      const watched = { ids: new Set(ids), update };
      this.#together.add(watched);
      return () => this.#together.delete(watched);
    })();
    return new Map(
      ids.flatMap((id) => {
        const card = this.#cards.get(id);
        return card === undefined ? [] : [[id, card]];
      }),
    );
  }

  /** These are needed, the most urgent first. */
  want(ids: readonly number[]): void {
    this.#wanted = ids.filter((id) => {
      const card = this.#cards.get(id);
      if (card === undefined) return !this.#inFlight.has(id);
      // Moves it to the end: it was looked at last.
      this.#cards.delete(id);
      this.#cards.set(id, card);
      return false;
    });
    this.#fetch();
  }

  /** They changed, or, without ids, any may have. What is shown is fetched anew and meanwhile stays. */
  changed(ids: readonly number[]): void {
    const all = ids.length === 0;
    const shown = new Set([...this.#watched.keys(), ...[...this.#together].flatMap((watched) => [...watched.ids])]);
    if (all) {
      for (const id of this.#cards.keys()) if (!shown.has(id)) this.#cards.delete(id);
      for (const id of this.#inFlight) this.#outdated.add(id);
      this.#wanted = [...new Set([...this.#wanted, ...shown])];
    } else {
      for (const id of ids) {
        if (this.#inFlight.has(id)) this.#outdated.add(id);
        if (!shown.has(id)) this.#cards.delete(id);
      }
      this.#wanted = [...new Set([...this.#wanted, ...ids.filter((id) => shown.has(id))])];
    }
    this.#fetch();
  }

  #watch(id: number): Watched {
    const known = this.#watched.get(id);
    if (known !== undefined) return known;
    const watched: Watched = {
      track: createSubscriber((update) => {
        watched.update = update;
        this.#watched.set(id, watched);
        return () => {
          this.#watched.delete(id);
        };
      }),
      update: undefined,
    };
    return watched;
  }

  #fetch(): void {
    while (this.#requests < maxRequests && this.#wanted.length > 0) {
      const batch = this.#wanted.slice(0, batchSize);
      this.#wanted = this.#wanted.slice(batchSize);
      for (const id of batch) this.#inFlight.add(id);
      this.#requests += 1;
      void this.#request(batch);
    }
  }

  async #request(batch: readonly number[]): Promise<void> {
    try {
      for (const card of await this.#client.photos.cards({ ids: [...batch] })) this.#put(card);
      for (const { ids, update } of this.#together) if (batch.some((id) => ids.has(id))) update();
    } catch {
      // The connection went, or the library is busy closing: asked again when the page comes back to life.
    }
    this.#requests -= 1;
    for (const id of batch) this.#inFlight.delete(id);
    const again = batch.filter((id) => this.#outdated.delete(id));
    this.#wanted = [...again, ...this.#wanted];
    this.#fetch();
  }

  #put(card: PhotoCard): void {
    this.#cards.delete(card.id);
    this.#cards.set(card.id, card);
    this.#watched.get(card.id)?.update?.();
    for (const id of this.#cards.keys()) {
      if (this.#cards.size <= maxCards) break;
      if (!this.#isWatched(id)) this.#cards.delete(id);
    }
  }

  #isWatched(id: number): boolean {
    return this.#watched.has(id) || [...this.#together].some(({ ids }) => ids.has(id));
  }
}
