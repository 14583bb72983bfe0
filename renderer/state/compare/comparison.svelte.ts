/** @file The photos that are compared: those that the address names, which of them has the focus, and others in their place. Renderer only. */
import { comparedCount, type Route } from '../route.ts';

/** Where a person is, and what the search found. */
export interface ComparedFrom {
  readonly route: Route;
  readonly photos: { readonly ids: Uint32Array; indexOf(id: number): number };
  navigate(route: Route, change: Record<string, never>, options: { readonly replace: boolean }): void;
}

export class Comparison {
  readonly #app: ComparedFrom;
  #chosenId = $state<number>();

  readonly photoIds: readonly number[] = $derived.by(() => {
    const { route } = this.#app;
    return route.view === 'compare' ? route.photoIds : [];
  });

  /** What keys are about; undefined where nothing is compared. */
  readonly focusedId: number | undefined = $derived.by(() =>
    this.#chosenId !== undefined && this.photoIds.includes(this.#chosenId) ? this.#chosenId : this.photoIds[0],
  );

  constructor(app: ComparedFrom) {
    this.#app = app;
  }

  focus(photoId: number): void {
    this.#chosenId = photoId;
  }

  /** The photo beside the focused one; from the last one on to the first. @returns it */
  step(by: 1 | -1): number | undefined {
    const { length } = this.photoIds;
    const index = this.#focusedIndex;
    if (index < 0) return undefined;
    this.#chosenId = this.photoIds[(index + by + length) % length];
    return this.#chosenId;
  }

  get canRemove(): boolean {
    return this.photoIds.length > comparedCount.least;
  }

  /** Takes the focused photo out; the one after it has the focus then. */
  remove(): void {
    if (!this.canRemove) return;
    const index = this.#focusedIndex;
    const photoIds = this.photoIds.filter((_, at) => at !== index);
    this.#chosenId = photoIds[Math.min(index, photoIds.length - 1)];
    this.#show(photoIds);
  }

  /** What would come in the focused photo's place: the next of the list that is not compared already. */
  replacement(by: 1 | -1): number | undefined {
    const { photos } = this.#app;
    // `indexOf` does not follow the list by itself.
    const { ids } = photos;
    const at = this.focusedId === undefined ? -1 : photos.indexOf(this.focusedId);
    for (let index = at + by; index >= 0 && index < ids.length; index += by) {
      const id = ids[index];
      if (id !== undefined && !this.photoIds.includes(id)) return id;
    }
    return undefined;
  }

  replace(by: 1 | -1): void {
    const id = this.replacement(by);
    const index = this.#focusedIndex;
    if (id === undefined) return;
    const photoIds = this.photoIds.with(index, id);
    this.#chosenId = id;
    this.#show(photoIds);
  }

  get #focusedIndex(): number {
    return this.focusedId === undefined ? -1 : this.photoIds.indexOf(this.focusedId);
  }

  /** No step of its own on the way back. */
  #show(photoIds: readonly number[]): void {
    this.#app.navigate({ view: 'compare', photoIds }, {}, { replace: true });
  }
}
