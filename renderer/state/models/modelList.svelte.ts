/** @file The installed models, kept current: which write, which score. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { Model } from '../../../preload/contract/models.ts';
import type { AppState } from '../app.svelte.ts';
import { problemOf } from '../problems.ts';

function usable(models: readonly Model[], kind: Model['kind']): readonly Model[] {
  return models.filter((model) => model.kind === kind && model.problem === null);
}

export class ModelListState {
  readonly #app: AppState;
  #models = $state.raw<readonly Model[] | undefined>();
  #problem = $state.raw<Problem | undefined>();

  readonly writers: readonly Model[] = $derived(usable(this.#models ?? [], 'generator'));
  readonly scorers: readonly Model[] = $derived(usable(this.#models ?? [], 'matcher'));

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Undefined until the first answer. */
  get all(): readonly Model[] | undefined {
    return this.#models;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Reads them now and whenever they change, until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.load();
    return this.#app.listen((event) => {
      if (event.type === 'models') void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      this.#models = await this.#app.client.models.list();
      this.#problem = undefined;
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }
}
