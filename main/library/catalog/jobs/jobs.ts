/**
 * @file The durable queue: what is still to be done for which run. A job is a question about a photo; it waits, has
 * failed, or is quarantined (stored as `set-aside`) because it ends the model's process. Done means deleted, together with
 * storing its result.
 */
import type { Problem } from '../../../../schemas/problem.ts';
import type { CatalogConnection } from '../connection.ts';
import { factsText } from '../problems.ts';
import { termsOfQuestion } from '../runs/questionTerms.ts';
import { enqueueFollowUps } from './followUps.ts';
import { countJobs, type FailedJob, type FailurePage, failedJobs, type JobCounts } from './jobReports.ts';

/** Kinds of runs that are processed as jobs. */
export const jobRunKinds = ['caption', 'ask', 'score', 'embed'] as const;
export type JobRunKind = (typeof jobRunKinds)[number];

/** Of runs that nobody asked for: all that somebody did comes first. */
export const backgroundPriority = -1000;

export type JobState = 'waiting' | 'failed' | 'set-aside';

/** Which job an answer belongs to, and of what content it speaks. */
export interface AskedJob {
  readonly id: number;
  readonly runId: number;
  readonly photoId: number;
  /** The content that was asked about. */
  readonly photoRevision: number;
  /** Hash of model, prompt, settings and filter that were used. */
  readonly identityHash: Buffer;
}

/**
 * - `stored`: the result is in the catalog and the job is gone.
 * - `gone`: the job was cancelled, or its photo or run is no more; the result was dropped.
 * - `outdated`: the photo's content or the run's terms are others by now; the result was dropped, the job waits.
 */
export type Completion = 'stored' | 'gone' | 'outdated';

/** Why a job waits whose photo is on a drive that is away. */
export const awayCode = 'PHOTO_AWAY';

/** Rows of one transaction: a few milliseconds, after which others have their turn. */
const rowsAtOnce = 1000;

export class JobStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Stores a result and deletes the job, with new ones of what follows from it, or does neither. Whatever `store` throws leaves the job waiting. */
  complete(job: AskedJob, store: () => void): Completion {
    return this.#connection.write(() => {
      const status = this.jobStatus(job);
      if (status === 'due') {
        store();
        enqueueFollowUps(this.#connection, job.id);
        this.#connection.prepare<[number]>('DELETE FROM job WHERE id = ?').run(job.id);
        this.#connection.prepare<[number]>('UPDATE run SET done = done + 1 WHERE id = ?').run(job.runId);
        this.#connection.runChanged(job.runId);
        return 'stored';
      }
      return status;
    });
  }

  /** Whether a result would still be stored. */
  jobStatus(job: AskedJob): 'due' | 'gone' | 'outdated' {
    const row = this.#connection
      .prepare<[number], { revision: number; identity: Buffer | null }>(
        `SELECT photo.revision, ${termsOfQuestion('job.question_id')} AS identity FROM job
         JOIN photo ON photo.id = job.photo_id JOIN run ON run.id = job.run_id
         WHERE job.id = ? AND job.state = 'waiting' AND run.state IN ('running', 'paused')`,
      )
      .get(job.id);
    if (row === undefined) {
      return 'gone';
    }
    const isSame = row.revision === job.photoRevision && row.identity?.equals(job.identityHash) === true;
    return isSame ? 'due' : 'outdated';
  }

  /** Runs of a higher priority are processed first. */
  setPriority(runId: number, priority: number): void {
    this.#connection.write(() => {
      this.#connection.prepare<[number, number]>('UPDATE run SET priority = ? WHERE id = ?').run(priority, runId);
      this.#connection.runChanged(runId);
    });
  }

  /** Hash of the run's terms, as stored; undefined for a run without a model. */
  identityHashOf(runId: number): Buffer | undefined {
    return (
      this.#connection.prepare<[number], Buffer | null>('SELECT identity FROM run WHERE id = ?').pluck().get(runId) ??
      undefined
    );
  }

  /** The job is not tried again until somebody asks for it. */
  fail(jobId: number, problem: Problem): void {
    this.#end(jobId, 'failed', problem);
  }

  /** Quarantine: the model's process ended twice over this job; it is not tried again until somebody asks for it. */
  quarantine(jobId: number, problem: Problem): void {
    this.#connection.write(() => {
      this.#connection.prepare<[number]>('UPDATE job SET crashes = crashes + 2 WHERE id = ?').run(jobId);
      this.#end(jobId, 'set-aside', problem);
    });
  }

  /** The job is tried again from that time on. @param attempts how many more it has behind it by that */
  reschedule(jobId: number, notBeforeMs: number, problem: Problem, attempts = 1): void {
    this.#connection.write(() => {
      this.#connection
        .prepare<[number, number, string, string, string, number]>(
          `UPDATE job SET not_before_ms = ?, attempts = attempts + ?, ${setError}
           WHERE id = ? AND state = 'waiting'`,
        )
        .run(notBeforeMs, attempts, ...errorValues(problem), jobId);
    });
  }

  /** Makes jobs that were rescheduled due, where their time has come. Returns whether there were any. */
  releaseDue(): boolean {
    const nowMs = Math.floor(this.#connection.nowMs());
    // Nearly always there are none: looking needs no turn to write.
    const next = this.nextDueMs();
    return next !== undefined && next <= nowMs && this.#release(nowMs, null) > 0;
  }

  /** Makes jobs that wait for their photos' drive due: it is back, or may be. */
  releaseAway(): boolean {
    return this.#release(Number.MAX_SAFE_INTEGER, awayCode) > 0;
  }

  /** When the next job that was rescheduled is due. */
  nextDueMs(): number | undefined {
    return (
      this.#connection
        .prepare<[], number | null>(`SELECT min(not_before_ms) FROM job WHERE state = 'waiting' AND not_before_ms > 0`)
        .pluck()
        .get() ?? undefined
    );
  }

  /**
   * Failed and quarantined jobs wait again, all of a run or only those of some photos. Returns how many: none of a run
   * that was undone.
   * @param codes only those that failed for one of these reasons
   */
  retry(runId: number, { photoIds, codes }: { photoIds?: readonly number[]; codes?: readonly string[] } = {}): number {
    return this.#connection.write(() => {
      const { changes } = this.#connection
        .prepare<[number, string | null, string | null, string | null, string | null]>(
          `UPDATE job SET state = 'waiting', not_before_ms = 0, attempts = 0, crashes = 0,
             error_code = NULL, error_message = NULL, error_facts = NULL, error_revision = NULL
           WHERE run_id = ? AND state IN ('failed', 'set-aside')
             AND (SELECT reverted_by_run_id FROM run WHERE run.id = run_id) IS NULL
             AND (? IS NULL OR photo_id IN (SELECT value FROM json_each(?)))
             AND (? IS NULL OR error_code IN (SELECT value FROM json_each(?)))`,
        )
        .run(runId, ...twice(json(photoIds)), ...twice(json(codes)));
      if (changes > 0) {
        this.#connection
          .prepare<[number, number]>(
            `UPDATE run SET failed = failed - ?, finished_at_ms = NULL,
               state = iif(state = 'paused', 'paused', 'running') WHERE id = ?`,
          )
          .run(changes, runId);
        this.#connection.runChanged(runId);
      }
      return changes;
    });
  }

  /** Runs of which something failed or was quarantined. */
  runsWithFailures(): number[] {
    return this.#connection
      .prepare<[], number>(`SELECT DISTINCT run_id FROM job WHERE state <> 'waiting' ORDER BY run_id`)
      .pluck()
      .all();
  }

  /** Runs in which one of these photos failed for one of these reasons. */
  runsWithFailed(photoIds: readonly number[], codes: readonly string[]): number[] {
    return this.#connection
      .prepare<[string, string], number>(
        `SELECT DISTINCT run_id FROM json_each(?) AS wanted CROSS JOIN job ON job.photo_id = wanted.value
         WHERE state <> 'waiting' AND error_code IN (SELECT value FROM json_each(?))`,
      )
      .pluck()
      .all(JSON.stringify(photoIds), JSON.stringify(codes));
  }

  /** Takes back a part of a run's waiting jobs: call it until it returns 0, with other work in between. */
  discardSome(runId: number): number {
    return this.#connection.write(
      () =>
        this.#connection
          .prepare<[number]>(
            `DELETE FROM job WHERE id IN (
               SELECT id FROM job WHERE run_id = ? AND state = 'waiting' LIMIT ${rowsAtOnce})`,
          )
          .run(runId).changes,
    );
  }

  /**
   * A run without waiting jobs is done. Returns whether it is. Its total is what there was to count in the end: jobs of
   * photos that left the catalog meanwhile are not.
   */
  finishIfDone(runId: number): boolean {
    return this.#connection.write(() => {
      const { changes } = this.#connection
        .prepare<[number, number]>(
          `UPDATE run SET state = 'done', finished_at_ms = ?, total = done + failed
           WHERE id = ? AND state IN ('running', 'paused')
             AND NOT EXISTS (SELECT 1 FROM job WHERE run_id = run.id AND state = 'waiting')`,
        )
        .run(this.#connection.nowMs(), runId);
      if (changes > 0) this.#connection.runChanged(runId);
      return changes > 0;
    });
  }

  counts(runId: number): JobCounts {
    return countJobs(this.#connection, runId);
  }

  /** What went wrong, of one run or of all, page by page. */
  failures(page: FailurePage = {}): FailedJob[] {
    return failedJobs(this.#connection, page);
  }

  #end(jobId: number, state: 'failed' | 'set-aside', problem: Problem): void {
    this.#connection.write(() => {
      const job = this.#connection
        .prepare<[string, string, string, string, number], { run_id: number; photo_id: number }>(
          `UPDATE job SET state = ?, attempts = attempts + 1, ${setError}
           WHERE id = ? AND state = 'waiting' RETURNING run_id, photo_id`,
        )
        .get(state, ...errorValues(problem), jobId);
      if (job !== undefined) {
        this.#connection.prepare<[number]>('UPDATE run SET failed = failed + 1 WHERE id = ?').run(job.run_id);
        this.#connection.runChanged(job.run_id);
        this.#connection.photoChanged(job.photo_id);
      }
    });
  }

  #release(nowMs: number, code: string | null): number {
    return this.#connection.write(
      () =>
        this.#connection
          .prepare<[number, string | null, string | null]>(
            `UPDATE job SET not_before_ms = 0
             WHERE state = 'waiting' AND not_before_ms > 0 AND not_before_ms <= ? AND (? IS NULL OR error_code = ?)`,
          )
          .run(nowMs, code, code).changes,
    );
  }
}

const setError = `error_code = ?, error_message = ?, error_facts = ?,
  error_revision = (SELECT revision FROM photo WHERE photo.id = photo_id)`;

function errorValues(problem: Problem): [code: string, message: string, facts: string] {
  return [problem.code, problem.message, factsText(problem)];
}

function json(value: readonly unknown[] | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function twice<T>(value: T): [T, T] {
  return [value, value];
}
