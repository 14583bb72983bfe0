/** @file Adds a part of a file to a hash, some of it at a time. Main process, CLI. */
import type { Hash } from 'node:crypto';
import type { OpenFile } from '../photos/disk.ts';
import type { ByteRange } from './fileBytes.ts';

const chunkBytes = 256 * 1024;

/** As much of it as there is: a file may be shorter by now. @throws Node's errors; the signal's reason */
export async function hashRange(
  hash: Hash,
  file: OpenFile,
  { start, end }: ByteRange,
  signal?: AbortSignal,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(chunkBytes, end - start)));
  for (let position = start; position < end; ) {
    signal?.throwIfAborted();
    const filled = await file.read(buffer.subarray(0, Math.min(chunkBytes, end - position)), position);
    if (filled === 0) return;
    hash.update(buffer.subarray(0, filled));
    position += filled;
  }
}
