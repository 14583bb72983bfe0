/** @file Brings a photo's file into a dataset folder: copied or linked, and only ever read. Main process, CLI. */
import { link, open, realpath, symlink } from 'node:fs/promises';
import { sha256OfFile, startPieceHash } from '../../../native-models/compiler/fileHash.ts';
import { openForeignFile } from '../../../native-models/foreignFile.ts';
import type { PicturesBy } from '../../../schemas/exports.ts';
import { type RefusalError, withReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';

/**
 * @param place a name that nothing has
 * @returns the hash of the picture's bytes
 * @throws LibraryError PATH_UNREADABLE for the photo; the file system's errors for the place; the signal's reason
 */
export async function placePicture(
  photo: string,
  place: string,
  by: PicturesBy,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (by === 'copy') return await copyPicture(photo, place, signal);
  const { file, sha256 } = await withReason(async () => {
    // What a link leads to, since a link of a link would end with it.
    const real = await realpath(photo);
    return { file: real, sha256: (await sha256OfFile(real, { signal })).sha256 };
  }, unreadableBy(photo));
  await (by === 'hardlink' ? link(file, place) : symlink(file, place));
  return sha256;
}

async function copyPicture(photo: string, place: string, signal: AbortSignal | undefined): Promise<string> {
  await using source = await withReason(() => openForeignFile(photo), unreadableBy(photo));
  await using copy = await open(place, 'wx');
  await using hash = startPieceHash(source.stats.size);
  for (let copiedBytes = 0; ; ) {
    signal?.throwIfAborted();
    const buffer = await hash.takeBuffer();
    const { bytesRead } = await withReason(() => source.handle.read(buffer), unreadableBy(photo));
    if (bytesRead === 0) break;
    const bytes = buffer.subarray(0, bytesRead);
    const written = copy.writeFile(bytes);
    hash.add(bytes, written);
    await written;
    copiedBytes += bytesRead;
    if (copiedBytes > source.stats.size) throw unreadableBy(photo)('it grows while it is read', undefined);
  }
  const sha256 = await hash.digest();
  await copy.datasync();
  return sha256;
}

function unreadableBy(photo: string): RefusalError {
  return (reason, cause) =>
    new LibraryError('PATH_UNREADABLE', `${photo} cannot be read: ${reason}.`, { path: photo }, cause);
}
