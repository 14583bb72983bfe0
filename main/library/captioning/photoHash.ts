/** @file The hash of all bytes of a photo, for formats that have a place for it. Main process and CLI. */

import { sha256OfFile } from '../../../native-models/compiler/fileHash.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { LibraryError } from '../files/libraryError.ts';
import { realDisk } from '../photos/disk.ts';
import { isInDoubt, isStillSameState } from '../photos/fileState.ts';

/**
 * From the catalog where it is known, else read now, and kept there.
 * @throws LibraryError PATH_UNREADABLE for a file that is not what the catalog knows; Node's errors of reading it
 */
export async function photoHash(
  { photos, places }: Pick<Catalog, 'photos' | 'places'>,
  photoId: number,
  signal?: AbortSignal,
): Promise<string> {
  const photo = photos.get(photoId);
  if (photo.contentSha256 !== undefined) return photo.contentSha256;
  const { sha256 } = await sha256OfFile(photo.path, { signal });
  const known = places.get(photoId);
  if (known === undefined || !isStillSameState(known, await realDisk.state(photo.path))) {
    throw new LibraryError('PATH_UNREADABLE', 'The file was changed meanwhile.', { path: photo.path });
  }
  if (!isInDoubt(known)) photos.setContentSha256(photo.id, photo.revision, Buffer.from(sha256, 'hex'));
  return sha256;
}
