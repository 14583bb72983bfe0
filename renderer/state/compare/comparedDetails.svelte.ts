/** @file Everything about the photos that are compared, fetched anew when they change. Renderer only. */
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import type { Client } from '../connection.ts';
import { PhotoDetailsState } from '../photo/details.svelte.ts';

export class ComparedDetails {
  readonly #client: Pick<Client['photos'], 'details'>;
  #states = $state.raw<ReadonlyMap<number, PhotoDetailsState>>(new Map());

  constructor(client: Pick<Client['photos'], 'details'>) {
    this.#client = client;
  }

  get(photoId: number): PhotoDetails | undefined {
    return this.#states.get(photoId)?.photo;
  }

  /** It cannot be read: it is no more in the library. */
  isGone(photoId: number): boolean {
    return this.#states.get(photoId)?.problem !== undefined;
  }

  show(photoIds: readonly number[]): void {
    const before = this.#states;
    this.#states = new Map(
      photoIds.map((id) => {
        const state = before.get(id) ?? new PhotoDetailsState(this.#client);
        if (!before.has(id)) void state.show(id);
        return [id, state];
      }),
    );
  }

  /** @param ids empty: too many to name */
  photosChanged(ids: readonly number[]): void {
    for (const state of this.#states.values()) void state.photosChanged(ids);
  }
}
