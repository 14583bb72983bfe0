/** @file The photos of an export in the order of documents, and what documents call them. Plain functions for reader threads. */
import path from 'node:path';
import type { CatalogConnection } from '../catalog/connection.ts';
import {
  type ExportArgs,
  type ExportedFolder,
  type ExportedPhoto,
  photosToExport,
  photosWithIds,
} from '../catalog/exports/exportRecords.ts';
import { childPath, commonFolder, pathBelow } from '../files/commonFolder.ts';
import { codePointOrder } from '../photos/order.ts';

export interface OrderedPhotos {
  /** By `fileNameOrder`. */
  readonly photos: ExportedPhoto[];
  /** Where paths start: the deepest folder that holds all folders of the library that take part; undefined on several drives. */
  readonly baseFolder: string | undefined;
}

/** Paths are made only of photos that share a name: those of all photos take several times as much as their names. */
export function orderedPhotos(connection: CatalogConnection, args: ExportArgs): OrderedPhotos {
  const photos = [...photosToExport(connection, args)];
  const baseFolder = commonFolder([...new Set(photos.map(({ folder }) => folder.rootPath))]);
  photos.sort((a, b) => codePointOrder(a.name, b.name));
  let first = 0;
  for (let end = 1; end <= photos.length; end += 1) {
    if (photos[end]?.name === photos[first]?.name) continue;
    const group = end - first > 1 ? byPath(photos.slice(first, end), baseFolder) : [];
    for (const [index, photo] of group.entries()) photos[first + index] = photo;
    first = end;
  }
  return { photos, baseFolder };
}

function byPath(photos: readonly ExportedPhoto[], baseFolder: string | undefined): ExportedPhoto[] {
  return photos
    .map((photo) => ({ photo, path: pathOf(photo, baseFolder) }))
    .sort((a, b) => codePointOrder(a.path, b.path))
    .map(({ photo }) => photo);
}

/** By id, the paths of the photos that are still there. */
export function pathsOf(
  connection: CatalogConnection,
  photoIds: readonly number[],
  baseFolder: string | undefined,
): Map<number, string> {
  const paths = new Map<number, string>();
  for (const photo of photosWithIds(connection, photoIds)) paths.set(photo.id, pathOf(photo, baseFolder));
  return paths;
}

/** From the folder, with `/` between the parts; the whole path where there is none or the photo lies elsewhere. */
export function pathOf(photo: ExportedPhoto, baseFolder: string | undefined): string {
  const { rootPath, relativePath } = photo.folder;
  if (baseFolder === rootPath) return childPath(relativePath, photo.name);
  const file = fileOf(photo);
  return baseFolder === undefined ? file.replaceAll(path.sep, '/') : pathBelow(baseFolder, file);
}

/** Absolute. */
export function fileOf({ folder, name }: ExportedPhoto): string {
  return path.join(folderPath(folder), name);
}

/** Absolute. */
export function folderPath({ rootPath, relativePath }: ExportedFolder): string {
  return path.join(rootPath, relativePath);
}
