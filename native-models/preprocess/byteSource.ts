/** @file Reads a picture's bytes from memory or from a file, whole where it is small, by ranges where it is not. */
import type { FileHandle } from 'node:fs/promises';
import { ForeignFileError, openForeignFile } from '../foreignFile.ts';
import { ImageError, noPictureAt, notAFile } from './imageError.ts';

/** Files up to this size are read whole; larger ones are left on disk for the decoder to read from. */
const wholeFileBytes = 128 * 1024 * 1024;

export interface ByteSource {
  readonly sizeBytes: number;
  /** What the decoder is given: the bytes, or the path of a file too large to hold. */
  readonly input: Uint8Array | string;
  /** Up to `length` bytes from `offset`; fewer at the end of the file, none beyond it. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a picture. The caller closes it. */
export async function openByteSource(source: string | Uint8Array, signal?: AbortSignal): Promise<ByteSource> {
  if (typeof source !== 'string') return bytesInMemory(source);
  try {
    const { handle, stats } = await openForeignFile(source);
    if (stats.size > wholeFileBytes) return fileOnDisk(source, handle, stats.size);
    try {
      return bytesInMemory(await readWhole(handle, stats.size, signal));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw await explained(error, source);
  }
}

/** As much as the file had when it was opened: one that grows may have no end. */
async function readWhole(handle: FileHandle, sizeBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let filled = 0; filled < sizeBytes; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(bytes, filled, sizeBytes - filled, filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}

function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.byteLength,
    input: bytes,
    read: async (offset, length) => bytes.subarray(Math.min(offset, bytes.byteLength), offset + length),
    close: async () => {},
  };
}

function fileOnDisk(path: string, file: FileHandle, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    input: path,
    read: async (offset, length) => {
      if (offset >= sizeBytes) return new Uint8Array(0);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(length, sizeBytes - offset)), {
        position: offset,
      });
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

async function explained(error: unknown, path: string): Promise<unknown> {
  if (error instanceof ForeignFileError) return notAFile(error);
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return await noPictureAt(path, error);
    case 'EACCES':
    case 'EPERM':
      return new ImageError('IMAGE_UNREADABLE', 'You do not have permission to read this file.', { cause: error });
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'ESTALE':
    case 'EBUSY':
      return new ImageError('IMAGE_UNREADABLE', `This file cannot be read (${error.code}).`, { cause: error });
    default:
      return error;
  }
}
