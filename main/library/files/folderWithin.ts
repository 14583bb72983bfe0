/** @file Makes folders below one that a person named, and follows no link there: whoever shares the folder could lay one. */
import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { holds } from './commonFolder.ts';
import { fileSystemCode } from './fileSystemError.ts';
import { LibraryError } from './libraryError.ts';

/**
 * @param top is there, and may be a link itself
 * @param folder `top`, or a folder in it; those between are made, too
 * @throws LibraryError OUTPUT_NOT_WRITABLE where it lies elsewhere, also through a link; the file system's errors
 */
export async function makeFolderWithin(top: string, folder: string): Promise<void> {
  if (!holds(top, folder)) throw refused(folder, `it does not lie in ${top}`);
  let place = top;
  for (const name of path.relative(top, folder).split(path.sep)) {
    if (name === '') continue;
    place = path.join(place, name);
    await makeIfMissing(place);
    if (!(await lstat(place)).isDirectory()) throw refused(folder, `${place} is a link or a file, not a folder`);
  }
}

async function makeIfMissing(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (fileSystemCode(error) !== 'EEXIST') throw error;
  }
}

function refused(folder: string, reason: string): LibraryError {
  return new LibraryError('OUTPUT_NOT_WRITABLE', `Nothing is written to ${folder}: ${reason}.`, { folder });
}
