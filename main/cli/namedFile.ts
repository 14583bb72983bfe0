/** @file Files and folders that were named on the command line: by their paths, by `file:` addresses, by patterns. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ForeignFileError, readForeignFile } from '../../native-models/foreignFile.ts';
import { fileSystemReason } from '../library/files/fileSystemError.ts';
import { LibraryError } from '../library/files/libraryError.ts';
import { pathOfFileUrl } from '../library/photos/fileUrl.ts';
import { namedPlace, namedPlaces } from '../library/photos/namedPlaces.ts';
import type { CliContext } from './cliContext.ts';

/** The path that is meant by a path or a `file:` address, whether or not it is there. @throws LibraryError PATH_INVALID */
export function pathIn(cwd: string, named: string): string {
  return path.resolve(cwd, pathOfFileUrl(named, process.platform));
}

/** Before a model is loaded for it, which can take a while. @throws LibraryError PATH_NOT_FOUND */
export async function assertFile(file: string, shownAs: string): Promise<void> {
  try {
    await stat(file);
  } catch (error) {
    throw new LibraryError(
      'PATH_NOT_FOUND',
      `${shownAs} cannot be read: ${fileSystemReason(error)}.`,
      { path: file, named: shownAs },
      error,
    );
  }
}

/** @throws LibraryError as `namedPlace` */
export async function namedFile(named: string, { cwd, platform, interrupt }: CliContext): Promise<string> {
  return await namedPlace(named, { cwd, platform, signal: interrupt });
}

/** Of a pattern, the folders that match it; a path that is there stays what it is. @throws LibraryError as `namedPlaces` */
export async function namedFolders(
  named: string,
  { cwd, platform, interrupt }: CliContext,
): Promise<readonly string[]> {
  const places = (await namedPlaces(named, { cwd, platform, signal: interrupt })).map((place) => place.path);
  if (places.length === 1) return places;
  const folders: string[] = [];
  for (const place of places) if ((await stat(place)).isDirectory()) folders.push(place);
  if (folders.length === 0) throw new LibraryError('PATH_NOT_A_FOLDER', `No folder matches ${named}.`, { named });
  return folders;
}

/** The same of folders that may be away: what nothing on the disk matches is a path. */
export async function knownFolders(named: string, context: CliContext): Promise<readonly string[]> {
  try {
    return await namedFolders(named, context);
  } catch (error) {
    if (!(error instanceof LibraryError) || error.code !== 'PATH_NOT_FOUND') throw error;
    return [pathIn(context.cwd, named)];
  }
}

/** @throws LibraryError PATH_NOT_FOUND, PATH_NOT_A_FILE */
export async function textOfFile(file: string, shownAs: string, maxBytes: number): Promise<string> {
  try {
    return (await readForeignFile(file, maxBytes)).toString('utf8');
  } catch (error) {
    const code = error instanceof ForeignFileError ? 'PATH_NOT_A_FILE' : 'PATH_NOT_FOUND';
    throw new LibraryError(
      code,
      `${shownAs} cannot be read: ${fileSystemReason(error)}.`,
      { path: file, named: shownAs },
      error,
    );
  }
}
