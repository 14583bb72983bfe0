/** @file Copies a range of an open file and hashes it on the way. Any process. */
import type { FileHandle } from 'node:fs/promises';
import { startPieceHash } from '../compiler/fileHash.ts';

export interface Range {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/**
 * Hands the range to `write` piece by piece; a piece is written and hashed while the next one is read.
 * @returns the SHA-256 of what was copied; undefined where the file ends before the range does
 * @throws what `write` throws; the file system's errors
 */
export async function copyRange(
  source: FileHandle,
  { offsetBytes, sizeBytes }: Range,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<string | undefined> {
  await using hash = startPieceHash(sizeBytes);
  let writing: Promise<void> = Promise.resolve();
  for (let done = 0; done < sizeBytes; ) {
    const buffer = await hash.takeBuffer();
    const reading = source.read(buffer, 0, Math.min(buffer.byteLength, sizeBytes - done), offsetBytes + done);
    // both must have ended before either's error is told: nobody closes a file that is being read
    const [read, written] = await Promise.allSettled([reading, writing]);
    if (written.status === 'rejected') throw written.reason;
    if (read.status === 'rejected') throw read.reason;
    const { bytesRead } = read.value;
    if (bytesRead === 0) return undefined;
    const piece = buffer.subarray(0, bytesRead);
    writing = write(piece);
    hash.add(piece, writing);
    done += bytesRead;
  }
  await writing;
  return await hash.digest();
}
