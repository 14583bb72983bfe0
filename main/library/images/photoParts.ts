/** @file Parts of photos with every pixel, made when they are looked at and kept nowhere. Main process and CLI. */
import type { PhotoPart } from './photoPart.ts';
import type { PictureProcesses } from './process/pictureProcesses.ts';
import type { PhotoContent, Quarantine } from './quarantine.ts';
import type { Renditions } from './renditions.ts';

export interface PhotoPartsOptions {
  readonly renditions: Pick<Renditions, 'copyOf'>;
  readonly pictures: Pick<PictureProcesses, 'part'>;
  readonly quarantine: Quarantine;
}

export class PhotoParts {
  readonly #options: PhotoPartsOptions;

  constructor(options: PhotoPartsOptions) {
    this.#options = options;
  }

  /**
   * A JPEG, smaller than asked for where there are fewer pixels than the photo has.
   *
   * @throws ImageError where the photo cannot be shown so, which is no reason for its quarantine: its thumbnails are
   * there; the signal's reason
   */
  async get(photo: PhotoContent, part: PhotoPart, signal?: AbortSignal): Promise<Uint8Array> {
    const { renditions, pictures, quarantine } = this.#options;
    signal?.throwIfAborted();
    quarantine.refuseKnown(photo);
    const copy = await renditions.copyOf(photo);
    return await pictures.part(photo.path, copy, part, signal);
  }
}
