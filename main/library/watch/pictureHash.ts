/** @file The hash of a picture without what is written about it, by which an edit is told from new keywords. Main process, CLI. */
import { createHash } from 'node:crypto';
import { VignetteError } from '../../../native-models/errors.ts';
import type { PhotoStore } from '../catalog/photos/photos.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import type { Disk } from '../photos/disk.ts';
import { type FileState, isSameState, isStillSameState } from '../photos/fileState.ts';
import { codedPicture } from './codedPicture.ts';

const chunkBytes = 256 * 1024;
const pageSize = 100;

/**
 * The SHA-256 of the coded picture; of all bytes where the format is not taken apart, so that whatever changes in such a
 * file is an edit. Undefined when the file is not as it was before any more. @throws Node's errors; the signal's reason
 */
export async function pictureHash(
  disk: Disk,
  path: string,
  before: FileState,
  signal: AbortSignal | undefined,
): Promise<Buffer | undefined> {
  await using file = await disk.open(path);
  const ranges = (await codedPicture(file, before.sizeBytes)) ?? [{ start: 0, end: before.sizeBytes }];
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (const { start, end } of ranges) {
    for (let position = start; position < end; position += chunkBytes) {
      signal?.throwIfAborted();
      const target = buffer.subarray(0, Math.min(chunkBytes, end - position));
      const filled = await file.read(target, position);
      hash.update(target.subarray(0, filled));
      if (filled < target.length) break;
    }
  }
  return isStillSameState(before, await file.state()) ? hash.digest() : undefined;
}

export interface HashPicturesOptions {
  readonly photos: PhotoStore;
  /** Only those that have a caption to go stale: for commands, which somebody waits for. */
  readonly captioned?: boolean | undefined;
  /** By default all. */
  readonly only?: ReadonlySet<number> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Of all photos that have none yet, one file at a time: for the background. Returns how many it read. */
export async function hashPictures(
  disk: Disk,
  { photos, captioned = false, only, signal }: HashPicturesOptions,
): Promise<number> {
  let done = 0;
  for (let afterId = 0; ; ) {
    const page = photos.withoutPictureHash(afterId, pageSize, { captioned });
    if (page.length === 0) return done;
    for (const photo of page) {
      signal?.throwIfAborted();
      afterId = photo.id;
      if (only?.has(photo.id) === false) continue;
      try {
        const state = await disk.state(photo.path);
        // What changed, or is in doubt, the next scan will look at.
        if (!isSameState(photo, state)) continue;
        const hash = await pictureHash(disk, photo.path, state, signal);
        if (hash !== undefined && photos.setPictureHash(photo.id, photo.revision, photo.fingerprint, hash)) done += 1;
      } catch (error) {
        signal?.throwIfAborted();
        if (fileSystemCode(error) === undefined || error instanceof VignetteError) throw error;
      }
    }
  }
}
