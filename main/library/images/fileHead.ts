/** @file Reads the first bytes of a picture file and says plainly why that cannot be done. Picture process. */
import type { FileHandle } from 'node:fs/promises';
import { ForeignFileError, openForeignFile } from '../../../native-models/foreignFile.ts';
import { ImageError, noPictureAt, notAFile, notAPicture } from '../../../native-models/preprocess/imageError.ts';
import { formatHeadBytes, type ImageFormat, imageFormatOf } from '../../../native-models/preprocess/imageFormat.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';

export interface PictureFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  /** At least what tells the format, at most `headBytes`. */
  readonly head: Buffer;
  readonly format: ImageFormat;
}

/**
 * Opens the file, tells its format and closes it again when the action is over.
 *
 * @throws ImageError for what is no file, no picture, empty, or cannot be read
 */
export async function withPictureFile<T>(
  file: string,
  headBytes: number,
  action: (picture: PictureFile) => Promise<T>,
): Promise<T> {
  try {
    await using opened = await openForeignFile(file);
    const { handle } = opened;
    const sizeBytes = opened.stats.size;
    const wanted = Math.min(Math.max(headBytes, formatHeadBytes), sizeBytes);
    const head = await readAt(handle, 0, wanted);
    if (head.byteLength === 0) throw new ImageError('IMAGE_EMPTY', 'This file is empty.');
    const format = imageFormatOf(head);
    if (format === undefined) throw notAPicture(head);
    if (format.name === 'video') throw new ImageError('IMAGE_NOT_AN_IMAGE', 'This is a video, not a picture.');
    return await action({ handle, sizeBytes, head, format });
  } catch (error) {
    throw atPath(await explained(error, file), file);
  }
}

/** Up to `length` bytes; fewer at the end of the file. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), { position });
  return buffer.subarray(0, bytesRead);
}

/** The error with the photo's path among its details, where it is one of a picture. */
export function atPath(error: unknown, file: string): unknown {
  return error instanceof ImageError && error.details.path === undefined ? error.at(file) : error;
}

async function explained(error: unknown, file: string): Promise<unknown> {
  if (error instanceof ForeignFileError) return notAFile(error);
  const code = fileSystemCode(error);
  if (error instanceof ImageError || code === undefined) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return await noPictureAt(file, error);
  return /^E[A-Z0-9]+$/.test(code)
    ? new ImageError('IMAGE_UNREADABLE', `This file cannot be read: ${fileSystemReason(error)}.`, { cause: error })
    : error;
}
