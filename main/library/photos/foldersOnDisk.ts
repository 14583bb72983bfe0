/** @file The folders in a folder of this machine, for a person who chooses one in a browser. Main process. */
import { opendir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import { hasPhotoExtension } from './photoKinds.ts';

export interface FoldersOnDisk {
  /** Absolute. */
  readonly path: string;
  /** Null of the topmost one. */
  readonly parent: string | null;
  readonly folders: readonly { readonly name: string; readonly path: string }[];
  /** In the folder itself, by their names. */
  readonly photos: number;
  /** There is more in it than is looked at. */
  readonly isCut: boolean;
}

/** Of one folder: more than anybody looks through, and read in a moment. */
const maxEntries = 20_000;

/** Neither can be typed or shown as what it is: control characters, and bytes that are no UTF-8. */
const unusable = /[\p{Cc}\ufffd]/u;

/**
 * Links are not followed, hidden folders not listed.
 * @param folder by default the person's own folder
 * @throws LibraryError PATH_NOT_FOUND, PATH_NOT_A_FOLDER, PATH_UNREADABLE
 */
export async function foldersOnDisk(folder: string = os.homedir()): Promise<FoldersOnDisk> {
  if (!path.isAbsolute(folder) || folder.includes('\0')) {
    throw new LibraryError('PATH_NOT_A_FOLDER', `${folder} is not a folder.`, { folder });
  }
  const here = path.resolve(folder);
  const names: string[] = [];
  let photos = 0;
  let seen = 0;
  try {
    for await (const entry of await opendir(here)) {
      seen += 1;
      if (seen > maxEntries) break;
      if (entry.name.startsWith('.') || unusable.test(entry.name)) continue;
      if (entry.isDirectory()) names.push(entry.name);
      else if (entry.isFile() && hasPhotoExtension(entry.name)) photos += 1;
    }
  } catch (error) {
    throw folderError(here, error);
  }
  const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  const parent = path.dirname(here);
  return {
    path: here,
    parent: parent === here ? null : parent,
    folders: names.sort(byName.compare).map((name) => ({ name, path: path.join(here, name) })),
    photos,
    isCut: seen > maxEntries,
  };
}

function folderError(folder: string, error: unknown): LibraryError {
  const code = fileSystemCode(error);
  if (code === 'ENOENT') return new LibraryError('PATH_NOT_FOUND', `There is no folder ${folder}.`, { folder }, error);
  if (code === 'ENOTDIR') return new LibraryError('PATH_NOT_A_FOLDER', `${folder} is not a folder.`, { folder }, error);
  const message = `The folder ${folder} cannot be read: ${fileSystemReason(error)}.`;
  return new LibraryError('PATH_UNREADABLE', message, { folder }, error);
}
