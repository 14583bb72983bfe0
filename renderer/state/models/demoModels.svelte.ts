/** @file Which models are the bundled demo models, whose words about real photos are nonsense. One for the page. Renderer only. */
import type { LibraryEvent, Overview } from '../../../preload/contract/library.ts';
import type { Model } from '../../../preload/contract/models.ts';
import type { Client, ConnectionState } from '../connection.ts';
import type { SettingsState } from '../settings.svelte.ts';

/** What the warnings need of the page. */
export interface DemoModelsPage {
  readonly client: { readonly models: Pick<Client['models'], 'list'> };
  readonly connection: ConnectionState;
  readonly overview: Overview | null;
  readonly settings: Pick<SettingsState, 'all'>;
  listen(listener: (event: LibraryEvent) => void): () => void;
}

export class DemoModels {
  readonly #page: DemoModelsPage;
  #ids = $state.raw<ReadonlySet<string>>(new Set());
  /** Nothing else is installed that writes. */
  #isAlone = $state(false);

  constructor(page: DemoModelsPage) {
    this.#page = page;
  }

  /** Whether the words of this model need a warning here: in the demo library they are right. */
  needsWarning(modelId: string | null): boolean {
    return modelId !== null && this.#ids.has(modelId) && this.#page.overview?.isDemo === false;
  }

  /** Whether what is captioned or answered by default is. */
  get isDefault(): boolean {
    const { captionModelId } = this.#page.settings.all;
    return captionModelId === null
      ? this.#isAlone && this.#page.overview?.isDemo === false
      : this.needsWarning(captionModelId);
  }

  /** Reads them now and whenever models change, until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#page.connection === 'open') void this.#load();
    return this.#page.listen((event) => {
      if (event.type === 'models') void this.#load();
    });
  }

  async #load(): Promise<void> {
    // Without an answer there is no warning; the connection, when it is back, brings one.
    const models = await this.#page.client.models.list().catch((): Model[] => []);
    this.#ids = new Set(models.filter(({ demo }) => demo).map(({ id }) => id));
    const writers = models.filter(({ kind, problem }) => kind === 'generator' && problem === null);
    this.#isAlone = writers.length > 0 && writers.every(({ demo }) => demo);
  }
}
