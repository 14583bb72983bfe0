/**
 * @file `npm run bench library review [PHOTOS]`: what a review asks of a library: captions that nobody reviewed, the least
 * sure first; those above a score; and photos whose captions by two models disagree, where each has a second caption.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CatalogConnection } from '../main/library/catalog/connection.ts';
import { openDatabase } from '../main/library/catalog/database.ts';
import { searchPage } from '../main/library/catalog/search/searchPhotos.ts';
import { CaptionReviewStore } from '../main/library/catalog/texts/captionReview.ts';
import { captionDisagreements } from '../main/library/catalog/texts/disagreements.ts';
import { parseQuery } from '../main/library/query/parseQuery.ts';
import { median, type Row } from './report.ts';
import { fillCatalog } from './syntheticCatalog.ts';

const rounds = 5;
const otherModelRunId = 10;

export async function reviewBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 10_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const file = path.join(folder.path, 'catalog.db');
  const database = openDatabase(file);
  using _ = { [Symbol.dispose]: () => database.close() };
  const connection = new CatalogConnection({ database, file });
  fillCatalog(connection, photos);
  connection.write(() => addSecondCaptions(connection));
  const review = new CaptionReviewStore(connection);
  const list = (query: string) => () =>
    searchPage(connection, {
      query: parseQuery(query),
      order: { order: 'itm', descending: false },
      limit: photos,
      nowMs: 0,
    }).photoIds.length;
  const accepted = Array.from({ length: photos }, (_, index) => index + 1);
  const work: Readonly<Record<string, () => number>> = {
    'not reviewed, the least sure first': list('source:model approved:no'),
    'above a score': list('source:model approved:no stale:no itm:>=0.9'),
    disagreements: () => captionDisagreements(connection).length,
    'which of all photos can be accepted': () =>
      accepted.filter((photoId) => review.acceptable(photoId, { kind: 'caption', minItm: 0.9 }) !== undefined).length,
  };
  return Object.entries(work).map(([what, run]) => {
    let found = 0;
    const times = Array.from({ length: rounds }, () => {
      const startMs = performance.now();
      found = run();
      return performance.now() - startMs;
    });
    return { what, photos, found, 'p50 ms': median(times), 'max ms': Math.max(...times) };
  });
}

/** Beside the caption that a photo shows, an earlier photo's words. */
function addSecondCaptions(connection: CatalogConnection): void {
  connection.database.exec(`
    INSERT INTO run (id, kind, description, state, model, created_at_ms)
      SELECT ${otherModelRunId}, kind, description, state, '{"id":"other"}', 0 FROM run WHERE id = 1;
    INSERT INTO caption (photo_id, text, source, run_id, photo_revision, created_at_ms)
      SELECT photo_id, lag(text, 1, 'a photo') OVER (ORDER BY photo_id), 'model', ${otherModelRunId}, 1, 0 FROM caption;
    ANALYZE;`);
}
