/** @file Compares whole roots with the catalog: at start, when asked to, and when the watcher cannot be sure. Main process, CLI. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Root } from '../catalog/photos/roots.ts';
import { applyPlan } from './applyPlan.ts';
import { finishRemovals } from './libraryRoots.ts';
import { planVolume } from './planRoots.ts';
import { updatePresence } from './presence.ts';
import { type ReconcileResult, Reconciler } from './reconciler.ts';
import type { WatchContext } from './watchContext.ts';

export interface ScanOptions {
  /** By default all that are watched. */
  readonly rootIds?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ScanResult extends ReconcileResult {
  /** Roots whose folder is away; their photos are as they were. */
  readonly offlineRootIds: readonly number[];
}

/**
 * Brings the catalog in step with the disk. Cut short at any moment, it keeps what it did, and the next one goes on.
 *
 * @throws the signal's reason; CatalogError
 */
export async function scanLibrary(context: WatchContext, { rootIds, signal }: ScanOptions = {}): Promise<ScanResult> {
  const { roots } = context.catalog;
  await updatePresence(context, signal);
  await finishRemovals(context, signal);
  const chosen = roots.list().filter((root) => (rootIds === undefined ? root.watched : rootIds.includes(root.id)));
  const online = chosen.filter(({ state }) => state === 'online');
  const expectedFiles = roots.countPresent(online.map(({ id }) => id));
  const reconciler = new Reconciler(context, { signal, expectedFiles });
  for (const root of online) {
    await noteVolume(context, root);
    await reconciler.reconcileRoot(root);
  }
  const result = await reconciler.finish();
  const offlineRootIds = chosen.map(({ id }) => id).filter((id) => roots.get(id).state === 'offline');
  return { ...result, offlineRootIds };
}

async function noteVolume({ catalog, volumes }: WatchContext, root: Root): Promise<void> {
  try {
    applyPlan(catalog, planVolume(root, await volumes.placeOf(root.path)));
  } catch {
    // The folder is going away at this moment; the reconciler will say so.
  }
}

export interface PurgeOptions {
  /** Photos that have been missing for longer leave the catalog. */
  readonly graceMs: number;
  readonly signal?: AbortSignal | undefined;
}

const purgedAtOnce = 50;

/** Photos of which nothing is worth keeping leave the catalog; those with a person's words stay. Returns how many left. */
export async function purgeMissing(
  { catalog, onEvent }: WatchContext,
  { graceMs, signal }: PurgeOptions,
): Promise<number> {
  const { connection, places } = catalog;
  const beforeMs = connection.nowMs() - graceMs;
  let purged = 0;
  for (let afterId = 0; ; ) {
    signal?.throwIfAborted();
    const ids = places.expired(beforeMs, afterId, purgedAtOnce);
    const last = ids.at(-1);
    if (last === undefined) return purged;
    // Which ones, the query says: it reads what was written about them, as it is now.
    applyPlan(
      catalog,
      ids.map((photoId) => ({ kind: 'forget', photoId })),
    );
    onEvent?.({ kind: 'purged', photoIds: ids });
    purged += ids.length;
    afterId = last;
    await nextTurn();
  }
}
