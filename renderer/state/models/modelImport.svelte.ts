/** @file An import of a model while it goes on: how far it is, and its end. One at a time; goes on while other pages show. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { Client } from '../connection.ts';
import { isAbort, problemOf } from '../problemOf.ts';

export interface ImportProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

export type ImportEnd =
  | { readonly type: 'imported'; readonly modelId: string }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly problem: Problem };

export class ModelImportState {
  readonly #models: Client['models'];
  #source = $state<string | null>(null);
  #progress = $state.raw<ImportProgress | null>(null);
  #end = $state.raw<ImportEnd | null>(null);
  #stop: AbortController | undefined;

  constructor(models: Client['models']) {
    this.#models = models;
  }

  /** The folder that is imported; null while none is. */
  get source(): string | null {
    return this.#source;
  }
  get progress(): ImportProgress | null {
    return this.#progress;
  }
  /** Of the latest import. */
  get end(): ImportEnd | null {
    return this.#end;
  }

  async run(source: string, id: string): Promise<ImportEnd> {
    const stop = new AbortController();
    this.#stop = stop;
    this.#source = source;
    this.#progress = null;
    this.#end = null;
    const end = await this.#follow(source, id, stop.signal);
    this.#source = null;
    this.#progress = null;
    this.#end = end;
    return end;
  }

  stop(): void {
    this.#stop?.abort();
  }

  async #follow(source: string, id: string, signal: AbortSignal): Promise<ImportEnd> {
    try {
      const events = await this.#models.import({ source, ...(id === '' ? {} : { id }) }, { signal });
      for await (const event of events) {
        if (event.type === 'imported') return { type: 'imported', modelId: event.model.id };
        this.#progress = event;
      }
      return { type: 'stopped' };
    } catch (error) {
      if (signal.aborted || isAbort(error)) return { type: 'stopped' };
      return { type: 'failed', problem: problemOf(error) };
    }
  }
}
