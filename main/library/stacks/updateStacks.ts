/** @file Brings the stacks of folders that changed up to date: made in a reader thread, written a few at a time. Main process and CLI. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Catalog } from '../catalog/catalog.ts';

/** Of one question to the reader thread. */
const foldersAtOnce = 200;
/** Of one transaction: a few milliseconds, after which others have their turn. */
const photosAtOnce = 500;

/** Until nothing is due. What is stopped goes on with the next call. @throws as `CatalogReader.read`; the signal's reason */
export async function updateStacks(
  { stacks, reader }: Pick<Catalog, 'stacks' | 'reader'>,
  signal?: AbortSignal,
): Promise<void> {
  while (stacks.isDue()) {
    while (!stacks.noteDue()) {
      signal?.throwIfAborted();
      await nextTurn();
    }
    const { done, placed, left } = await reader.read('dueStacks', { limit: foldersAtOnce }, signal);
    for (let start = 0; start < Math.max(placed.length, left.length); start += photosAtOnce) {
      signal?.throwIfAborted();
      const part = <T>(list: readonly T[]) => list.slice(start, start + photosAtOnce);
      stacks.apply({ placed: part(placed), left: part(left) });
      await nextTurn();
    }
    signal?.throwIfAborted();
    while (!stacks.done(done)) {
      signal?.throwIfAborted();
      await nextTurn();
    }
  }
}
