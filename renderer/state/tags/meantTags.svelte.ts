/** @file Which tags of the vocabulary a model means by what it said: asked once for each text. Renderer only. */
import type { AppState } from '../app.svelte.ts';

/** Of one question to the library. */
const maxTexts = 10_000;
const maxLength = 1000;

export class MeantTagsState {
  readonly #app: Pick<AppState, 'client' | 'report'>;
  readonly #asked = new Set<string>();
  #meant = $state.raw<ReadonlyMap<string, string>>(new Map());

  constructor(app: Pick<AppState, 'client' | 'report'>) {
    this.#app = app;
  }

  /** By text; without those that mean no tag of the vocabulary, or are not answered yet. */
  get meant(): ReadonlyMap<string, string> {
    return this.#meant;
  }

  /** Asks for those that were not asked for before. */
  async ask(texts: readonly string[]): Promise<void> {
    const fresh = texts.filter((text) => text.length <= maxLength && !this.#asked.has(text));
    for (const text of fresh) this.#asked.add(text);
    try {
      for (let start = 0; start < fresh.length; start += maxTexts) {
        const said = fresh.slice(start, start + maxTexts);
        const paths = await this.#app.client.tags.meant({ said });
        const found = said.flatMap((text, place) => (paths[place] == null ? [] : [[text, paths[place]] as const]));
        if (found.length > 0) this.#meant = new Map([...this.#meant, ...found]);
      }
    } catch (error) {
      for (const text of fresh) this.#asked.delete(text);
      this.#app.report(error);
    }
  }
}
