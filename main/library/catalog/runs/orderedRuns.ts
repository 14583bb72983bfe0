/** @file What a command that has named photos captioned or asked about wants to know of runs: which go on, what is left of them. */
import type { Problem } from '../../../../schemas/problem.ts';
import type { CatalogConnection } from '../connection.ts';
import type { JobRunKind } from '../jobs/jobs.ts';
import { storedProblem } from '../problems.ts';
import type { RunIdentity } from '../texts/provenance.ts';
import { termsOfQuestion } from './questionTerms.ts';
import { runIdentityHash } from './runs.ts';

/** A photo, or a question about it. */
export interface RunItem {
  readonly photoId: number;
  /** Of a run that asks. */
  readonly questionId?: number | undefined;
}

interface JobRow {
  readonly state: 'waiting' | 'failed' | 'set-aside';
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly error_facts: string | null;
}

export class OrderedRunStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /**
   * Runs on these terms, not reverted, that have jobs about some of the photos and that nothing follows up; the newest first.
   * @param asked the terms of each question
   */
  runsAbout(
    kind: JobRunKind,
    photoIds: readonly number[],
    identity: RunIdentity,
    asked: readonly { readonly questionId: number; readonly identity: RunIdentity }[] = [],
  ): number[] {
    const terms = this.#connection
      .prepare<[number, number], Buffer>(`SELECT ${termsOfQuestion('?')} FROM run WHERE id = ?`)
      .pluck();
    return this.#connection
      .prepare<[Buffer, string, string], number>(
        `SELECT id FROM run WHERE identity = ? AND kind = ? AND state <> 'cancelled' AND reverted_by_run_id IS NULL
           AND EXISTS (SELECT 1 FROM job WHERE run_id = run.id AND photo_id IN (SELECT value FROM json_each(?)))
           AND NOT EXISTS (SELECT 1 FROM follow_up WHERE run_id = run.id)
         ORDER BY id DESC`,
      )
      .pluck()
      .all(runIdentityHash(identity), kind, JSON.stringify(photoIds))
      .filter((id) => asked.every((one) => terms.get(one.questionId, id)?.equals(runIdentityHash(one.identity))));
  }

  /** What the run's waiting jobs are about. */
  waiting(runId: number): RunItem[] {
    return this.#connection
      .prepare<[number], { photoId: number; questionId: number | null }>(
        `SELECT photo_id AS photoId, question_id AS questionId FROM job WHERE run_id = ? AND state = 'waiting'`,
      )
      .all(runId)
      .map(({ photoId, questionId }) => ({ photoId, questionId: questionId ?? undefined }));
  }

  /** Whether the run was begun to redo what was done already. */
  redoes(runId: number): boolean {
    return (
      this.#connection
        .prepare<[number]>(`SELECT 1 FROM job WHERE run_id = ? AND state = 'waiting' AND again = 1 LIMIT 1`)
        .get(runId) !== undefined
    );
  }

  /** What became of the item's job: it waits, it has failed, or there is none. */
  jobOf({ photoId, questionId }: RunItem, runId: number): 'waiting' | Problem | undefined {
    const row = this.#connection
      .prepare<[number, number, number | null], JobRow>(
        `SELECT state, error_code, error_message, error_facts FROM job
         WHERE run_id = ? AND photo_id = ? AND question_id IS ?`,
      )
      .get(runId, photoId, questionId ?? null);
    if (row === undefined) return undefined;
    return row.state === 'waiting' ? 'waiting' : storedProblem(row.error_code, row.error_message, row.error_facts);
  }
}
