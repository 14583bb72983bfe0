/** @file Keeps stacks in step with the photos while the library is open. Main process and server. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Catalog } from '../catalog/catalog.ts';
import { updateStacks } from './updateStacks.ts';

/** While a folder is being read, its stacks are not made anew at every photo. */
const quietMs = 1000;
/** Those of a huge folder take long: they are made for a tenth of the time at most, so that others can read the catalog. */
const quietTimes = 9;

/** Works from `start` until it is disposed of. */
export class StackKeeper implements AsyncDisposable {
  readonly #catalog: Pick<Catalog, 'connection' | 'stacks' | 'reader'>;
  readonly #onFailure: (error: unknown) => void;
  readonly #closing = new AbortController();
  #soon: Promise<void> | undefined;
  #updating: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;
  #tookMs = 0;

  constructor(catalog: Pick<Catalog, 'connection' | 'stacks' | 'reader'>, onFailure: (error: unknown) => void) {
    this.#catalog = catalog;
    this.#onFailure = onFailure;
  }

  /** Something may have changed while the library was closed. */
  start(): void {
    this.#stopListening = this.#catalog.connection.onChange(({ photoIds }) => {
      if (photoIds.size > 0) this.#wake();
    });
    this.#wake();
  }

  /** Resolves when the stacks are what the photos make them. @throws as `updateStacks` */
  async update(): Promise<void> {
    // One at a time: two would write the same.
    while (this.#updating !== undefined) await this.#updating.catch(() => undefined);
    this.#updating = updateStacks(this.#catalog, this.#closing.signal).finally(() => {
      this.#updating = undefined;
    });
    await this.#updating;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening?.();
    this.#closing.abort();
    await this.#soon;
    await this.#updating?.catch(() => undefined);
  }

  #wake(): void {
    if (this.#soon !== undefined || this.#closing.signal.aborted || !this.#catalog.stacks.isDue()) return;
    this.#soon = this.#updateSoon().then((isDone) => {
      this.#soon = undefined;
      // What failed is tried again with the next change.
      if (isDone) this.#wake();
    });
  }

  async #updateSoon(): Promise<boolean> {
    const { signal } = this.#closing;
    try {
      await wait(Math.max(quietMs, this.#tookMs * quietTimes), undefined, { signal });
      const startMs = performance.now();
      await this.update();
      this.#tookMs = performance.now() - startMs;
      return true;
    } catch (error) {
      if (!signal.aborted) this.#onFailure(error);
      return false;
    }
  }
}
