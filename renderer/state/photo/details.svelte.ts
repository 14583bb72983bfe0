/** @file Everything about the photo that the panel shows, fetched anew when it changes. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import type { Client } from '../connection.ts';
import { isAbort, problemOf } from '../problems.ts';

export class PhotoDetailsState {
  readonly #client: Pick<Client['photos'], 'details'>;
  #photoId = $state<number | undefined>(undefined);
  #photo = $state.raw<PhotoDetails | undefined>(undefined);
  #problem = $state.raw<Problem | undefined>(undefined);
  #request: AbortController | undefined;

  constructor(client: Pick<Client['photos'], 'details'>) {
    this.#client = client;
  }

  /** Undefined until it was read; never of another photo. */
  get photo(): PhotoDetails | undefined {
    return this.#photo;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  async show(photoId: number | undefined): Promise<void> {
    if (photoId !== this.#photoId) {
      this.#photo = undefined;
      this.#problem = undefined;
    }
    this.#photoId = photoId;
    this.#request?.abort();
    if (photoId === undefined) return;
    const request = new AbortController();
    this.#request = request;
    try {
      const photo = await this.#client.details({ id: photoId }, { signal: request.signal });
      if (request.signal.aborted) return;
      this.#photo = photo;
      this.#problem = undefined;
    } catch (error) {
      if (!request.signal.aborted && !isAbort(error)) this.#problem = problemOf(error);
    }
  }

  /** @param ids empty: too many to name */
  async photosChanged(ids: readonly number[]): Promise<void> {
    const id = this.#photoId;
    if (id !== undefined && (ids.length === 0 || ids.includes(id))) await this.show(id);
  }
}
