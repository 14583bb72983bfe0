/** @file Copies a range of an open file and hashes it on the way. Any process. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

export interface Range {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

const pieceBytes = 4 << 20;

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
  const hash = createHash('sha256');
  const bufferBytes = Math.min(pieceBytes, Math.max(1, sizeBytes));
  const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)] as const;
  let writing: Promise<void> = Promise.resolve();
  for (let done = 0, isFirst = true; done < sizeBytes; isFirst = !isFirst) {
    const buffer = isFirst ? buffers[0] : buffers[1];
    const reading = source.read(buffer, 0, Math.min(bufferBytes, sizeBytes - done), offsetBytes + done);
    // both must have ended before either's error is told: nobody closes a file that is being read
    const [read, written] = await Promise.allSettled([reading, writing]);
    if (written.status === 'rejected') throw written.reason;
    if (read.status === 'rejected') throw read.reason;
    const { bytesRead } = read.value;
    if (bytesRead === 0) return undefined;
    const piece = buffer.subarray(0, bytesRead);
    writing = write(piece);
    hash.update(piece);
    done += bytesRead;
  }
  await writing;
  return hash.digest('hex');
}
