/** @file The photos that texts of a document can belong to, all at once. Plain function for reader threads. */
import path from 'node:path';
import { soundName, soundPath } from '../../photos/soundNames.ts';
import type { CatalogConnection } from '../connection.ts';

export interface MatchablePhoto {
  readonly id: number;
  /** Absolute. */
  readonly file: string;
  /** Of its bytes, in hexadecimal; null before all of it was read. */
  readonly sha256: string | null;
}

interface PhotoRow {
  readonly id: number;
  readonly name: string;
  readonly rootPath: string;
  readonly folder: string;
  readonly sha256: string;
}

export interface MatchablePhotos {
  readonly photos: readonly MatchablePhoto[];
  /** The folders of the library, absolute. */
  readonly roots: readonly string[];
}

/** Also of drives that are away; without those that are missing. */
export function matchablePhotos(connection: CatalogConnection): MatchablePhotos {
  const photos = connection
    .prepare<[], PhotoRow>(
      `SELECT photo.id, photo.name, root.path AS rootPath, folder.relative_path AS folder,
         lower(hex(content_sha256)) AS sha256
       FROM photo JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id
       WHERE missing_since_ms IS NULL AND root.state <> 'removed' ORDER BY photo.id`,
    )
    .all()
    .map(({ id, name, rootPath, folder, sha256 }) => ({
      id,
      file: path.join(rootPath, soundPath(folder), soundName(name)),
      sha256: sha256 === '' ? null : sha256,
    }));
  const roots = connection
    .prepare<[], string>(`SELECT path FROM root WHERE state <> 'removed' ORDER BY id`)
    .pluck()
    .all();
  return { photos, roots };
}
