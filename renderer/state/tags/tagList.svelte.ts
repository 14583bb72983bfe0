/** @file All tags, kept current. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { Tag } from '../../../preload/contract/runs.ts';
import type { AppState } from '../app.svelte.ts';
import { problemOf } from '../problems.ts';
import { Refresher } from '../refresher.ts';
import { shownTags } from './tagRows.ts';

export class TagListState {
  readonly #app: AppState;
  #tags = $state.raw<readonly Tag[] | undefined>();
  #problem = $state.raw<Problem | undefined>();
  readonly #refresher = new Refresher(() => this.#read());

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Those on photos or in the vocabulary. Undefined until the first answer. */
  get all(): readonly Tag[] | undefined {
    return this.#tags;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.load();
    const stop = this.#app.listen((event) => {
      if (event.type !== 'photos' && event.type !== 'runs') return;
      this.#refresher.soon();
    });
    return () => {
      stop();
      this.#refresher.stop();
    };
  }

  async load(): Promise<void> {
    await this.#refresher.now();
  }

  async #read(): Promise<void> {
    try {
      this.#tags = shownTags(await this.#app.client.tags.list());
      this.#problem = undefined;
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }
}
