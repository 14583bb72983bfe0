/** @file The hash of a picture without what is written about it, by which an edit is told from new keywords. Main process, CLI. */
import { createHash } from 'node:crypto';
import type { Disk } from '../photos/disk.ts';
import { type FileState, isStillSameState } from '../photos/fileState.ts';
import { codedPicture } from './codedPicture.ts';
import { hashRange } from './hashRange.ts';

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
  for (const range of ranges) await hashRange(hash, file, range, signal);
  return isStillSameState(before, await file.state()) ? hash.digest() : undefined;
}
