/** @file Writes tensors of a checkpoint into a file of their own. Compiler only. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { TensorSource } from './tensorSource.ts';

const pieceBytes = 8 << 20;

/**
 * Writes a new safetensors file and flushes it to the disk.
 * Format: https://github.com/huggingface/safetensors#format
 * @param names as the tensors are to be called
 * @throws the file system's error, EEXIST where there is such a file; the signal's reason
 */
export async function writeSafetensors(
  file: string,
  names: readonly string[],
  tensors: TensorSource,
  signal?: AbortSignal,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using handle = await open(file, 'wx');
  const append = async (bytes: Uint8Array) => {
    signal?.throwIfAborted();
    await handle.appendFile(bytes);
    hash.update(bytes);
    sizeBytes += bytes.byteLength;
  };
  await append(startOf(names, tensors));
  const buffer = new Uint8Array(pieceBytes);
  for (const name of names) {
    const total = tensors.entry(name).sizeBytes;
    for (let done = 0; done < total; done += pieceBytes) {
      const piece = buffer.subarray(0, Math.min(pieceBytes, total - done));
      await tensors.read(name, done, piece);
      await append(piece);
    }
  }
  await handle.sync();
  return { sizeBytes, sha256: hash.digest('hex') };
}

function startOf(names: readonly string[], tensors: TensorSource): Buffer {
  let position = 0;
  const header = names.map((name) => {
    const { dtype, shape, sizeBytes } = tensors.entry(name);
    const begin = position;
    position += sizeBytes;
    return [name, { dtype, shape, data_offsets: [begin, position] }];
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json]);
}
