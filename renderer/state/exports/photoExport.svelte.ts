/** @file An export while it goes on: how far it is, and its end. One at a time; goes on while the dialog is closed. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { ExportPlan, ExportResult } from '../../../preload/contract/exports.ts';
import type { Client } from '../connection.ts';
import { isAbort, problemOf } from '../problems.ts';

export type ExportEnd =
  | { readonly type: 'done'; readonly result: ExportResult; readonly to: ExportPlan['to'] }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly problem: Problem };

export class PhotoExportState {
  readonly #exports: Client['exports'];
  #progress = $state.raw<{ readonly done: number; readonly total: number | null } | null>(null);
  #end = $state.raw<ExportEnd | null>(null);
  #stop: AbortController | undefined;

  constructor(exports: Client['exports']) {
    this.#exports = exports;
  }

  /** Null while nothing is exported. */
  get progress(): { readonly done: number; readonly total: number | null } | null {
    return this.#progress;
  }
  /** Of the latest export. */
  get end(): ExportEnd | null {
    return this.#end;
  }

  async run(plan: ExportPlan): Promise<ExportEnd> {
    const stop = new AbortController();
    this.#stop = stop;
    this.#end = null;
    this.#progress = { done: 0, total: null };
    const end = await this.#follow(plan, stop.signal);
    this.#progress = null;
    this.#end = end;
    return end;
  }

  stop(): void {
    this.#stop?.abort();
  }

  forget(): void {
    this.#end = null;
  }

  async #follow(plan: ExportPlan, signal: AbortSignal): Promise<ExportEnd> {
    try {
      for await (const event of await this.#exports.run(plan, { signal })) {
        if (event.type === 'done') return { type: 'done', result: event.result, to: plan.to };
        this.#progress = event;
      }
      return { type: 'stopped' };
    } catch (error) {
      if (signal.aborted || isAbort(error)) return { type: 'stopped' };
      return { type: 'failed', problem: problemOf(error) };
    }
  }
}
