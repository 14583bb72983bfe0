/** @file What the panel says of several selected photos: cards, and how many of which kind, of as many as can be read at once. Renderer only. */
import type { PhotoCard } from '../../../preload/contract/photos.ts';
import type { Client } from '../connection.ts';

/** As many cards as the library gives at once. */
export const mostRead = 500;
/** A stretch that is being drawn changes the selection with every photo. */
const restMs = 80;

export interface SeveralCounts {
  readonly captioned: number;
  readonly human: number;
  readonly doubtful: number;
  readonly stale: number;
  readonly failed: number;
}

export class SeveralState {
  readonly #client: Pick<Client['photos'], 'cards'>;
  #ids: readonly number[] = [];
  #cards = $state.raw<readonly PhotoCard[] | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly counts: SeveralCounts = $derived(countsOf(this.#cards ?? []));
  constructor(client: Pick<Client['photos'], 'cards'>) {
    this.#client = client;
  }

  /** Undefined until they were read. */
  get cards(): readonly PhotoCard[] | undefined {
    return this.#cards;
  }

  show(ids: readonly number[]): void {
    this.#ids = ids.slice(0, mostRead);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), this.#cards === undefined ? 0 : restMs);
  }

  photosChanged(ids: readonly number[]): void {
    const shown = new Set(this.#ids);
    if (ids.length === 0 || ids.some((id) => shown.has(id))) this.show(this.#ids);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const ids = this.#ids;
    const cards = await this.#client.cards({ ids: [...ids] }).catch(() => undefined);
    if (cards !== undefined && ids === this.#ids) this.#cards = cards;
  }
}

function countsOf(cards: readonly PhotoCard[]): SeveralCounts {
  const count = (has: (card: PhotoCard) => boolean): number => cards.filter(has).length;
  return {
    captioned: count(({ caption }) => caption !== null),
    human: count(({ caption }) => caption?.source === 'human'),
    doubtful: count(({ caption }) => caption?.doubtful === true),
    stale: count(({ caption }) => caption?.stale === true),
    failed: count(({ problem }) => problem !== null),
  };
}
