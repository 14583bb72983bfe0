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

/** By `fileNameOrder`, one at a time: no more are held than share a name. */
export function* orderedPhotos(connection: CatalogConnection, args: ExportArgs): Generator<ExportedPhoto> {
  let sameName: ExportedPhoto[] = [];
  for (const photo of photosToExport(connection, args, 'byName')) {
    if (photo.name !== sameName[0]?.name) {
      yield* byPath(sameName);
      sameName = [];
    }
    sameName.push(photo);
  }
  yield* byPath(sameName);
}

/** Whichever folder paths start in, what they have before it is the same for all. */
function byPath(photos: readonly ExportedPhoto[]): readonly ExportedPhoto[] {
  if (photos.length < 2) return photos;
  return photos
    .map((photo) => ({ photo, path: pathOf(photo, undefined) }))
    .sort((a, b) => codePointOrder(a.path, b.path))
    .map(({ photo }) => photo);
}

/** Where paths start: the deepest folder that holds all folders of the library that take part; undefined on several drives. */
export function baseFolderOf(folders: Iterable<ExportedFolder>): string | undefined {
  return commonFolder([...new Set([...folders].map(({ rootPath }) => rootPath))]);
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
