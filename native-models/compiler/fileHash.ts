/** @file SHA-256 of large files, read in pieces. */
import { ForeignFileError, openForeignFile } from '../foreignFile.ts';
import { startPieceHash } from './pieceHash.ts';

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
  await using hash = startPieceHash(stats.size);
  let sizeBytes = 0;
  let buffer = await hash.takeBuffer();
  let reading = handle.read(buffer, 0, buffer.byteLength, 0);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await reading;
    if (bytesRead === 0) return { sizeBytes, sha256: await hash.digest() };
    const piece = buffer.subarray(0, bytesRead);
    sizeBytes += bytesRead;
    if (sizeBytes > stats.size) throw new ForeignFileError('EBUSY', 'grew while it was read');
    // the next is read while this one is hashed
    buffer = await hash.takeBuffer();
    reading = handle.read(buffer, 0, buffer.byteLength, sizeBytes);
    hash.add(piece);
    onRead?.(bytesRead);
  }
}
