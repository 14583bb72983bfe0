/** @file Whether a root's folder is there, or its drive away, or back in another place. Main process, CLI. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Root } from '../catalog/photos/roots.ts';
import { isSameTime } from '../photos/fileState.ts';
import type { WatchContext } from './watchContext.ts';

const maxLookMs = 20_000;
const sampledPhotos = 32;
/** Of the photos that are looked for, so large a part must be there as it was for the folder to be the same one. */
const recognisedPart = 1 / 10;

/**
 * Whether what is at the root's path is the folder that the catalog knows. An empty mount point is not, nor is another
 * drive that took the same place; a folder whose photos were all deleted is.
 */
export async function isPresent(context: WatchContext, root: Root): Promise<boolean> {
  // A network drive whose server is gone may answer after minutes, or never.
  return await Promise.race([isThere(context, root), pause(maxLookMs, false, { ref: false })]);
}

async function isThere(context: WatchContext, root: Root): Promise<boolean> {
  const { catalog, disk, volumes } = context;
  try {
    const { kind, inode } = await disk.state(root.path);
    if (kind !== 'folder') return false;
    const known = catalog.folders.find(root.id, '')?.inode;
    const volume = await volumes.placeOf(root.path);
    const isSameVolume =
      root.volume?.id !== undefined && volume.id !== undefined ? root.volume.id === volume.id : undefined;
    // The top folders of two drives usually have the same number.
    const isContested = catalog.roots.list().some(({ id, path: other }) => id !== root.id && other === root.path);
    const isSame = isSameVolume ?? (known === undefined || (known === inode && !isContested));
    return isSame || (await holdsPhotosOf(context, root, root.path));
  } catch {
    // Whatever the system says about it: it cannot be looked into now.
    return false;
  }
}

/** Whether photos of the root, as they were last seen, are in the folder; true for a root without photos. */
export async function holdsPhotosOf(context: WatchContext, root: Root, folder: string): Promise<boolean> {
  const sample = context.catalog.roots.photoSample(root.id, sampledPhotos);
  if (sample.length === 0) return true;
  const looks = sample.map(async ({ relativePath, sizeBytes, modifiedMs }) => {
    const state = await context.disk.state(path.join(folder, relativePath));
    return state.sizeBytes === sizeBytes && isSameTime(state.modifiedMs, modifiedMs);
  });
  const seen = (await Promise.allSettled(looks)).filter((look) => look.status === 'fulfilled' && look.value);
  return seen.length >= sample.length * recognisedPart;
}

/** Where the root's folder is now, when its drive was mounted elsewhere: the same path on any of the drives. */
export async function findElsewhere(context: WatchContext, root: Root): Promise<string | undefined> {
  const { volume } = root;
  if (volume === undefined || context.catalog.roots.presentPhotos(root.id, 1).length === 0) return undefined;
  for (const mountPoint of await context.volumes.mountPoints().catch(() => [])) {
    const folder = path.join(mountPoint, volume.path);
    const isFolder = await context.disk.state(folder).then(
      ({ kind }) => kind === 'folder',
      () => false,
    );
    if (isFolder && folder !== root.path && (await holdsPhotosOf(context, root, folder))) return folder;
  }
  return undefined;
}

export interface PresenceChange {
  readonly rootId: number;
  readonly state: 'online' | 'offline';
}

/** Looks at every root, and notes in the catalog which ones went away or came back. */
export async function updatePresence(context: WatchContext, signal?: AbortSignal): Promise<PresenceChange[]> {
  const { roots } = context.catalog;
  const changes: PresenceChange[] = [];
  // What is away makes room first: two drives may have taken turns at one mount point.
  for (const root of roots.list().filter(({ state }) => state === 'online')) {
    signal?.throwIfAborted();
    if (!(await isPresent(context, root))) changes.push(note(context, root, 'offline'));
  }
  for (const root of roots.list().filter(({ state }) => state === 'offline')) {
    signal?.throwIfAborted();
    if (await isBack(context, root)) changes.push(note(context, root, 'online'));
  }
  return changes;
}

/** The same for one root that was online. */
export async function updateRootPresence(context: WatchContext, root: Root): Promise<'online' | 'offline'> {
  if (await isPresent(context, root)) return 'online';
  note(context, root, 'offline');
  return 'offline';
}

function note({ catalog, onEvent }: WatchContext, root: Root, state: 'online' | 'offline'): PresenceChange {
  catalog.roots.setState(root.id, state);
  onEvent?.({ kind: state, rootId: root.id });
  return { rootId: root.id, state };
}

/** Where it was, or on a drive that is mounted elsewhere now; then the catalog knows the new path afterwards. */
async function isBack(context: WatchContext, root: Root): Promise<boolean> {
  const { roots } = context.catalog;
  const isTaken = (folder: string) =>
    roots.list().some(({ state, path: other }) => state === 'online' && other === folder);
  if (!isTaken(root.path) && (await isPresent(context, root))) return true;
  const folder = await findElsewhere(context, root);
  if (folder === undefined || isTaken(folder)) return false;
  roots.relocate(root.id, folder, root.nameRule, await context.volumes.placeOf(folder));
  return true;
}
