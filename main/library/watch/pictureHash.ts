/** @file The hash of a picture without what is written about it, by which an edit is told from new keywords. Main process, CLI. */
import { createHash } from 'node:crypto';
import type { Disk } from '../photos/disk.ts';
import { type FileState, isStillSameState } from '../photos/fileState.ts';
import { codedPicture } from './codedPicture.ts';

const chunkBytes = 256 * 1024;

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
