/** @file Reads, in the background, all bytes of photos that were only sampled when they were found. Main process, CLI. */

import { VignetteError } from '../../../native-models/errors.ts';
import type { PhotoStore } from '../catalog/photos/photos.ts';
import { contentSha256 } from '../files/contentHash.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { isSameState } from '../photos/fileState.ts';
import type { WatchContext } from './watchContext.ts';

const pageSize = 100;

export interface HashContentsOptions {
  readonly photos: PhotoStore;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** One file at a time: it is in no hurry. Files that cannot be read are left for another day. Returns how many it read. */
export async function hashContents(
  { disk }: Pick<WatchContext, 'disk'>,
  { photos, signal, onProgress }: HashContentsOptions,
): Promise<number> {
  let done = 0;
  for (let afterId = 0; ; ) {
    const page = photos.withoutContentHash(afterId, pageSize);
    if (page.length === 0) return done;
    for (const photo of page) {
      signal?.throwIfAborted();
      afterId = photo.id;
      try {
        const sha256 = await contentSha256(photo.path, signal);
        // What changed meanwhile has other bytes than those that the catalog speaks of; the next scan will tell.
        if (!isSameState(photo, await disk.state(photo.path))) continue;
        if (photos.setContentSha256(photo.id, photo.revision, Buffer.from(sha256, 'hex'))) done += 1;
        onProgress?.(done);
      } catch (error) {
        signal?.throwIfAborted();
        if (fileSystemCode(error) === undefined || error instanceof VignetteError) throw error;
      }
    }
  }
}
