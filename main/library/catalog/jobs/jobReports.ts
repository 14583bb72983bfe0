/** @file What there is to say about jobs: how many, and what went wrong. Used by the job store. */
import type { Problem } from '../../../../schemas/problem.ts';
import type { CatalogConnection } from '../connection.ts';
import { storedProblem } from '../problems.ts';

export interface JobCounts {
  readonly waiting: number;
  readonly failed: number;
  readonly quarantined: number;
}

/** `retry` is no longer `never` where the photo has changed since. */
export interface FailedJob extends Problem {
  readonly id: number;
  readonly runId: number;
  readonly photoId: number;
  readonly question: string | undefined;
  /** Set aside: it ended the model's process twice. */
  readonly state: 'failed' | 'set-aside';
  readonly attempts: number;
}

export interface FailurePage {
  readonly runId?: number | undefined;
  /** The last one of the page before. */
  readonly afterId?: number | undefined;
  readonly limit?: number | undefined;
}

interface FailedRow {
  readonly id: number;
  readonly run_id: number;
  readonly photo_id: number;
  readonly question: string | null;
  readonly state: 'failed' | 'set-aside';
  readonly attempts: number;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly error_facts: string | null;
  readonly has_changed: 0 | 1;
}

export function countJobs(connection: CatalogConnection, runId: number): JobCounts {
  const rows = connection
    .prepare<[number], { state: 'waiting' | 'failed' | 'set-aside'; jobs: number }>(
      'SELECT state, count(*) AS jobs FROM job WHERE run_id = ? GROUP BY state',
    )
    .all(runId);
  const of = (state: string) => rows.find((row) => row.state === state)?.jobs ?? 0;
  return { waiting: of('waiting'), failed: of('failed'), quarantined: of('set-aside') };
}

export function failedJobs(
  connection: CatalogConnection,
  { runId, afterId = 0, limit = 200 }: FailurePage,
): FailedJob[] {
  const ofRun = `AND run_id = ? AND state IN ('failed', 'set-aside')`;
  return connection
    .prepare<number[], FailedRow>(
      `SELECT job.id, run_id, photo_id, question.text AS question, state, attempts, error_code, error_message,
         error_facts, error_revision IS NOT (SELECT revision FROM photo WHERE photo.id = photo_id) AS has_changed
       FROM job LEFT JOIN question ON question.id = question_id
       WHERE state <> 'waiting' ${runId === undefined ? '' : ofRun} AND job.id > ? ORDER BY job.id LIMIT ?`,
    )
    .all(...(runId === undefined ? [] : [runId]), afterId, limit)
    .map((row) => ({
      id: row.id,
      runId: row.run_id,
      photoId: row.photo_id,
      question: row.question ?? undefined,
      state: row.state,
      attempts: row.attempts,
      ...problemOfJob(row),
    }));
}

function problemOfJob({ error_code, error_message, error_facts, has_changed }: FailedRow): Problem {
  const problem = storedProblem(error_code, error_message, error_facts);
  return has_changed === 1 && problem.retry === 'never' ? { ...problem, retry: 'later' } : problem;
}
