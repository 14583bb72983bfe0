/** @file Changes many photos as one run: all of them or, when it is stopped or the process dies, none. Main process and CLI. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunDescription } from '../../../../schemas/runDescription.ts';
import type { Catalog } from '../catalog.ts';

export interface BulkEdit {
  /** By default `bulk-edit`. */
  readonly kind?: 'bulk-edit' | 'import' | undefined;
  /** Of an import: the file. */
  readonly importSource?: string | undefined;
  readonly description: RunDescription;
  readonly photoIds: readonly number[];
  /** Changes one photo that is in the catalog, through the stores; called within a transaction. */
  change(photoId: number, runId: number): void;
}

export interface BulkEditOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Photos of one transaction: a few milliseconds, after which others have their turn. */
const photosAtOnce = 100;

/** Those of the photos that there is something to do about, found out before the edit begins, while others have their turn. */
export async function duePhotos(
  { connection }: Pick<Catalog, 'connection'>,
  photoIds: readonly number[],
  isDue: (photoId: number) => boolean,
  signal?: AbortSignal,
): Promise<number[]> {
  const due: number[] = [];
  for (let start = 0; start < photoIds.length; start += photosAtOnce) {
    if (start > 0) await nextTurn();
    signal?.throwIfAborted();
    const asked = photoIds.slice(start, start + photosAtOnce);
    due.push(...connection.read(() => asked.filter(isDue)));
  }
  return due;
}

/**
 * Returns the run, which can be reverted like any other. A photo that left the catalog since it was chosen is passed
 * over: the others are none the worse for it. What throws, and a signal that aborts, reverts what was done
 * so far and is thrown again; after a crash the next start does that (`UndoStore.finishInterrupted`).
 */
export async function bulkEdit(
  catalog: Pick<Catalog, 'connection' | 'runs' | 'undo'>,
  edit: BulkEdit,
  { signal, onProgress }: BulkEditOptions = {},
): Promise<number> {
  signal?.throwIfAborted();
  const { kind = 'bulk-edit', description, importSource } = edit;
  const isThere = catalog.connection.prepare<[number]>('SELECT 1 FROM photo WHERE id = ?');
  const runId = catalog.runs.begin({ kind, description, importSource });
  try {
    for (let start = 0; start < edit.photoIds.length; start += photosAtOnce) {
      signal?.throwIfAborted();
      const photoIds = edit.photoIds.slice(start, start + photosAtOnce);
      catalog.connection.write(() => {
        for (const photoId of photoIds) if (isThere.get(photoId) !== undefined) edit.change(photoId, runId);
      });
      onProgress?.(start + photoIds.length, edit.photoIds.length);
      await nextTurn();
    }
    catalog.runs.setState(runId, 'done');
    return runId;
  } catch (error) {
    await catalog.undo.revert(runId);
    throw error;
  }
}
