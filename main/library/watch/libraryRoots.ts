/** @file Adds folders to the library and takes them out, whatever they have to do with those that are in it. Main process, CLI. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Root } from '../catalog/photos/roots.ts';
import { holds, pathBelow } from '../files/commonFolder.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import { detectNameRule } from '../photos/nameRule.ts';
import { programFolderError } from '../photos/programFolder.ts';
import { applyPlan } from './applyPlan.ts';
import { holdsPhotosOf } from './presence.ts';
import type { WatchContext } from './watchContext.ts';

export interface AddRootOptions {
  readonly watched: boolean;
  /** Patterns as in .gitignore; those of before when not given. */
  readonly ignored?: readonly string[] | undefined;
  /** Whether XMP sidecars are kept in step; as before when not given. */
  readonly liveSidecars?: boolean | undefined;
  readonly platform?: NodeJS.Platform | undefined;
}

/**
 * - `added`: new to the library.
 * - `known`: it was in the library, or had been.
 * - `returned`: its photos are those of a folder that was away; that one is here now, with everything written.
 */
export interface AddedRoot {
  readonly root: Root;
  readonly outcome: 'added' | 'known' | 'returned';
  /** Roots that are part of it from now on, with their photos and texts. */
  readonly absorbed: readonly Root[];
}

/**
 * Nothing is scanned yet.
 *
 * @throws LibraryError PATH_NOT_FOUND, PATH_NOT_A_FOLDER, PATH_UNREADABLE; PATH_OF_A_PROGRAM of another program's library;
 * FOLDER_IN_LIBRARY within a watched folder
 */
export async function addRoot(context: WatchContext, folder: string, options: AddRootOptions): Promise<AddedRoot> {
  const added = await placeRoot(context, folder, options);
  if (options.liveSidecars === undefined) return added;
  const { folders, roots } = context.catalog;
  folders.setLiveSidecars(folders.ensure(added.root.id, ''), options.liveSidecars);
  return { ...added, root: roots.get(added.root.id) };
}

async function placeRoot(context: WatchContext, folder: string, options: AddRootOptions): Promise<AddedRoot> {
  const { roots } = context.catalog;
  const place = await realFolder(context, folder);
  const known = await knownAt(context, place);
  if (known !== undefined) {
    roots.setState(known.id, 'online');
    if (options.watched && !known.watched) roots.setWatched(known.id, true);
    if (options.ignored !== undefined) roots.setIgnored(known.id, options.ignored);
    return { root: roots.get(known.id), outcome: 'known', absorbed: [] };
  }
  const foreign = programFolderError(place);
  if (foreign !== undefined) throw foreign;
  const nameRule = await detectNameRule(context.disk, place, options.platform ?? process.platform);
  const volume = await context.volumes.placeOf(place);
  const away = await recognize(context, place);
  if (away !== undefined) {
    roots.relocate(away.id, place, nameRule, volume);
    if (options.watched) roots.setWatched(away.id, true);
    return { root: roots.get(away.id), outcome: 'returned', absorbed: [] };
  }
  const around = coveringRoot(context, place);
  if (around !== undefined && (around.watched || !options.watched)) {
    if (!around.watched) return { root: around, outcome: 'known', absorbed: [] };
    const message = `The folder ${place} is in the library already, as part of ${around.path}.`;
    throw new LibraryError('FOLDER_IN_LIBRARY', message, { folder: place, root: around.path });
  }
  return context.catalog.connection.write(() => {
    const root = roots.add({ path: place, nameRule, volume, watched: options.watched, ignored: options.ignored });
    if (around !== undefined) roots.moveInto(around.id, pathBelow(around.path, place), root.id, '');
    const absorbed = innerRoots(context, root);
    for (const inner of absorbed) absorb(context, inner, root);
    return { root: roots.get(root.id), outcome: 'added', absorbed };
  });
}

/** The root that the folder or file lies in, or is. */
export function coveringRoot({ catalog }: WatchContext, place: string): Root | undefined {
  return catalog.roots
    .list()
    .filter(({ state, path: root }) => state === 'online' && holds(root, place))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

const missedAtOnce = 200;

/** Its photos count as missing from now on; adding the folder again brings them back with all that was written. */
export async function removeRoot(context: WatchContext, rootId: number, signal?: AbortSignal): Promise<void> {
  context.catalog.roots.setState(rootId, 'removed');
  await missAll(context, rootId, signal);
}

/** Removals that were cut short. */
export async function finishRemovals(context: WatchContext, signal?: AbortSignal): Promise<void> {
  for (const { id, state } of context.catalog.roots.all()) {
    if (state === 'removed') await missAll(context, id, signal);
  }
}

async function missAll({ catalog }: WatchContext, rootId: number, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const ids = catalog.roots.presentPhotos(rootId, missedAtOnce);
    if (ids.length === 0) return;
    applyPlan(
      catalog,
      ids.map((photoId) => ({ kind: 'miss', photoId })),
    );
    await nextTurn();
  }
}

async function realFolder({ disk }: WatchContext, folder: string): Promise<string> {
  try {
    const place = await disk.realPath(folder);
    const { kind } = await disk.state(place);
    if (kind === 'folder') return place;
  } catch (error) {
    if (fileSystemCode(error) === 'ENOENT') {
      throw new LibraryError('PATH_NOT_FOUND', `There is no folder ${folder}.`, { folder }, error);
    }
    const message = `The folder ${folder} cannot be read: ${fileSystemReason(error)}.`;
    throw new LibraryError('PATH_UNREADABLE', message, { folder }, error);
  }
  throw new LibraryError('PATH_NOT_A_FOLDER', `${folder} is not a folder.`, { folder });
}

async function knownAt(context: WatchContext, place: string): Promise<Root | undefined> {
  const here = context.catalog.roots.all().filter((root) => root.path === place);
  const present = here.find(({ state }) => state === 'online') ?? here.find(({ state }) => state === 'removed');
  if (present !== undefined) return present;
  for (const root of here) {
    // Another drive may be mounted there now.
    if (await holdsPhotosOf(context, root, place)) return root;
  }
  return undefined;
}

/** The root, away now, whose photos are in the folder. */
async function recognize(context: WatchContext, place: string): Promise<Root | undefined> {
  for (const root of context.catalog.roots.list()) {
    const isAway = root.state === 'offline' && context.catalog.roots.presentPhotos(root.id, 1).length > 0;
    if (isAway && (await holdsPhotosOf(context, root, place))) return root;
  }
  return undefined;
}

/** A folder that a command names takes no watched folder's place. */
function innerRoots({ catalog }: WatchContext, outer: Root): Root[] {
  return catalog.roots
    .all()
    .filter(
      (root) =>
        root.id !== outer.id &&
        root.state !== 'offline' &&
        holds(outer.path, root.path) &&
        (outer.watched || !root.watched),
    );
}

function absorb({ catalog }: WatchContext, inner: Root, outer: Root): void {
  const below = pathBelow(outer.path, inner.path);
  catalog.roots.moveInto(inner.id, '', outer.id, below);
  const patterns = inner.ignored.map((pattern) => patternBelow(below, pattern));
  if (patterns.length > 0) catalog.roots.setIgnored(outer.id, [...catalog.roots.get(outer.id).ignored, ...patterns]);
}

/** The same pattern, written from further up. */
function patternBelow(folder: string, pattern: string): string {
  const sign = pattern.startsWith('!') ? '!' : '';
  const bare = pattern.slice(sign.length);
  const isAnchored = bare.slice(0, -1).includes('/');
  return `${sign}/${folder}/${isAnchored ? bare.replace(/^\//, '') : `**/${bare}`}`;
}
