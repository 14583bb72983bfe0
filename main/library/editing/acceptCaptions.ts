/** @file Approves what models wrote about many photos, from a score on. Main process. */
import type { Catalog } from '../catalog/catalog.ts';
import { type BulkEditOptions, bulkEdit } from '../catalog/runs/bulkEdit.ts';

/**
 * As one run. Of the photos those count whose caption nobody reviewed since they were chosen. Returns the run, undefined
 * where there was nothing to approve, and how many captions it approved.
 * @param minItm 0 to 1
 */
export async function acceptCaptions(
  catalog: Pick<Catalog, 'connection' | 'runs' | 'undo' | 'captionReview'>,
  photoIds: readonly number[],
  minItm: number,
  options: BulkEditOptions = {},
): Promise<{ readonly runId: number | undefined; readonly captions: number }> {
  const { captionReview, connection } = catalog;
  const due = connection.read(() =>
    photoIds.filter((photoId) => captionReview.acceptable(photoId, minItm) !== undefined),
  );
  if (due.length === 0) return { runId: undefined, captions: 0 };
  const edit = {
    description: { kind: 'acceptCaptions', captions: due.length, minItm } as const,
    photoIds: due,
    change: (photoId: number, runId: number) => captionReview.accept(photoId, runId, minItm),
  };
  return { runId: await bulkEdit(catalog, edit, options), captions: due.length };
}
