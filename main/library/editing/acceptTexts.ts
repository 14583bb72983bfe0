/** @file Approves what models wrote about many photos: captions from a score on, or alt texts and long descriptions. Main process. */
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type BulkEditOptions, bulkEdit, duePhotos } from '../catalog/runs/bulkEdit.ts';
import type { AcceptedTexts } from '../catalog/texts/captionReview.ts';

type AcceptCatalog = Pick<Catalog, 'connection' | 'runs' | 'undo' | 'captionReview' | 'reader'>;

/**
 * As one run. Of the photos those count whose text nobody reviewed since they were chosen. Returns the run, undefined
 * where there was nothing to approve, and how many texts it approved.
 */
export async function acceptTexts(
  catalog: AcceptCatalog,
  photoIds: readonly number[],
  accepted: AcceptedTexts,
  options: BulkEditOptions = {},
): Promise<{ readonly runId: number | undefined; readonly texts: number }> {
  const due = await acceptable(catalog, photoIds, accepted, options.signal);
  if (due.length === 0) return { runId: undefined, texts: 0 };
  const edit = {
    description: descriptionOf(accepted, due.length),
    photoIds: due,
    change: (photoId: number, runId: number) => catalog.captionReview.accept(photoId, runId, accepted),
  };
  return { runId: await bulkEdit(catalog, edit, options), texts: due.length };
}

/** Photos know the state of the caption that they show; which other texts they show is found out elsewhere. */
async function acceptable(
  catalog: AcceptCatalog,
  photoIds: readonly number[],
  accepted: AcceptedTexts,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  if (accepted.kind === 'caption') {
    const isDue = (id: number) => catalog.captionReview.acceptable(id, accepted) !== undefined;
    return await duePhotos(catalog, photoIds, isDue, signal);
  }
  const unreviewed = await catalog.reader.read('unreviewedTexts', { kind: accepted.kind, isCurrent: true }, signal);
  const isUnreviewed = new Set(unreviewed);
  return photoIds.filter((id) => isUnreviewed.has(id));
}

function descriptionOf(accepted: AcceptedTexts, texts: number): RunDescription {
  return accepted.kind === 'caption'
    ? { kind: 'acceptCaptions', captions: texts, minItm: accepted.minItm }
    : { kind: 'acceptTexts', texts, textKind: accepted.kind };
}
