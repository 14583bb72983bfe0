/** @file What the attempts of a pilot gave for the photos of its sample, and which photos need nothing more of them. Main process and reader threads. */
import type { CatalogConnection } from '../connection.ts';
import { questionKey } from '../texts/questionKey.ts';

export interface AttemptedPhoto {
  readonly photoId: number;
  /** The caption, or the answers in the order of the questions; null where there is none (yet). */
  readonly texts: readonly (string | null)[];
  /** Of a caption that was scored: the probability that it matches the photo. */
  readonly itm: number | undefined;
  readonly doubtful: boolean;
  /** Something of it is still to be asked. */
  readonly waiting: boolean;
  /** Something of it went wrong for good. */
  readonly failed: boolean;
}

interface TextRow {
  readonly text: string;
  readonly itm: number | null;
  readonly doubtful: 0 | 1 | null;
}

/**
 * By run, also where it was undone since, so that attempts stay comparable; else an earlier result on equal terms, which
 * the run had not to ask for.
 * @param questions none of a run that writes captions
 */
export function attemptedPhotos(
  connection: CatalogConnection,
  runId: number,
  photoIds: readonly number[],
  questions: readonly string[] | undefined,
): AttemptedPhoto[] {
  const result = (table: 'caption' | 'answer', columns: string, where: string) =>
    connection.prepare<[Record<string, number | string>], TextRow>(
      `SELECT ${table}.text, ${columns} FROM ${table} JOIN run ON run.id = ${table}.run_id
       WHERE photo_id = @photoId ${where} AND (run.id = @runId OR (${table}.removed_run_id IS NULL
         AND run.identity = (SELECT identity FROM run WHERE id = @runId)
         AND photo_revision = (SELECT revision FROM photo WHERE id = @photoId)))
       ORDER BY run.id = @runId DESC, ${table}.id DESC LIMIT 1`,
    );
  const caption = result('caption', 'itm, doubtful', '');
  const answer = result(
    'answer',
    'NULL AS itm, NULL AS doubtful',
    'AND question_id = (SELECT id FROM question WHERE text_key = @key)',
  );
  const jobs = connection.prepare<[number, number], { waiting: number | null; failed: number | null }>(
    `SELECT max(state = 'waiting') AS waiting, max(state <> 'waiting') AS failed FROM job
     WHERE run_id = ? AND photo_id = ?`,
  );
  return photoIds.map((photoId) => {
    const rows =
      questions === undefined
        ? [caption.get({ photoId, runId })]
        : questions.map((question) => answer.get({ photoId, runId, key: questionKey(question) }));
    const state = jobs.get(runId, photoId);
    return {
      photoId,
      texts: rows.map((row) => row?.text ?? null),
      itm: rows[0]?.itm ?? undefined,
      doubtful: rows.some((row) => row?.doubtful === 1),
      waiting: state?.waiting === 1,
      failed: state?.failed === 1,
    };
  });
}

export interface HandledArgs {
  readonly runId: number;
  /** None of a run that writes captions. */
  readonly questions?: readonly string[] | undefined;
}

/** Photos that the run has results of, for what they hold now, or that are still on their way or failed in it: to put them into it once more changes nothing. */
export function handledPhotos(connection: CatalogConnection, { runId, questions }: HandledArgs): number[] {
  const keys = [...new Set(questions?.map(questionKey))];
  const ofContent = 'run_id = @runId AND photo_revision = (SELECT revision FROM photo WHERE id = photo_id)';
  const results =
    questions === undefined
      ? `SELECT photo_id FROM caption WHERE ${ofContent}`
      : `SELECT photo_id FROM answer JOIN question ON question.id = question_id
         WHERE ${ofContent} AND question.text_key IN (SELECT value FROM json_each(@keys))
         GROUP BY photo_id HAVING count(DISTINCT question_id) = json_array_length(@keys)`;
  return connection
    .prepare<[{ runId: number; keys: string }], { photoId: number }>(
      `SELECT photo_id AS photoId FROM (${results}) UNION SELECT photo_id FROM job WHERE run_id = @runId`,
    )
    .all({ runId, keys: JSON.stringify(keys) })
    .map(({ photoId }) => photoId);
}
