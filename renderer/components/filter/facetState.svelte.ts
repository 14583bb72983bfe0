/** @file The facets of the photos that are shown, and choosing among their values. Renderer only. */
import type { Facet, FacetName, FacetValue } from '../../../schemas/facet.ts';
import type { AppState } from '../../state/app.svelte.ts';

export class FacetState {
  readonly #app: AppState;
  #facets = $state.raw<readonly Facet[]>();
  #request: AbortController | undefined;
  /** One after the other: each begins with the query that the one before made. */
  #choosing: Promise<void> = Promise.resolve();

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Those that can narrow the photos down; undefined until they were counted. */
  get all(): readonly Facet[] | undefined {
    return this.#facets;
  }

  /** Counts anew, for the photos that are listed now. What was counted before stays until then. */
  async count(): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const { photos } = this.#app;
    try {
      const among = photos.isBeyondQuery ? { among: photos.allIds } : {};
      const facets = await this.#app.client.photos.facets(
        { query: photos.searchedFor, ...among },
        { signal: request.signal },
      );
      if (!request.signal.aborted) this.#facets = facets.filter(isOfUse);
    } catch {
      // The list says what is wrong with the query; a connection that went is asked again when it is back.
    }
  }

  /** One more value that photos may have, or one less. */
  toggle(facet: FacetName, value: FacetValue): void {
    this.#choosing = this.#choosing.then(async () => {
      const { client, photos } = this.#app;
      try {
        const { query } = await client.photos.toggleFacet({ query: photos.searchedFor, facet, value });
        this.#app.showList({ query }, { isTyping: true });
      } catch (error) {
        this.#app.report(error);
      }
    });
  }
}

/** Photos have a value of it, or the query asks for one. */
function isOfUse({ values }: Facet): boolean {
  return values.some(({ value, chosen }) => value !== null || chosen);
}
