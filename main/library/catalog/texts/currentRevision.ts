/** @file The content of a photo that its texts are about. Used by the stores of texts, and by imports. */
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';

/** @throws CatalogError NO_SUCH_PHOTO */
export function currentRevision(connection: CatalogConnection, photoId: number): number {
  const revision = connection.prepare<[number], number>('SELECT revision FROM photo WHERE id = ?').pluck().get(photoId);
  if (revision === undefined) {
    throw new CatalogError('NO_SUCH_PHOTO', `The catalog has no photo ${photoId}.`, { photoId });
  }
  return revision;
}
