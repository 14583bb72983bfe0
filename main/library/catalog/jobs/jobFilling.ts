/** @file Puts photos into a run: one job each, or one a question. In short transactions, however many there are. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CatalogConnection } from '../connection.ts';
import { hasEqualResult, type ResultTerms, resultParameter } from './equalResults.ts';

export interface Filling {
  readonly run: FilledRun;
  readonly terms: ResultTerms;
  readonly photoIds: readonly number[];
  /** Of a run that asks: each photo is asked all of them. */
  readonly questionIds?: readonly number[] | undefined;
  /** Of questions that are asked on other terms, the hash of those. */
  readonly ownTerms?: ReadonlyMap<number, Buffer> | undefined;
  /** Only photos that have an answer to another question on equal terms, and show one of these (see `answerKey`). */
  readonly after?: { readonly questionId: number; readonly answerKeys: readonly string[] } | undefined;
  /** Of photos that get the result of their stack's top photo where it holds for them, that photo. Stack by stack, the top one first. */
  readonly tops?: ReadonlyMap<number, number> | undefined;
  /** Also photos that have a result on equal terms. */
  readonly again?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A run that is there, or one that begins with the first photo that is due. */
export interface FilledRun {
  id: number | undefined;
  readonly begin: () => number;
}

/** SQL for "photo shows one of the answers to the question", within `photo`; with two parameters. */
const showsAnswer = `EXISTS (SELECT 1 FROM answer WHERE answer.photo_id = photo.id AND answer.question_id = ?
  AND answer.shown = 1 AND answer.text_key IN (SELECT value FROM json_each(?)))`;

/** Jobs of one transaction: some ten milliseconds, after which others have their turn. */
const jobsAtOnce = 1000;

/**
 * Adds the jobs that are due; photos that are missing, that are in the run already, or that have the result are passed
 * over, so that filling a run again adds only what is new. Returns how many were added.
 * @throws the signal's reason; what was added until then stays
 */
export async function fillRun(connection: CatalogConnection, filling: Filling): Promise<number> {
  const { photoIds, questionIds = [], signal } = filling;
  const chunk = Math.max(1, Math.floor(jobsAtOnce / Math.max(1, questionIds.length)));
  let added = 0;
  for (let start = 0; start < photoIds.length; start += chunk) {
    signal?.throwIfAborted();
    added += fillChunk(connection, filling, photoIds.slice(start, start + chunk));
    await nextTurn();
  }
  return added;
}

function fillChunk(connection: CatalogConnection, filling: Filling, photoIds: readonly number[]): number {
  const { run, terms, questionIds = [], ownTerms, after, tops, again = false } = filling;
  const termsOf = (questionId: number) => ownTerms?.get(questionId) ?? resultParameter(terms);
  const asks = terms.kind === 'ask';
  // CROSS JOIN: from the wanted photos, not from all photos with a look at the list for each.
  const due = `
    FROM json_each(?) AS wanted CROSS JOIN photo ON photo.id = wanted.value ->> 0
    ${asks ? 'CROSS JOIN json_each(?) AS question' : ''}
    WHERE missing_since_ms IS NULL ${terms.kind === 'score' ? 'AND shown_caption_id IS NOT NULL' : ''}
      ${again ? '' : `AND NOT ${hasEqualResult(terms.kind, 'question.value ->> 0', asks ? 'unhex(question.value ->> 1)' : '?')}`}
      ${after === undefined ? '' : `AND ${hasEqualResult('ask', '?')} AND ${showsAnswer}`}`;
  const parameters = [
    JSON.stringify(photoIds.map((id) => [id, tops?.get(id) ?? null])),
    ...(asks ? [JSON.stringify(questionIds.map((id) => [id, termsOf(id).toString('hex')]))] : []),
    ...(again || asks ? [] : [resultParameter(terms)]),
    ...(after === undefined
      ? []
      : [after.questionId, termsOf(after.questionId), after.questionId, JSON.stringify(after.answerKeys)]),
  ];
  return connection.write(() => {
    if (run.id === undefined) {
      const isAnyDue = connection.prepare<(number | string | Buffer)[]>(`SELECT 1 ${due} LIMIT 1`).get(...parameters);
      if (isAnyDue === undefined) return 0;
      run.id = run.begin();
    }
    const { changes } = connection
      .prepare<(number | string | Buffer)[]>(
        `INSERT OR IGNORE INTO job (run_id, photo_id, top_photo_id, question_id, again, state, created_at_ms)
         SELECT ?, photo.id, wanted.value ->> 1, ${asks ? 'question.value ->> 0' : 'NULL'}, ?, 'waiting', ? ${due}`,
      )
      .run(run.id, Number(again), connection.nowMs(), ...parameters);
    if (changes > 0) {
      connection
        .prepare<[number, number]>(
          `UPDATE run SET total = total + ?, finished_at_ms = NULL, state = iif(state = 'paused', 'paused', 'running')
           WHERE id = ?`,
        )
        .run(changes, run.id);
      connection.runChanged(run.id);
    }
    return changes;
  });
}
