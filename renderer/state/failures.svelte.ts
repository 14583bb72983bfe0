/** @file What the queue could not do and nobody has tried again yet, kept current. Renderer only. */
import type { AppState } from './app.svelte.ts';
import type { Client } from './connection.ts';

export type Failure = Awaited<ReturnType<Client['library']['failures']>>[number];

/** As many as are asked for at once. */
export const maxFailuresRead = 1000;
const reloadMs = 700;

export class FailureList {
  readonly #app: AppState;
  #all = $state.raw<readonly Failure[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(app: AppState) {
    this.#app = app;
  }

  get all(): readonly Failure[] {
    return this.#all;
  }

  /** Reads them now and after whatever the queue does, until the returned function is called: for an effect. */
  follow(runId: number | undefined): () => void {
    if (this.#app.connection === 'open') void this.#load(runId);
    const stop = this.#app.listen((event) => {
      if (event.type === 'queue' || event.type === 'runs')
        this.#timer ??= setTimeout(() => void this.#load(runId), reloadMs);
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  async #load(runId: number | undefined): Promise<void> {
    this.#timer = undefined;
    const input = { ...(runId === undefined ? {} : { runId }), limit: maxFailuresRead };
    // What is shown stays; the connection, when it is back, brings news.
    this.#all = await this.#app.client.library.failures(input).catch(() => this.#all);
  }
}
