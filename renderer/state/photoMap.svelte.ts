/** @file Where the photos of the list were taken, kept current: how many there are, and the clusters of what the map shows. Renderer only. */
import type { Problem } from '../../preload/contract/common.ts';
import type { LocatedPhotos, PhotoCluster } from '../../preload/contract/photos.ts';
import type { GeoArea } from '../../schemas/geoArea.ts';
import type { AppState } from './app.svelte.ts';
import { isAbort, problemOf } from './problems.ts';
import { Refresher } from './refresher.ts';

interface MapView {
  readonly area: GeoArea;
  readonly zoom: number;
}

export class PhotoMapState {
  readonly #app: AppState;
  #located = $state.raw<LocatedPhotos | undefined>();
  #clusters = $state.raw<readonly PhotoCluster[]>([]);
  #problem = $state.raw<Problem | undefined>();
  #view: MapView | undefined;
  #asking = new AbortController();
  readonly #refresher = new Refresher(() => this.#read());

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Of all that the list finds. Undefined until the first answer. */
  get located(): LocatedPhotos | undefined {
    return this.#located;
  }
  /** In what the map shows, the largest first. */
  get clusters(): readonly PhotoCluster[] {
    return this.#clusters;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.#refresher.now();
    const stop = this.#app.listen((event) => {
      if (event.type === 'photos' || event.type === 'folders') this.#refresher.soon();
    });
    return () => {
      stop();
      this.#refresher.stop();
      this.#asking.abort();
    };
  }

  /** The map shows something else. */
  async look(view: MapView): Promise<void> {
    this.#view = view;
    await this.#readClusters();
  }

  async #read(): Promise<void> {
    try {
      this.#located = await this.#app.client.photos.located({ query: this.#app.photos.shown.query });
      this.#problem = undefined;
    } catch (error) {
      this.#problem = problemOf(error);
    }
    await this.#readClusters();
  }

  async #readClusters(): Promise<void> {
    if (this.#view === undefined) return;
    // Only the last view counts.
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    try {
      const request = { query: this.#app.photos.shown.query, ...this.#view };
      this.#clusters = await this.#app.client.photos.clusters(request, { signal });
      this.#problem = undefined;
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) this.#problem = problemOf(error);
    }
  }
}
