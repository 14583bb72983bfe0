/** @file Thumbnails of photos, from the cache or made when asked for; what is on the screen goes first. Main process and CLI. */

import sharp from '../../../native-models/preprocess/sharp.ts';
import type { DiskCache } from './cache/diskCache.ts';
import type { PhotoContent, Renditions } from './renditions.ts';
import { type ThumbnailPx, thumbnailPictures, thumbnailSizes } from './thumbnailPictures.ts';
import { type Place, WaitingLine } from './waitingLine.ts';

export interface ThumbnailsOptions {
  readonly cache: DiskCache;
  readonly renditions: Pick<Renditions, 'open'>;
  /** Photos decoded at the same time, each on a thread of its own; memory grows with it. */
  readonly photosAtOnce: number;
  /** Told of thumbnails that could be made but not be kept. */
  readonly onProblem?: (error: unknown) => void;
}

export interface ThumbnailRequest {
  /** Higher goes first: what is in view before what is made ready. 0 by default. */
  readonly priority?: number;
  readonly signal?: AbortSignal;
}

interface Job {
  sizePx: ThumbnailPx;
  askers: number;
  place: Place;
  readonly outcome: Promise<ReadonlyMap<ThumbnailPx, Buffer>>;
}

/** Dispose of it: what is being made is finished, what waits is not begun. */
export class Thumbnails implements AsyncDisposable {
  readonly #options: ThumbnailsOptions;
  readonly #line: WaitingLine;
  readonly #jobs = new Map<string, Job>();

  constructor(options: ThumbnailsOptions) {
    this.#options = options;
    this.#line = new WaitingLine(options.photosAtOnce);
    // A thread a picture: two photos side by side are faster than one on two threads, and take no more memory.
    sharp.concurrency(1);
  }

  /**
   * A WebP file. Making one size also makes the smaller ones that are missing, from the same decoding.
   *
   * @throws ImageError where the photo cannot be shown, and the signal's reason
   */
  async get(photo: PhotoContent, sizePx: ThumbnailPx, request: ThumbnailRequest = {}): Promise<Uint8Array> {
    request.signal?.throwIfAborted();
    const kept = await this.#kept(photo, sizePx);
    if (kept !== undefined) return kept;
    request.signal?.throwIfAborted();
    const thumbnail = (await this.#made(photo, sizePx, request)).get(sizePx);
    if (thumbnail === undefined) throw new RangeError(`no thumbnail of ${sizePx} pixels was made`);
    return thumbnail;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line.close();
  }

  async #kept(photo: PhotoContent, sizePx: ThumbnailPx): Promise<Uint8Array | undefined> {
    try {
      return await this.#options.cache.read(nameOf(photo, sizePx));
    } catch (error) {
      // A cache that cannot be read is no reason to show nothing.
      this.#options.onProblem?.(error);
      return undefined;
    }
  }

  async #made(
    photo: PhotoContent,
    sizePx: ThumbnailPx,
    { priority = 0, signal }: ThumbnailRequest,
  ): Promise<ReadonlyMap<ThumbnailPx, Buffer>> {
    const job = this.#jobFor(photo, sizePx, priority);
    job.askers += 1;
    const abandoned = Promise.withResolvers<never>();
    const leave = () => {
      job.askers -= 1;
      if (job.askers === 0 && job.place.waits()) {
        job.place.leave();
        if (this.#jobs.get(photo.fingerprint) === job) this.#jobs.delete(photo.fingerprint);
      }
      abandoned.reject(signal?.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([job.outcome, abandoned.promise]);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  /** One that waits is made to include the size; one that runs is joined if it does. */
  #jobFor(photo: PhotoContent, sizePx: ThumbnailPx, priority: number): Job {
    const present = this.#jobs.get(photo.fingerprint);
    if (present?.place.waits() === true) {
      present.place.raise(priority);
      if (sizePx > present.sizePx) present.sizePx = sizePx;
      return present;
    }
    if (present !== undefined && present.sizePx >= sizePx) return present;
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<ThumbnailPx, Buffer>>();
    // An error that nobody waits for any more is nobody's.
    promise.catch(() => undefined);
    const place = this.#line.join(
      async () => {
        await this.#make(photo, job.sizePx).then(resolve, reject);
        if (this.#jobs.get(photo.fingerprint) === job) this.#jobs.delete(photo.fingerprint);
      },
      { priority },
    );
    const job: Job = { sizePx, askers: 0, place, outcome: promise };
    this.#jobs.set(photo.fingerprint, job);
    return job;
  }

  async #make(photo: PhotoContent, sizePx: ThumbnailPx): Promise<Map<ThumbnailPx, Buffer>> {
    const sizes = thumbnailSizes.filter((size) => size <= sizePx);
    const picture = await this.#options.renditions.open(photo);
    const thumbnails = await thumbnailPictures(photo.path, picture, sizes);
    for (const [size, bytes] of thumbnails) {
      try {
        await this.#options.cache.write(nameOf(photo, size), bytes);
      } catch (error) {
        this.#options.onProblem?.(error);
      }
    }
    return thumbnails;
  }
}

function nameOf({ fingerprint }: PhotoContent, sizePx: ThumbnailPx): string {
  return `${fingerprint}-${sizePx}.webp`;
}
