/** @file Looks whether a root's folder is there, or its drive away, or back in another place, and has the catalog follow. Main process, CLI. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Root } from '../catalog/photos/roots.ts';
import { applyPlan } from './applyPlan.ts';
import { holdsEnough, isSameFolder, isTaken, planReturn, type RootAction } from './planRoots.ts';
import type { WatchContext } from './watchContext.ts';

const maxLookMs = 20_000;
const sampledPhotos = 32;

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
    const onDisk = { inode, volume: await volumes.placeOf(root.path) };
    // Only where that does not tell: photos are many looks, on a drive that may be slow.
    return isSameFolder(root, known, onDisk, catalog.roots.list()) || (await holdsPhotosOf(context, root, root.path));
  } catch {
    // Whatever the system says about it: it cannot be looked into now.
    return false;
  }
}

/** Whether photos of the root, as they were last seen, are in the folder; true for a root without photos. */
export async function holdsPhotosOf(context: WatchContext, root: Root, folder: string): Promise<boolean> {
  const sample = context.catalog.roots.photoSample(root.id, sampledPhotos);
  const looks = sample.map(async (known) => ({
    known,
    there: await context.disk.state(path.join(folder, known.relativePath)).catch(() => undefined),
  }));
  return holdsEnough(await Promise.all(looks));
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
    if ((await updateRootPresence(context, root)) === 'offline') changes.push({ rootId: root.id, state: 'offline' });
  }
  for (const root of roots.list().filter(({ state }) => state === 'offline')) {
    signal?.throwIfAborted();
    changes.push(...follow(context, await lookForReturn(context, root)));
  }
  return changes;
}

/** The same for one root that was online. */
export async function updateRootPresence(context: WatchContext, root: Root): Promise<'online' | 'offline'> {
  if (await isPresent(context, root)) return 'online';
  follow(context, [{ kind: 'goOffline', rootId: root.id }]);
  return 'offline';
}

/** Where it was, or on a drive that is mounted elsewhere now, which is looked for only then. */
async function lookForReturn(context: WatchContext, root: Root): Promise<RootAction[]> {
  const { catalog, volumes } = context;
  const isHere = !isTaken(root.path, catalog.roots.list()) && (await isPresent(context, root));
  const folder = isHere ? undefined : await findElsewhere(context, root);
  const elsewhere = folder === undefined ? undefined : { path: folder, volume: await volumes.placeOf(folder) };
  return planReturn(root, catalog.roots.list(), isHere, elsewhere);
}

function follow({ catalog, onEvent }: WatchContext, actions: readonly RootAction[]): PresenceChange[] {
  applyPlan(catalog, actions);
  const changes = actions.flatMap((action): PresenceChange[] => {
    if (action.kind === 'comeBack') return [{ rootId: action.rootId, state: 'online' }];
    return action.kind === 'goOffline' ? [{ rootId: action.rootId, state: 'offline' }] : [];
  });
  for (const { rootId, state } of changes) onEvent?.({ kind: state, rootId });
  return changes;
}
