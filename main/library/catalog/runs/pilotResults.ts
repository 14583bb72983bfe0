/** @file What the attempts of a pilot gave for the photos of its sample, and which photos need nothing more of them. Main process and reader threads. */
import type { Problem } from '../../../../schemas/problem.ts';
import type { CatalogConnection } from '../connection.ts';
import { storedProblem } from '../problems.ts';
import { questionKey } from '../texts/questionKey.ts';
import { termsOfQuestion } from './questionTerms.ts';

export interface AttemptedPhoto {
  readonly photoId: number;
  /** The caption, or the answers in the order of the questions; null where there is none (yet). */
  readonly texts: readonly (string | null)[];
  /** Of a caption that was scored: the probability that it matches the photo. */
  readonly itm: number | undefined;
  readonly doubtful: boolean;
  /** Something of it is still to be asked. */
  readonly waiting: boolean;
  /** Something of it went wrong for good: the first that did. */
  readonly problem: Problem | undefined;
}

interface TextRow {
  readonly text: string;
  readonly itm: number | null;
  readonly doubtful: 0 | 1 | null;
}

interface JobRow {
  readonly waiting: 0 | 1;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly error_facts: string | null;
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
  const result = (table: 'caption' | 'answer', columns: string, where: string, terms: string) =>
    connection.prepare<[Record<string, number | string>], TextRow>(
      `SELECT ${table}.text, ${columns} FROM ${table} JOIN run ON run.id = ${table}.run_id
       WHERE photo_id = @photoId ${where} AND (run.id = @runId OR (${table}.removed_run_id IS NULL
         AND ${terms} = (SELECT ${terms} FROM run WHERE id = @runId)
         AND photo_revision = (SELECT revision FROM photo WHERE id = @photoId)))
       ORDER BY run.id = @runId DESC, ${table}.id DESC LIMIT 1`,
    );
  const caption = result('caption', 'itm, doubtful', '', 'run.identity');
  const answer = result(
    'answer',
    'NULL AS itm, NULL AS doubtful',
    'AND question_id = (SELECT id FROM question WHERE text_key = @key)',
    termsOfQuestion('answer.question_id'),
  );
  const jobs = connection.prepare<[number, number], JobRow>(
    `SELECT state = 'waiting' AS waiting, error_code, error_message, error_facts FROM job
     WHERE run_id = ? AND photo_id = ? ORDER BY id`,
  );
  return photoIds.map((photoId) => {
    const rows =
      questions === undefined
        ? [caption.get({ photoId, runId })]
        : questions.map((question) => answer.get({ photoId, runId, key: questionKey(question) }));
    const left = jobs.all(runId, photoId);
    const failed = left.find(({ waiting }) => waiting === 0);
    return {
      photoId,
      texts: rows.map((row) => row?.text ?? null),
      itm: rows[0]?.itm ?? undefined,
      doubtful: rows.some((row) => row?.doubtful === 1),
      waiting: left.some(({ waiting }) => waiting === 1),
      problem: failed && storedProblem(failed.error_code, failed.error_message, failed.error_facts),
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
