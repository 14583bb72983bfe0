/** @file Hashes photos in the background: all bytes of those that were only sampled when they were found, and their pictures without what is written about them. Main process, CLI. */
import { sha256OfFile } from '../../../native-models/compiler/fileHash.ts';
import { VignetteError } from '../../../native-models/errors.ts';
import type { DuePhoto, PhotoStore } from '../catalog/photos/photos.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import type { Disk } from '../photos/disk.ts';
import { isSameState } from '../photos/fileState.ts';
import { pictureHash } from './pictureHash.ts';

const pageSize = 100;

export interface HashContentsOptions {
  readonly photos: PhotoStore;
  readonly signal?: AbortSignal | undefined;
}

/** Returns how many it read. */
export async function hashContents(disk: Disk, { photos, signal }: HashContentsOptions): Promise<number> {
  const due = (afterId: number) => photos.withoutContentHash(afterId, pageSize);
  return await hashEach(due, signal, async (photo) => {
    const { sha256 } = await sha256OfFile(photo.path, { signal });
    // What changed meanwhile has other bytes than those that the catalog speaks of; the next scan will tell.
    if (!isSameState(photo, await disk.state(photo.path))) return false;
    return photos.setContentSha256(photo.id, photo.revision, Buffer.from(sha256, 'hex'));
  });
}

export interface HashPicturesOptions extends HashContentsOptions {
  /** Only those that have a caption, an alt text or a long description to go stale: for commands, which somebody waits for. */
  readonly captioned?: boolean | undefined;
  /** By default all. */
  readonly only?: ReadonlySet<number> | undefined;
}

/** Returns how many it read. */
export async function hashPictures(
  disk: Disk,
  { photos, captioned = false, only, signal }: HashPicturesOptions,
): Promise<number> {
  const due = (afterId: number) => photos.withoutPictureHash(afterId, pageSize, { captioned });
  return await hashEach(due, signal, async (photo) => {
    if (only?.has(photo.id) === false) return false;
    const state = await disk.state(photo.path);
    // What changed, or is in doubt, the next scan will look at.
    if (!isSameState(photo, state)) return false;
    const hash = await pictureHash(disk, photo.path, state, signal);
    return hash !== undefined && photos.setPictureHash(photo.id, photo.revision, photo.fingerprint, hash);
  });
}

/** One file at a time: it is in no hurry. Files that cannot be read are left for another day. */
async function hashEach(
  due: (afterId: number) => readonly DuePhoto[],
  signal: AbortSignal | undefined,
  hash: (photo: DuePhoto) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  for (let page = due(0), last = page.at(-1); last !== undefined; page = due(last.id), last = page.at(-1)) {
    for (const photo of page) {
      signal?.throwIfAborted();
      try {
        if (await hash(photo)) done += 1;
      } catch (error) {
        signal?.throwIfAborted();
        if (fileSystemCode(error) === undefined || error instanceof VignetteError) throw error;
      }
    }
  }
  return done;
}
