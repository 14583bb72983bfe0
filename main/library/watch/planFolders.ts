/** @file What becomes of a root's folders when they are met on the disk, or are not, and where comparing goes on. Pure. */
import type { Folder } from '../catalog/photos/folders.ts';
import { childPath, isWithin } from '../files/commonFolder.ts';

/** What of a folder's entries concerns the library. */
export interface FolderNames {
  readonly fileNames: readonly string[];
  /** Names of folders, links left out. */
  readonly folderNames: readonly string[];
  /** Names of links that lead to folders which are not part of the library anyway. */
  readonly linkNames: readonly string[];
  /** Names of links that lead nowhere now: what was behind them is away, not deleted. */
  readonly brokenLinkNames: readonly string[];
}

/** A folder on the disk. */
export interface MetFolder extends Pick<FolderNames, 'fileNames' | 'folderNames'> {
  readonly rootId: number;
  readonly relativePath: string;
  /** The file system's number of it, which a rename keeps. */
  readonly inode: number;
}

/** What the catalog has for a folder that was met. */
export interface FolderSnapshot {
  /** Under its path, as names are compared there. */
  readonly here: Folder | undefined;
  /** With its number, and not met so far in the pass; with some names of what is in each. */
  readonly sameNumber: readonly { readonly folder: Folder; readonly names: readonly string[] }[];
}

export type FolderPlacement =
  | { readonly kind: 'addFolder'; readonly rootId: number; readonly relativePath: string }
  /** The folder is called otherwise, or lies elsewhere, with all that is in it. */
  | {
      readonly kind: 'moveFolder';
      readonly folderId: number;
      readonly rootId: number;
      readonly relativePath: string;
    };

export type FolderAction =
  | { readonly kind: 'noteNumber'; readonly folderId: number; readonly inode: number }
  /** They are gone; those that hold nothing leave the catalog. */
  | { readonly kind: 'removeFolders'; readonly folderIds: readonly number[] };

/**
 * The folders that this one may have been before it was renamed: whether they still are where the catalog has them, the
 * disk is to be asked. Numbers of deleted folders are given to new ones, so one entry at least must be the same.
 */
export function formerFolders(met: MetFolder, { here, sameNumber }: FolderSnapshot): Folder[] {
  if (here !== undefined || sameNumber.length === 0) return [];
  const names = new Set([...met.fileNames, ...met.folderNames]);
  return sameNumber
    .filter((known) => known.names.length === 0 || known.names.some((name) => names.has(name)))
    .map(({ folder }) => folder)
    .filter(({ relativePath }) => !isWithin(met.relativePath, relativePath));
}

/**
 * Where the catalog is to have a folder.
 *
 * @param catalog as it is now: since the disk was asked, a former folder may have been met, or another taken for this one
 * @param gone of the former folders, those that are not where the catalog has them
 */
export function planFolder(
  met: MetFolder,
  catalog: FolderSnapshot,
  gone: ReadonlySet<number>,
): FolderPlacement | { readonly kind: 'stay'; readonly folder: Folder } {
  const { rootId, relativePath } = met;
  // Also one whose name is written otherwise now, where case means nothing.
  const folder = catalog.here ?? formerFolders(met, catalog).find(({ id }) => gone.has(id));
  if (folder === undefined) return { kind: 'addFolder', rootId, relativePath };
  if (folder.relativePath === relativePath) return { kind: 'stay', folder };
  return { kind: 'moveFolder', folderId: folder.id, rootId, relativePath };
}

/** A folder that is to be compared. */
export interface Visit {
  readonly relativePath: string;
  /** With everything below it. */
  readonly isDeep: boolean;
}

export interface Descent {
  readonly folders: readonly Visit[];
  readonly links: readonly Visit[];
  /** Folders of the catalog that are not where it has them. */
  readonly lost: readonly Folder[];
  /** Something new depends on what else there is in the root. */
  readonly isIncomplete: boolean;
}

/** Where to go on from a folder that was compared. @param below what the catalog has right in it */
export function planDescent(
  { relativePath, isDeep }: Visit,
  listing: Omit<FolderNames, 'fileNames'>,
  below: readonly Folder[],
  find: (relativePath: string) => Folder | undefined,
): Descent {
  const { folderNames, linkNames, brokenLinkNames } = listing;
  const findIn = (name: string) => find(childPath(relativePath, name));
  const isNew = (name: string) => findIn(name) === undefined;
  const enter = (name: string) => ({ relativePath: childPath(relativePath, name), isDeep: true });
  const there = new Set([...folderNames, ...linkNames, ...brokenLinkNames].map((name) => findIn(name)?.id));
  return {
    folders: folderNames.filter((name) => isDeep || isNew(name)).map(enter),
    links: isDeep ? linkNames.map(enter) : [],
    lost: below.filter(({ id }) => !there.has(id)),
    // Whether a link is followed, that is.
    isIncomplete: !isDeep && linkNames.some(isNew),
  };
}

/** Folders that were lost and not met elsewhere, with what is in them; those deepest down first. */
export function goneFolders(
  folders: readonly Folder[],
  lost: ReadonlySet<number>,
  met: ReadonlySet<number>,
): readonly Folder[] {
  const below = Map.groupBy(folders, ({ parentId }) => parentId);
  const gone = new Set<Folder>();
  const collect = (folder: Folder) => {
    if (met.has(folder.id) || gone.has(folder)) return;
    for (const inside of below.get(folder.id) ?? []) collect(inside);
    gone.add(folder);
  };
  for (const folder of folders) {
    if (lost.has(folder.id)) collect(folder);
  }
  return [...gone];
}
