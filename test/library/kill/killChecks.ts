/** @file What must be true of a catalog whose process was killed, whenever that was. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';

/** The last text that a person wrote about each photo, as far as it was confirmed. */
export type Written = ReadonlyMap<number, string>;

/** Sentences; none when all is well. */
export function killFindings(catalog: Catalog, written: Written): string[] {
  return [...lostWriting(catalog, written), ...brokenRuns(catalog), ...brokenEdits(catalog)];
}

/** Later is greater: "written 3.12" after "written 3.9". */
function order(text: string): number {
  const [round = 0, number = 0] = text.replace('written ', '').split('.').map(Number);
  return round * 1e6 + number;
}

function* lostWriting({ captions, connection }: Catalog, written: Written): Generator<string> {
  for (const [photoId, text] of written) {
    const [shown] = captions.of(photoId);
    // One that was committed and not confirmed any more may have taken its place.
    if (shown?.source !== 'human' || order(shown.text) < order(text)) {
      yield `photo ${photoId} shows ${JSON.stringify(shown?.text)} instead of ${text}`;
    }
    const kept = connection.prepare('SELECT 1 FROM caption WHERE photo_id = ? AND text = ?').get(photoId, text);
    if (kept === undefined) yield `${text} of photo ${photoId} is lost`;
  }
}

interface ModelRun {
  readonly id: number;
  readonly state: string;
  readonly total: number;
  readonly jobs: number;
  readonly results: number;
  readonly twice: number;
  readonly both: number;
}

/** Each job of a run that was not undone has one result, or waits, or has failed. */
function* brokenRuns({ connection }: Catalog): Generator<string> {
  const rows = connection
    .prepare<[], ModelRun>(
      `WITH result AS (
         SELECT run_id, photo_id, 0 AS question FROM caption WHERE source = 'model'
         UNION ALL SELECT run_id, photo_id, question_id FROM answer WHERE source = 'model'),
       counted AS MATERIALIZED (
         SELECT run_id, count(*) AS results, count(*) - count(DISTINCT photo_id || '/' || question) AS twice
         FROM result GROUP BY run_id),
       both AS MATERIALIZED (
         SELECT run_id, count(*) AS both FROM job JOIN result USING (run_id, photo_id)
         WHERE question = coalesce(question_id, 0) GROUP BY run_id)
       SELECT id, state, total, (SELECT count(*) FROM job WHERE run_id = run.id) AS jobs,
         coalesce(results, 0) AS results, coalesce(twice, 0) AS twice, coalesce(both, 0) AS both
       FROM run LEFT JOIN counted ON counted.run_id = id LEFT JOIN both ON both.run_id = id
       WHERE kind IN ('caption', 'ask') AND reverted_by_run_id IS NULL AND state <> 'cancelled'`,
    )
    .all();
  for (const run of rows) {
    if (run.results + run.jobs !== run.total) yield `jobs of run ${run.id} are lost: ${JSON.stringify(run)}`;
    if (run.twice > 0 || run.both > 0) yield `jobs of run ${run.id} were done twice: ${JSON.stringify(run)}`;
  }
}

interface EditRun {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly reverted: number | null;
  readonly changes: number;
  readonly live: number;
  readonly removed: number;
}

/** A bulk edit or an import happened to all its photos or to none; what was undone is undone whole. */
function* brokenEdits({ connection }: Catalog): Generator<string> {
  const rows = connection
    .prepare<[], EditRun>(
      `WITH row AS (
         SELECT run_id, removed_run_id FROM photo_tag UNION ALL SELECT run_id, removed_run_id FROM caption
         UNION ALL SELECT run_id, removed_run_id FROM answer),
       living AS MATERIALIZED (SELECT run_id, count(*) AS live FROM row WHERE removed_run_id IS NULL GROUP BY run_id),
       gone AS MATERIALIZED (SELECT removed_run_id, count(*) AS removed FROM row GROUP BY removed_run_id)
       SELECT id, kind, description ->> 'name' AS name, state, reverted_by_run_id AS reverted,
         (SELECT count(*) FROM change WHERE run_id = run.id) AS changes,
         coalesce(live, 0) AS live, coalesce(removed, 0) AS removed
       FROM run LEFT JOIN living ON living.run_id = id LEFT JOIN gone ON gone.removed_run_id = id
       WHERE kind IN ('bulk-edit', 'import', 'caption', 'ask', 'undo')`,
    )
    .all();
  for (const run of rows) {
    const isEdit = run.kind === 'bulk-edit' || run.kind === 'import';
    if ((isEdit || run.kind === 'undo') && run.state === 'running') yield `${run.kind} ${run.id} was not put right`;
    if (run.reverted !== null && (run.live > 0 || run.removed > 0)) {
      yield `run ${run.id} was undone in part: ${JSON.stringify(run)}`;
    }
    const photos = Number(/^Tag (\d+) photos$/.exec(run.name)?.[1]);
    if (isEdit && run.state === 'done' && run.changes !== photos) {
      yield `${run.kind} ${run.id} was done in part: ${JSON.stringify(run)}`;
    }
    if (isEdit && run.state === 'cancelled' && run.live > 0) {
      yield `${run.kind} ${run.id} was cut short and left something: ${JSON.stringify(run)}`;
    }
  }
}

/** For a catalog that was just compared with the disk: every caption that is not stale describes the bytes that are there. */
export function* misplacedCaptions(catalog: Catalog): Generator<string> {
  const rows = catalog.connection
    .prepare<[], { id: number; text: string; root: string; folder: string; name: string }>(
      `SELECT photo.id, text, root.path AS root, relative_path AS folder, name
       FROM caption JOIN photo ON photo.id = photo_id AND photo_revision = revision AND missing_since_ms IS NULL
       JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id WHERE source = 'model'`,
    )
    .all();
  for (const { id, text, root, folder, name } of rows) {
    const content = readFileSync(path.join(root, folder, name), 'utf8').split('\n')[0];
    if (text !== `shows ${content}`) yield `photo ${id} has ${content}, its caption ${text}`;
  }
}
