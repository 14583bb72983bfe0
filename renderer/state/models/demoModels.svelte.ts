/** @file Which models are the bundled demo models, whose words about real photos are nonsense. One for the page. Renderer only. */
import type { Model } from '../../../preload/contract/models.ts';
import type { AppState } from '../app.svelte.ts';

export class DemoModels {
  readonly #app: AppState;
  #ids = $state.raw<ReadonlySet<string>>(new Set());
  /** Nothing else is installed that writes. */
  #isAlone = $state(false);

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Whether the words of this model need a warning here: in the demo library they are right. */
  needsWarning(modelId: string | null): boolean {
    return modelId !== null && this.#ids.has(modelId) && this.#app.overview?.isDemo === false;
  }

  /** Whether what is captioned or answered by default is. */
  get isDefault(): boolean {
    const { captionModelId } = this.#app.settings.all;
    return captionModelId === null
      ? this.#isAlone && this.#app.overview?.isDemo === false
      : this.needsWarning(captionModelId);
  }

  /** Reads them now and whenever models change, until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.#load();
    return this.#app.listen((event) => {
      if (event.type === 'models') void this.#load();
    });
  }

  async #load(): Promise<void> {
    // Without an answer there is no warning; the connection, when it is back, brings one.
    const models = await this.#app.client.models.list().catch((): Model[] => []);
    this.#ids = new Set(models.filter(({ demo }) => demo).map(({ id }) => id));
    const writers = models.filter(({ kind, problem }) => kind === 'generator' && problem === null);
    this.#isAlone = writers.length > 0 && writers.every(({ demo }) => demo);
  }
}
