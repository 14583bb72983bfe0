/** @file What decides which photos make a varied sample. For a reader thread: photos may be very many. */
import type { CatalogConnection } from '../connection.ts';

export interface SamplePhoto {
  readonly id: number;
  readonly folderId: number;
  /** Undefined where it is not known. */
  readonly takenAtMs: number | undefined;
}

/** Photos whose files are there and can be read, by ascending ids. */
export function samplePhotos(connection: CatalogConnection, photoIds: readonly number[]): SamplePhoto[] {
  const wanted = new Set(photoIds);
  // Of all photos, from an index: to look each of many up takes longer.
  return connection
    .prepare<[], [number, number, number | null]>(
      `SELECT photo.id, folder_id, taken_at_ms FROM photo INDEXED BY photo_facts
       JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id
       WHERE missing_since_ms IS NULL AND problem_code IS NULL AND root.state = 'online' ORDER BY photo.id`,
    )
    .raw()
    .all()
    .flatMap(([id, folderId, takenAtMs]) =>
      wanted.has(id) ? [{ id, folderId, takenAtMs: takenAtMs ?? undefined }] : [],
    );
}
