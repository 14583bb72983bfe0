/** @file A run and its answers, read page by page and anew while they come. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { AnswerTable, Run } from '../../../preload/contract/runs.ts';
import type { AppState } from '../app.svelte.ts';
import { problemOf } from '../problems.ts';

const rowsAtOnce = 5000;
/** A long table is read again less often. */
const shortestReloadMs = 800;
const reloadTimesDuration = 10;

export class AnswersState {
  readonly #app: AppState;
  readonly #runId: number;
  #run = $state.raw<Run | undefined>();
  #table = $state.raw<AnswerTable | undefined>();
  #problem = $state.raw<Problem | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastDurationMs = 0;
  #isLoading = false;
  #isOutdated = false;

  constructor(app: AppState, runId: number) {
    this.#app = app;
    this.#runId = runId;
  }

  /** Undefined until the first answer of the library. */
  get run(): Run | undefined {
    return this.#run;
  }
  /** Of a run of questions. */
  get table(): AnswerTable | undefined {
    return this.#table;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.load();
    const stop = this.#app.listen((event) => {
      if (event.type !== 'runs' && event.type !== 'photos') return;
      const inMs = Math.max(shortestReloadMs, this.#lastDurationMs * reloadTimesDuration);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.load();
      }, inMs);
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  async load(): Promise<void> {
    if (this.#isLoading) {
      this.#isOutdated = true;
      return;
    }
    this.#isLoading = true;
    const startMs = performance.now();
    try {
      const run = await this.#app.client.runs.get({ runId: this.#runId });
      this.#run = run;
      if (run.kind === 'ask') this.#table = await this.#readTable();
      this.#problem = undefined;
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.#isLoading = false;
    this.#lastDurationMs = performance.now() - startMs;
    if (this.#isOutdated) {
      this.#isOutdated = false;
      void this.load();
    }
  }

  async #readTable(): Promise<AnswerTable> {
    const request = { runId: this.#runId, limit: rowsAtOnce };
    const first = await this.#app.client.runs.answers({ ...request, offset: 0 });
    const rows = [...first.rows];
    while (rows.length < first.total) {
      const next = await this.#app.client.runs.answers({ ...request, offset: rows.length });
      if (next.rows.length === 0) break;
      rows.push(...next.rows);
    }
    return { ...first, rows };
  }
}
