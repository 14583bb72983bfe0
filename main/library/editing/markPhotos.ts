/** @file Gives photos stars, a flag or a colour label, or takes a person's own away. Main process and CLI. */
import type { MarkChange } from '../../../schemas/marks.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type BulkEditOptions, bulkEdit, duePhotos } from '../catalog/runs/bulkEdit.ts';

/** As one run. Returns it, undefined where there was nothing to change, and how many photos changed. */
export async function markPhotos(
  catalog: Pick<Catalog, 'connection' | 'runs' | 'undo' | 'marks'>,
  photoIds: readonly number[],
  change: MarkChange,
  options: BulkEditOptions = {},
): Promise<{ readonly runId: number | undefined; readonly photos: number }> {
  const { marks, runs } = catalog;
  const due = await duePhotos(catalog, photoIds, (photoId) => marks.changes(photoId, change), options.signal);
  const [only] = due;
  if (only === undefined) return { runId: undefined, photos: 0 };
  const description = { kind: 'mark', change } as const;
  // One photo after the other, by keys: single edits, which the page of runs leaves out.
  const runId =
    due.length === 1
      ? runs.within({ kind: 'edit', description }, (id) => {
          marks.apply(only, id, change);
          return id;
        })
      : await bulkEdit(
          catalog,
          { description, photoIds: due, change: (photoId, id) => marks.apply(photoId, id, change) },
          options,
        );
  return { runId, photos: due.length };
}
