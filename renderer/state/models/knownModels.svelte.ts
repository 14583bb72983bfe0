/** @file The published models as they would run on this machine, which is measured for it where it never was. */
import type { KnownModel } from '../../../preload/contract/modelDownloads.ts';
import type { AppState } from '../app.svelte.ts';

export class KnownModelsState {
  /** The recommended one first; undefined before they are there. */
  all = $state.raw<readonly KnownModel[]>();
  freeDiskBytes = $state.raw<number | null>(null);
  /** For up to ten seconds. */
  measuring = $state(false);
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  get recommended(): KnownModel | undefined {
    return this.all?.find(({ recommended }) => recommended);
  }

  /** In an effect: loads them whenever the page is connected, and when models are installed or removed. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.#load();
    return this.#app.listen((event) => {
      if (event.type === 'models') void this.#load();
    });
  }

  async #load(): Promise<void> {
    try {
      await this.#ask(false);
      this.measuring = this.recommended === undefined;
      if (this.measuring) await this.#ask(true);
    } catch (error) {
      this.#app.report(error);
    }
    this.measuring = false;
  }

  async #ask(measure: boolean): Promise<void> {
    const { models, freeDiskBytes } = await this.#app.client.modelDownloads.known({ measure });
    this.all = models;
    this.freeDiskBytes = freeDiskBytes;
  }
}

/** "blip2-opt-2.7b" of "Salesforce/blip2-opt-2.7b"; of a known model, or of its download. */
export function shortRepoName({ repo }: Pick<KnownModel, 'repo'>): string {
  return repo.slice(repo.indexOf('/') + 1);
}
