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

export class PhotoCards {
  readonly #client: Client;
  #cards = new Map<number, PhotoCard>();
  #watched = new Map<number, Watched>();
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
    const shown = [...this.#watched.keys()];
    if (all) {
      const shownIds = new Set(shown);
      for (const id of this.#cards.keys()) if (!shownIds.has(id)) this.#cards.delete(id);
      for (const id of this.#inFlight) this.#outdated.add(id);
      this.#wanted = [...new Set([...this.#wanted, ...shown])];
    } else {
      for (const id of ids) {
        if (this.#inFlight.has(id)) this.#outdated.add(id);
        if (!this.#watched.has(id)) this.#cards.delete(id);
      }
      this.#wanted = [...new Set([...this.#wanted, ...ids.filter((id) => this.#watched.has(id))])];
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
      if (!this.#watched.has(id)) this.#cards.delete(id);
    }
  }
}
