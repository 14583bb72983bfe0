/** @file Questions of a run that are asked only where an earlier one was answered so: they become jobs as soon as it is. */
import type { CatalogConnection } from '../connection.ts';
import { answerKey } from '../texts/answers.ts';

export interface FollowUp {
  readonly questionId: number;
  readonly afterQuestionId: number;
  /** Any of them, however it is capitalised, spaced or ended. */
  readonly answers: readonly string[];
}

/** Part of the transaction that begins the run. */
export function addFollowUps(connection: CatalogConnection, runId: number, followUps: readonly FollowUp[]): void {
  const add = connection.prepare<[number, number, number, string]>(
    'INSERT OR IGNORE INTO follow_up (run_id, question_id, after_question_id, answer_key) VALUES (?, ?, ?, ?)',
  );
  for (const { questionId, afterQuestionId, answers } of followUps) {
    for (const answer of answers) add.run(runId, questionId, afterQuestionId, answerKey(answer));
  }
}

/**
 * What follows from the answer that a job has just got, a person's before its own. Part of the transaction that ends the
 * job, which is still there.
 */
export function enqueueFollowUps(connection: CatalogConnection, jobId: number): void {
  const { changes } = connection
    .prepare<[number, number]>(
      `INSERT OR IGNORE INTO job (run_id, photo_id, question_id, again, top_photo_id, state, created_at_ms)
       SELECT DISTINCT asked.run_id, asked.photo_id, follow_up.question_id, asked.again, asked.top_photo_id, 'waiting', ?
       FROM job AS asked
         JOIN follow_up ON follow_up.run_id = asked.run_id AND after_question_id = asked.question_id
         JOIN answer ON answer.photo_id = asked.photo_id AND answer.question_id = asked.question_id
           AND shown = 1 AND text_key = answer_key
       WHERE asked.id = ?`,
    )
    .run(connection.nowMs(), jobId);
  if (changes === 0) return;
  connection
    .prepare<[number, number]>('UPDATE run SET total = total + ? WHERE id = (SELECT run_id FROM job WHERE id = ?)')
    .run(changes, jobId);
}
