/** @file How many photos each saved search finds, while the sidebar shows them: counted again after changes, and seldom while they go on. Renderer only. */
import type { AppState } from './app.svelte.ts';
import { Refresher } from './refresher.ts';

/** A hundred searches of 100,000 photos take a thread of the library some seconds. */
const pace = { minPauseMs: 2000, timesDuration: 20 };

export class SavedCounts {
  readonly #app: AppState;
  #counts = $state.raw<ReadonlyMap<string, number | null>>(new Map());
  readonly #refresher = new Refresher(() => this.#count(), pace);

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Undefined while it is not known, and of a query with an error. */
  of(query: string): number | undefined {
    return this.#counts.get(query) ?? undefined;
  }

  /** Another search was saved. */
  now(): void {
    void this.#refresher.now();
  }

  /** Until the returned function is called. */
  follow(): () => void {
    const stop = this.#app.listen(({ type }) => {
      const isAboutLooks = type === 'indexing' && this.#queries().some((query) => query.includes('similar:'));
      if (type === 'photos' || type === 'folders' || type === 'ended' || isAboutLooks) this.#refresher.soon();
    });
    return () => {
      stop();
      this.#refresher.stop();
    };
  }

  #queries(): string[] {
    return [...new Set(this.#app.settings.all.savedSearches.map(({ query }) => query))];
  }

  async #count(): Promise<void> {
    const queries = this.#queries();
    if (queries.length === 0) return;
    try {
      const counts = await this.#app.client.photos.counts({ queries });
      this.#counts = new Map(queries.map((query, index) => [query, counts[index] ?? null]));
    } catch (error) {
      this.#app.report(error);
    }
  }
}
