/** @file An import of a model while it goes on: how far it is, and its end. One at a time; goes on while other pages show. Renderer only. */
import type * as z from 'zod';
import type { Problem } from '../../../preload/contract/common.ts';
import type { importEventSchema } from '../../../preload/contract/models.ts';
import type { PrecisionChoice } from '../../../schemas/choices.ts';
import type { Client } from '../connection.ts';
import { isAbort, problemOf } from '../problems.ts';

export interface ImportProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

/** What the automatic choice of a precision has come to. */
export type ChosenPrecision = Extract<z.output<typeof importEventSchema>, { type: 'precision' }>;

export interface ImportRequest {
  /** A folder, a packed model, or the id of a model in fp32. */
  readonly source: string;
  /** Empty: made from the source's. */
  readonly id: string;
  readonly precision: PrecisionChoice;
  /** Whether it takes the place of a model of its name. */
  readonly replace: boolean;
}

export type ImportEnd =
  | { readonly type: 'imported'; readonly modelId: string }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly problem: Problem };

export class ModelImportState {
  readonly #models: Client['models'];
  #source = $state<string | null>(null);
  #progress = $state.raw<ImportProgress | null>(null);
  #chosen = $state.raw<ChosenPrecision | null>(null);
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
  /** Known once an import with the automatic precision has begun. */
  get chosen(): ChosenPrecision | null {
    return this.#chosen;
  }
  /** Of the latest import. */
  get end(): ImportEnd | null {
    return this.#end;
  }

  async run(request: ImportRequest): Promise<ImportEnd> {
    const stop = new AbortController();
    this.#stop = stop;
    this.#source = request.source;
    this.#progress = null;
    this.#chosen = null;
    this.#end = null;
    const end = await this.#follow(request, stop.signal);
    this.#source = null;
    this.#progress = null;
    this.#end = end;
    return end;
  }

  stop(): void {
    this.#stop?.abort();
  }

  async #follow({ source, id, precision, replace }: ImportRequest, signal: AbortSignal): Promise<ImportEnd> {
    try {
      const events = await this.#models.import(
        { source, precision, replace, ...(id === '' ? {} : { id }) },
        { signal },
      );
      for await (const event of events) {
        if (event.type === 'imported') return { type: 'imported', modelId: event.model.id };
        if (event.type === 'precision') this.#chosen = event;
        else this.#progress = event;
      }
      return { type: 'stopped' };
    } catch (error) {
      if (signal.aborted || isAbort(error)) return { type: 'stopped' };
      return { type: 'failed', problem: problemOf(error) };
    }
  }
}
