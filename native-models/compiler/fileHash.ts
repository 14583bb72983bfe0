/** @file SHA-256 of large files, read in pieces. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const pieceBytes = 4 << 20;

/** @param onRead is told how many bytes each read added */
export async function sha256OfFile(
  file: string,
  { signal, onRead }: { signal?: AbortSignal | undefined; onRead?: (bytes: number) => void } = {},
): Promise<{ sizeBytes: number; sha256: string }> {
  await using handle = await open(file, 'r');
  const hash = createHash('sha256');
  // two buffers: one is hashed while the next is being read
  const buffers = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)] as const;
  let sizeBytes = 0;
  let current = 0;
  let pending = handle.read(buffers[0], 0, pieceBytes, 0);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await pending;
    if (bytesRead === 0) return { sizeBytes, sha256: hash.digest('hex') };
    const piece = (current === 0 ? buffers[0] : buffers[1]).subarray(0, bytesRead);
    sizeBytes += bytesRead;
    current = 1 - current;
    pending = handle.read(current === 0 ? buffers[0] : buffers[1], 0, pieceBytes, sizeBytes);
    hash.update(piece);
    onRead?.(bytesRead);
  }
}
