/**
 * @file A picture of every photo that sharp, the models' decoder and browsers can open: the photo itself where they can,
 * else an upright sRGB copy in full size, kept in a cache. Main process and CLI.
 */
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import type { DiskCache } from '../files/diskCache.ts';
import type { PictureProcesses } from './process/pictureProcesses.ts';
import type { PhotoContent, Quarantine } from './quarantine.ts';

export interface RenditionsOptions {
  /** Belongs to the caller, as the processes do. */
  readonly cache: DiskCache;
  readonly pictures: Pick<PictureProcesses, 'fullSize'>;
  readonly quarantine: Quarantine;
}

export class Renditions {
  readonly #options: RenditionsOptions;
  readonly #inTheMaking = new Map<string, Promise<string>>();

  constructor(options: RenditionsOptions) {
    this.#options = options;
  }

  /**
   * The path of a picture that can be opened: the photo's own, or a copy's, which stays for as long as it is among the
   * last used.
   *
   * @throws ImageError where there is no way to the pixels
   */
  async viewableFile(photo: PhotoContent, signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const kept = await this.copyOf(photo);
    if (kept !== undefined) return kept;
    const name = nameOf(photo);
    // Whoever else waits for it must not lose it to one caller's signal.
    const running = this.#inTheMaking.get(name) ?? this.#make(photo);
    this.#inTheMaking.set(name, running);
    try {
      return await running;
    } finally {
      this.#inTheMaking.delete(name);
    }
  }

  /** The path of a copy that was made before. */
  async copyOf(photo: PhotoContent): Promise<string | undefined> {
    return await this.#options.cache.pathOf(nameOf(photo));
  }

  async #make(photo: PhotoContent): Promise<string> {
    const { cache, pictures, quarantine } = this.#options;
    quarantine.refuseKnown(photo);
    const jpeg = await quarantine.keepReason(photo, pictures.fullSize(photo.path));
    if (jpeg === undefined) return photo.path;
    await cache.write(nameOf(photo), jpeg);
    const file = await this.copyOf(photo);
    if (file === undefined) throw new ImageError('IMAGE_UNREADABLE', 'The copy of this picture was not kept.');
    return file;
  }
}

function nameOf({ fingerprint }: PhotoContent): string {
  return `${fingerprint}.jpg`;
}
