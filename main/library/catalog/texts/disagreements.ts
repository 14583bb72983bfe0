/** @file Photos whose captions by two models, or by one on other terms, differ most in their words. For a reader thread: it reads all of them. */
import { stemsOf, wordDistance } from '../../text/wordDistance.ts';
import type { CatalogConnection } from '../connection.ts';
import { isUnreviewed } from './captionReview.ts';
import { isLiveCaption } from './captions.ts';

export interface Disagreement {
  readonly photoId: number;
  /** Of the two that differ most, the newer one first. */
  readonly captionIds: readonly [number, number];
  /** See `wordDistance`. */
  readonly distance: number;
}

interface Row {
  readonly id: number;
  readonly photo_id: number;
  readonly text: string;
  readonly terms: string;
}

/** Captions with more words in common say the same otherwise. */
const minDistance = 0.5;

/** The newest caption on each terms counts; photos with a text that a person wrote or approved are decided. The farthest apart first. */
export function captionDisagreements(connection: CatalogConnection): Disagreement[] {
  const rows = connection
    .prepare<[], Row>(
      `SELECT caption.id, caption.photo_id, caption.text,
         iif(run.identity IS NULL, coalesce(run.model, caption.run_id), hex(run.identity)) AS terms
       FROM caption JOIN photo ON photo.id = caption.photo_id
       JOIN run ON run.id = coalesce(caption.author_run_id, caption.run_id)
       WHERE ${isLiveCaption} AND caption.source = 'model' AND caption.photo_revision = photo.revision AND ${isUnreviewed}
       ORDER BY caption.photo_id, caption.id DESC`,
    )
    .all();
  const found: Disagreement[] = [];
  for (const [photoId, captions] of Map.groupBy(rows, (row) => row.photo_id)) {
    const farthest = farthestApart(photoId, captions);
    if (farthest !== undefined && farthest.distance >= minDistance) found.push(farthest);
  }
  return found.sort((a, b) => b.distance - a.distance || a.photoId - b.photoId);
}

/** @param captions of one photo, the newest first */
function farthestApart(photoId: number, captions: readonly Row[]): Disagreement | undefined {
  if (captions.length < 2) return undefined;
  const newest = [...Map.groupBy(captions, ({ terms }) => terms).values()].flatMap(([first]) => first ?? []);
  const stemmed = newest.map(({ id, text }) => ({ id, stems: stemsOf(text) }));
  let farthest: Disagreement | undefined;
  for (const [index, one] of stemmed.entries()) {
    for (const other of stemmed.slice(index + 1)) {
      const distance = wordDistance(one.stems, other.stems);
      if (distance > (farthest?.distance ?? 0)) farthest = { photoId, captionIds: [one.id, other.id], distance };
    }
  }
  return farthest;
}
