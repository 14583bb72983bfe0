/** @file The zooms of photos that are compared: where one of them is looked at closely, so are the others, at the same part. Renderer only. */
import { ZoomState } from '../photo/zoom.svelte.ts';
import type { SeenPart } from '../photo/zoom.ts';

export class ZoomGroup {
  readonly #zooms = new Map<number, ZoomState>();
  #isLinked = $state(true);
  /** By all, while they are linked; undefined while they are fitted. */
  #seen: SeenPart | undefined;

  get isLinked(): boolean {
    return this.#isLinked;
  }

  /** Of a photo that is in the comparison. */
  get(photoId: number): ZoomState | undefined {
    return this.#zooms.get(photoId);
  }

  /** A photo comes into the comparison: what is seen of the others is seen of it. */
  join(photoId: number): ZoomState {
    const zoom = new ZoomState((seen) => this.#follow(seen));
    this.#zooms.set(photoId, zoom);
    if (this.#isLinked) zoom.follow(this.#seen);
    return zoom;
  }

  leave(photoId: number): void {
    this.#zooms.delete(photoId);
  }

  /** @param photoId the one that the others follow, once they are linked again */
  toggleLink(photoId: number | undefined): void {
    this.#isLinked = !this.#isLinked;
    const zoom = photoId === undefined ? undefined : this.#zooms.get(photoId);
    if (zoom !== undefined) this.#follow(zoom.seen);
  }

  #follow(seen: SeenPart | undefined): void {
    if (!this.#isLinked) return;
    this.#seen = seen;
    for (const zoom of this.#zooms.values()) zoom.follow(seen);
  }
}
