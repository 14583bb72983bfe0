/** @file Compares the files of one folder with the photos that the catalog has there. Main process, CLI. */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Folder } from '../catalog/photos/folders.ts';
import type { PlacedPhoto } from '../catalog/photos/photoPlaces.ts';
import type { Root } from '../catalog/photos/roots.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import type { DiskState } from '../photos/disk.ts';
import { nameKey } from '../photos/nameKey.ts';
import { applyPlan } from './applyPlan.ts';
import { readFingerprint } from './fingerprint.ts';
import type { Action, FoundFile } from './plan.ts';
import { planEntry } from './planEntry.ts';
import type { ScanProblem, WatchContext } from './watchContext.ts';

/** Photos and files that are dealt with at a time: so much that one transaction is worth it, and takes a few ms. */
export const filesAtOnce = 64;
const rowsAtOnce = 1000;

export interface FolderOnDisk {
  readonly root: Root;
  readonly folder: Folder;
  /** Absolute. */
  readonly path: string;
  /** Of the files that count as photos. */
  readonly fileNames: readonly string[];
  /** Another folder is at this place than the catalog knows. */
  readonly isReplaced: boolean;
}

/** A name, and the photo that the catalog has under it. */
export interface NamedFile {
  readonly name: string;
  readonly nameKey: string;
  readonly own: PlacedPhoto | undefined;
}

export interface FileLooks {
  readonly found: readonly FoundFile[];
  /** Files that may be unfinished, to be looked at again. */
  readonly unstable: readonly NamedFile[];
  readonly problems: readonly ScanProblem[];
}

/** Pairs the names on the disk with the catalog's photos; `absent` are photos without a file. */
export async function pairNames(
  { catalog }: WatchContext,
  { root, folder, fileNames }: FolderOnDisk,
): Promise<{ readonly files: readonly NamedFile[]; readonly absent: readonly PlacedPhoto[] }> {
  const rows = new Map<string, PlacedPhoto>();
  let afterKey = '';
  for (;;) {
    const page = catalog.places.inFolder(folder.id, afterKey, rowsAtOnce);
    for (const row of page) rows.set(row.nameKey, row);
    const last = page.at(-1);
    if (last === undefined || page.length < rowsAtOnce) break;
    afterKey = last.nameKey;
    await nextTurn();
  }
  const taken = new Set<string>();
  const files = fileNames.toSorted().map((name) => {
    const key = nameKey(root.nameRule, name);
    // Windows tells names apart that differ in how their accents are composed.
    const unique = taken.has(key) ? `${key}\0${name}` : key;
    taken.add(unique);
    return { name, nameKey: unique, own: rows.get(unique) };
  });
  return { files, absent: [...rows.values()].filter((row) => !taken.has(row.nameKey)) };
}

/**
 * Looks at some files of a folder: nothing more is done about those that are as the catalog knows them, the others are
 * read.
 *
 * @param isStable whether a file that was just written is finished
 */
export async function snapshotFiles(
  context: WatchContext,
  { folder, path: folderPath, isReplaced: isOther }: FolderOnDisk,
  files: readonly NamedFile[],
  { buffer, isStable }: { readonly buffer: Buffer; readonly isStable: (path: string, state: DiskState) => boolean },
): Promise<FileLooks> {
  const { disk } = context;
  const paths = files.map(({ name }) => path.join(folderPath, name));
  const states = await Promise.allSettled(paths.map((file) => disk.state(file)));
  const found: FoundFile[] = [];
  const inexact: Action[] = [];
  const unstable: NamedFile[] = [];
  const problems: ScanProblem[] = [];
  for (const [index, file] of files.entries()) {
    const state = states[index];
    const filePath = paths[index];
    if (state === undefined || filePath === undefined) continue;
    if (state.status === 'rejected') {
      problems.push(...problemOf(filePath, state.reason));
      continue;
    }
    const planned = planEntry(file.name, file.own, state.value, isOther);
    if (planned === 'note' && file.own !== undefined) {
      inexact.push({ kind: 'touch', photoId: file.own.id, state: state.value });
    }
    if (planned !== 'read') continue;
    if (!isStable(filePath, state.value)) {
      unstable.push(file);
      continue;
    }
    try {
      const read = await readFingerprint(disk, filePath, state.value, buffer);
      if (read === undefined) unstable.push(file);
      else found.push({ place: { ...file, folderId: folder.id }, path: filePath, ownId: file.own?.id, read });
    } catch (error) {
      problems.push(...problemOf(filePath, error));
    }
  }
  if (inexact.length > 0) applyPlan(context.catalog, inexact);
  return { found, unstable, problems };
}

/** Node shows bytes of a name that are no valid Unicode as U+FFFD, and then does not find the file. */
export function problemOf(place: string, error: unknown): ScanProblem[] {
  if (fileSystemCode(error) === 'ENOENT') {
    if (!place.includes('\ufffd')) return [];
    const message = 'The file cannot be reached: its name is not valid Unicode; rename it.';
    return [{ path: place, error: new LibraryError('PATH_NOT_FOUND', message, { path: place }, error) }];
  }
  const message = `This cannot be read: ${fileSystemReason(error)}.`;
  return [{ path: place, error: new LibraryError('PATH_UNREADABLE', message, { path: place }, error) }];
}
