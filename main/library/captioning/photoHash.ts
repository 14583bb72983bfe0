/** @file The hash of all bytes of a photo, for formats that have a place for it. Main process and CLI. */
import { stat } from 'node:fs/promises';
import type { Catalog } from '../catalog/catalog.ts';
import { contentSha256 } from '../files/contentHash.ts';
import { LibraryError } from '../libraryError.ts';

/**
 * From the catalog where it is known, else read now, and kept there.
 * @throws LibraryError PATH_UNREADABLE for a file that is not what the catalog knows; Node's errors of reading it
 */
export async function photoHash(
  { photos }: Pick<Catalog, 'photos'>,
  photoId: number,
  signal?: AbortSignal,
): Promise<string> {
  const photo = photos.get(photoId);
  if (photo.contentSha256 !== undefined) return photo.contentSha256;
  const sha256 = await contentSha256(photo.path, signal);
  const { size, mtimeMs } = await stat(photo.path);
  if (size !== photo.sizeBytes || Math.floor(mtimeMs) !== photo.modifiedMs) {
    throw new LibraryError('PATH_UNREADABLE', 'The file was changed meanwhile.', { path: photo.path });
  }
  photos.setContentSha256(photo.id, photo.revision, Buffer.from(sha256, 'hex'));
  return sha256;
}
