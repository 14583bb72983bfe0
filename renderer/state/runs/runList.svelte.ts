/** @file The runs, newest first, as far back as was asked for, kept current. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { Run } from '../../../preload/contract/runs.ts';
import type { AppState } from '../app.svelte.ts';
import { problemOf } from '../problems.ts';
import { Refresher } from '../refresher.ts';

const pageSize = 100;

export class RunListState {
  readonly #app: AppState;
  #runs = $state.raw<readonly Run[] | undefined>();
  #problem = $state.raw<Problem | undefined>();
  #hasMore = $state(false);
  #withEdits = $state(false);
  #pages = 1;
  readonly #refresher = new Refresher(() => this.#read());

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Undefined until the first answer. */
  get all(): readonly Run[] | undefined {
    return this.#runs;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }
  get hasMore(): boolean {
    return this.#hasMore;
  }
  get withEdits(): boolean {
    return this.#withEdits;
  }

  /** Until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.load();
    const stop = this.#app.listen((event) => {
      if (event.type !== 'runs') return;
      this.#refresher.soon();
    });
    return () => {
      stop();
      this.#refresher.stop();
    };
  }

  showEdits(withEdits: boolean): void {
    this.#withEdits = withEdits;
    this.#pages = 1;
    void this.load();
  }

  more(): void {
    this.#pages += 1;
    void this.load();
  }

  async load(): Promise<void> {
    await this.#refresher.now();
  }

  async #read(): Promise<void> {
    const runs: Run[] = [];
    const withEdits = this.#withEdits;
    try {
      let isLast = false;
      for (let page = 0; page < this.#pages && !isLast; page += 1) {
        const beforeId = runs.at(-1)?.id;
        const older = await this.#app.client.runs.list({
          ...(beforeId === undefined ? {} : { beforeId }),
          limit: pageSize,
          withEdits,
        });
        runs.push(...older);
        isLast = older.length < pageSize;
      }
      if (withEdits !== this.#withEdits) return;
      this.#runs = runs;
      this.#hasMore = !isLast;
      this.#problem = undefined;
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }
}
