/** @file What the panel says of several selected photos: how many of which kind and which tags, of all of them. Renderer only. */
import type { Selection } from '../../../preload/contract/common.ts';
import type { PhotoSummary } from '../../../preload/contract/photos.ts';
import type { Client } from '../connection.ts';

/** A stretch that is being drawn changes the selection with every photo. */
const restMs = 80;

export class SeveralState {
  readonly #client: Pick<Client['photos'], 'summary'>;
  #ids: ReadonlySet<number> = new Set();
  #selection: Selection = { photoIds: [] };
  #summary = $state.raw<PhotoSummary | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | undefined;

  constructor(client: Pick<Client['photos'], 'summary'>) {
    this.#client = client;
  }

  /** Undefined until it was read. */
  get summary(): PhotoSummary | undefined {
    return this.#summary;
  }

  show(ids: ReadonlySet<number>, selection: Selection): void {
    this.#ids = ids;
    this.#selection = selection;
    this.#readSoon();
  }

  /** @param ids empty: too many to name */
  photosChanged(ids: readonly number[]): void {
    if (ids.length === 0 || ids.some((id) => this.#ids.has(id))) this.#readSoon();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  #readSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), this.#summary === undefined ? 0 : restMs);
  }

  async #read(): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    try {
      const summary = await this.#client.summary({ selection: this.#selection }, { signal: request.signal });
      if (!request.signal.aborted) this.#summary = summary;
    } catch {
      // What is shown stays; the connection, when it is back, brings news.
    }
  }
}
