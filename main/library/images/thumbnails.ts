/** @file Thumbnails of photos, from the cache or made when asked for; what is on the screen goes first. Main process and CLI. */

import type { DiskCache } from '../files/diskCache.ts';
import type { Ticket } from './process/picturePool.ts';
import type { PictureProcesses } from './process/pictureProcesses.ts';
import type { PhotoContent, Quarantine } from './quarantine.ts';
import type { Renditions } from './renditions.ts';
import { type ThumbnailPx, thumbnailSizes } from './thumbnailSizes.ts';

export interface ThumbnailsOptions {
  readonly cache: DiskCache;
  readonly renditions: Pick<Renditions, 'copyOf'>;
  readonly pictures: Pick<PictureProcesses, 'thumbnails'>;
  readonly quarantine: Quarantine;
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
  readonly ticket: Pick<Ticket, 'waits' | 'raise' | 'cancel'>;
  readonly outcome: Promise<ReadonlyMap<ThumbnailPx, Uint8Array>>;
}

export class Thumbnails {
  readonly #options: ThumbnailsOptions;
  readonly #jobs = new Map<string, Job>();

  constructor(options: ThumbnailsOptions) {
    this.#options = options;
  }

  /**
   * A WebP. Making one size also makes the smaller ones, from the same decoding.
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
  ): Promise<ReadonlyMap<ThumbnailPx, Uint8Array>> {
    const copy = await this.#options.renditions.copyOf(photo);
    signal?.throwIfAborted();
    const job = this.#jobFor(photo, copy, sizePx, priority);
    job.askers += 1;
    const abandoned = Promise.withResolvers<never>();
    const leave = () => {
      job.askers -= 1;
      if (job.askers === 0 && job.ticket.cancel(signal?.reason)) this.#forget(photo, job);
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
  #jobFor(photo: PhotoContent, copy: string | undefined, sizePx: ThumbnailPx, priority: number): Job {
    const present = this.#jobs.get(photo.fingerprint);
    if (present?.ticket.waits() === true) {
      present.ticket.raise(priority);
      if (sizePx > present.sizePx) present.sizePx = sizePx;
      return present;
    }
    if (present !== undefined && present.sizePx >= sizePx) return present;
    const { pictures, quarantine } = this.#options;
    quarantine.refuseKnown(photo);
    const { thumbnails, ...ticket } = pictures.thumbnails(
      () => ({ file: photo.path, copy, sizesPx: sizesUpTo(job.sizePx) }),
      priority,
    );
    const outcome = quarantine
      .keepReason(photo, thumbnails)
      .then((made) => this.#keep(photo, made))
      .finally(() => this.#forget(photo, job));
    // An error that nobody waits for any more is nobody's.
    outcome.catch(() => undefined);
    const job: Job = { sizePx, askers: 0, ticket, outcome };
    this.#jobs.set(photo.fingerprint, job);
    return job;
  }

  #forget({ fingerprint }: PhotoContent, job: Job): void {
    if (this.#jobs.get(fingerprint) === job) this.#jobs.delete(fingerprint);
  }

  async #keep(
    photo: PhotoContent,
    thumbnails: ReadonlyMap<ThumbnailPx, Uint8Array>,
  ): Promise<ReadonlyMap<ThumbnailPx, Uint8Array>> {
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

function sizesUpTo(sizePx: ThumbnailPx): ThumbnailPx[] {
  return thumbnailSizes.filter((size) => size <= sizePx);
}

function nameOf({ fingerprint }: PhotoContent, sizePx: ThumbnailPx): string {
  return `${fingerprint}-${sizePx}.webp`;
}
