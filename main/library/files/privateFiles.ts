/** @file Folders and files of the library, which nobody but their owner may read. Windows keeps them private by the folder they lie in. Main process, server and CLI. */
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { assertRegularFile } from '../../../native-models/foreignFile.ts';
import { fileSystemCode } from './fileSystemError.ts';
import { libraryPlaces } from './libraryPlaces.ts';

export const privateFolderMode = 0o700;
export const privateFileMode = 0o600;

/** With the folders above it. One that is there stays as it is. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
}

export function makePrivateFolderSync(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: privateFolderMode });
}

/** Makes an empty one where there is none, for libraries such as SQLite that would let others read it; those then say what is wrong. */
export function makePrivateFileSync(file: string): void {
  try {
    closeSync(openSync(file, 'ax', privateFileMode));
  } catch (error) {
    if (fileSystemCode(error) === undefined) throw error;
  }
}

/** For libraries such as SQLite that open by name, and would wait at a pipe. @throws ForeignFileError */
export function assertRegularFileSync(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats !== undefined) assertRegularFile(stats);
}

/** Replaces the content of the file, or makes it. */
export async function writePrivately(file: string, content: string | Uint8Array): Promise<void> {
  await using handle = await open(file, 'w', privateFileMode);
  // The mode above is only that of a new file.
  await handle.chmod(privateFileMode);
  await handle.writeFile(content);
}

/** The catalog with its logs, its lock and what was kept of earlier ones, and the server's key. */
const ownFile = /^(?:catalog\.|serve\.key$|presets\.json)/;

/**
 * Takes an existing library away from other users' eyes: the folder, the catalog, and all that lies in the places of a
 * library. Does nothing where that is so already, or where the folder is another user's. What else a person keeps in the
 * folder stays as it is, behind the folder's own mode.
 */
export function makeLibraryPrivateSync(libraryFolder: string): void {
  if (process.getuid === undefined) return;
  const { mode, uid } = statSync(libraryFolder);
  if (uid !== process.getuid() || (mode & ~privateFolderMode & 0o777) === 0) return;
  if (!chmodIfPossible(libraryFolder, privateFolderMode)) return;
  for (const entry of readdirSync(libraryFolder, { withFileTypes: true })) {
    if (entry.isFile() && ownFile.test(entry.name)) {
      chmodIfPossible(path.join(libraryFolder, entry.name), privateFileMode);
    }
  }
  for (const place of Object.values(libraryPlaces(libraryFolder))) makeTreePrivateSync(place);
}

/** A folder with all that lies in it, except behind symbolic links. Does nothing where it is another user's. */
export function makeTreePrivateSync(folder: string): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isDirectory() || stats.uid !== process.getuid?.()) return;
  if (!chmodIfPossible(folder, privateFolderMode)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) makeTreePrivateSync(place);
    else if (entry.isFile()) chmodIfPossible(place, privateFileMode);
  }
}

/** A drive without permissions, or a file that goes meanwhile, keeps nobody from the library. */
function chmodIfPossible(place: string, mode: number): boolean {
  try {
    chmodSync(place, mode);
    return true;
  } catch {
    return false;
  }
}
