/** @file Says of a folder that belongs to another program what it is. Pure; any process. */
import path from 'node:path';
import { LibraryError } from '../files/libraryError.ts';
import { programOf } from './photoKinds.ts';

/** Where a person names such a folder for its photos; undefined for any other. */
export function programFolderError(folder: string): LibraryError | undefined {
  const name = path.basename(folder);
  const program = programOf(name);
  if (program === undefined) return undefined;
  return new LibraryError(
    'PATH_OF_A_PROGRAM',
    `${name} is not a folder of photos but belongs to ${program}, which may change or remove what is in it at any time. Export the photos from there, and name the folder that they are exported to.`,
    { folder, program },
  );
}
