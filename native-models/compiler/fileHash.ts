/** @file SHA-256 of large files, read in pieces. */
import { createHash } from 'node:crypto';
import { ForeignFileError, openForeignFile } from '../foreignFile.ts';

const pieceBytes = 4 << 20;

/**
 * @param onRead is told how many bytes each read added
 * @throws ForeignFileError for what is no regular file, or grows while it is read: it may have no end; the file system's
 *   errors; the signal's reason
 */
export async function sha256OfFile(
  file: string,
  { signal, onRead }: { signal?: AbortSignal | undefined; onRead?: (bytes: number) => void } = {},
): Promise<{ sizeBytes: number; sha256: string }> {
  await using opened = await openForeignFile(file);
  const { handle, stats } = opened;
  const bufferBytes = Math.min(pieceBytes, stats.size + 1);
  const hash = createHash('sha256');
  // two buffers: one is hashed while the next is being read
  const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)] as const;
  let sizeBytes = 0;
  let current = 0;
  let pending = handle.read(buffers[0], 0, bufferBytes, 0);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await pending;
    if (bytesRead === 0) return { sizeBytes, sha256: hash.digest('hex') };
    const piece = (current === 0 ? buffers[0] : buffers[1]).subarray(0, bytesRead);
    sizeBytes += bytesRead;
    if (sizeBytes > stats.size) throw new ForeignFileError('EBUSY', 'grew while it was read');
    current = 1 - current;
    pending = handle.read(current === 0 ? buffers[0] : buffers[1], 0, bufferBytes, sizeBytes);
    hash.update(piece);
    onRead?.(bytesRead);
  }
}
