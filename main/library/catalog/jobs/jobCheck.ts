/** @file Finds jobs and runs that contradict each other, and puts them right. For `library check` and for a queue that starts. */
import type { CatalogConnection } from '../connection.ts';
import { JobStore, jobRunKinds } from './jobs.ts';

export type QueueFindingCode =
  /** Jobs wait for a run that is over. */
  | 'JOBS_OF_CLOSED_RUN'
  /** A run has nothing left to do and is not done. */
  | 'RUN_WITHOUT_JOBS'
  /** A run's figures are not those of its jobs. */
  | 'RUN_COUNTS'
  /** A run gave a photo two results where one was asked for. */
  | 'RESULT_TWICE'
  /** A job has a question where its run asks none, or none where it does. */
  | 'JOB_WITHOUT_QUESTION';

export interface QueueFinding {
  readonly code: QueueFindingCode;
  /** One plain sentence. */
  readonly message: string;
  readonly runId: number;
}

interface RunRow {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

interface JobsOfRun {
  readonly waiting: number;
  readonly failed: number;
  /** With a question where none is asked, or without. */
  readonly unfit: number;
}

const kinds = JSON.stringify(jobRunKinds);

/** Meant for a queue at rest: while it works, or while photos are put into a run, figures may be on their way. */
export function checkQueue(connection: CatalogConnection): QueueFinding[] {
  return connection.read(() => [...findingsOfRuns(connection), ...twice(connection)]);
}

/** Puts right what it can, which is all but results given twice: those are not looked for. Returns what was found before. */
export function repairQueue(connection: CatalogConnection): QueueFinding[] {
  return connection.write(() => {
    const findings = findingsOfRuns(connection);
    for (const runId of new Set(findings.map((finding) => finding.runId))) {
      repairRun(connection, runId);
    }
    return findings;
  });
}

function findingsOfRuns(connection: CatalogConnection): QueueFinding[] {
  return runsOf(connection).flatMap((run) => [...findingsOf(connection, run)]);
}

function runsOf(connection: CatalogConnection): RunRow[] {
  return connection
    .prepare<[string], RunRow>(
      `SELECT id, kind, state, total, done, failed FROM run
       WHERE kind IN (SELECT value FROM json_each(?)) ORDER BY id`,
    )
    .all(kinds);
}

function jobsOf(connection: CatalogConnection, run: RunRow): JobsOfRun {
  const row = connection
    .prepare<[number, number], { waiting: number | null; failed: number | null; unfit: number | null }>(
      `SELECT sum(state = 'waiting') AS waiting, sum(state <> 'waiting') AS failed,
         sum((question_id IS NOT NULL) <> ?) AS unfit FROM job WHERE run_id = ?`,
    )
    .get(Number(run.kind === 'ask'), run.id);
  return { waiting: row?.waiting ?? 0, failed: row?.failed ?? 0, unfit: row?.unfit ?? 0 };
}

function* findingsOf(connection: CatalogConnection, run: RunRow): Generator<QueueFinding> {
  const { waiting, failed, unfit } = jobsOf(connection, run);
  const finding = (code: QueueFindingCode, message: string): QueueFinding => ({ code, message, runId: run.id });
  const title = `Run ${run.id}`;
  const isOpen = run.state === 'running' || run.state === 'paused';
  if (!isOpen && waiting > 0) {
    yield finding('JOBS_OF_CLOSED_RUN', `${title} is ${run.state}, but ${waiting} of its jobs wait.`);
  }
  if (isOpen && waiting === 0) {
    yield finding('RUN_WITHOUT_JOBS', `${title} has nothing left to do, but is ${run.state}.`);
  }
  if (isOpen && (run.failed !== failed || run.total !== run.done + run.failed + waiting)) {
    yield finding(
      'RUN_COUNTS',
      `${title} counts ${run.total} jobs, ${run.done} of them done and ${run.failed} failed; ${failed} have failed and ${waiting} wait.`,
    );
  }
  if (unfit > 0) {
    yield finding('JOB_WITHOUT_QUESTION', `${title} has ${unfit} jobs that do not say what is to be asked.`);
  }
}

function twice(connection: CatalogConnection): QueueFinding[] {
  return connection
    .prepare<[], { run_id: number; photo_id: number }>(
      `SELECT run_id, photo_id FROM caption WHERE source = 'model' AND removed_run_id IS NULL
       GROUP BY run_id, photo_id, kind, photo_revision HAVING count(*) > 1
       UNION
       SELECT run_id, photo_id FROM answer WHERE source = 'model' AND removed_run_id IS NULL
       GROUP BY run_id, photo_id, question_id, photo_revision HAVING count(*) > 1`,
    )
    .all()
    .map(({ run_id, photo_id }) => ({
      code: 'RESULT_TWICE',
      message: `The run ${run_id} gave photo ${photo_id} the same result twice.`,
      runId: run_id,
    }));
}

function repairRun(connection: CatalogConnection, runId: number): void {
  connection
    .prepare<[number, number]>(
      `DELETE FROM job WHERE run_id = ? AND (question_id IS NOT NULL) <> (SELECT kind = 'ask' FROM run WHERE id = ?)`,
    )
    .run(runId, runId);
  // Nobody wants the jobs of a cancelled run any more; those of one that is called done are still owed.
  connection
    .prepare<[number, number]>(
      `DELETE FROM job WHERE run_id = ? AND state = 'waiting' AND (SELECT state FROM run WHERE id = ?) = 'cancelled'`,
    )
    .run(runId, runId);
  connection
    .prepare<[number]>(
      `UPDATE run SET state = 'running', finished_at_ms = NULL WHERE id = ? AND state = 'done'
         AND EXISTS (SELECT 1 FROM job WHERE run_id = run.id AND state = 'waiting')`,
    )
    .run(runId);
  connection
    .prepare<[number]>(
      `UPDATE run SET failed = (SELECT count(*) FROM job WHERE run_id = run.id AND state IN ('failed', 'set-aside'))
       WHERE id = ? AND state IN ('running', 'paused')`,
    )
    .run(runId);
  connection
    .prepare<[number]>(
      `UPDATE run SET total = done + failed + (SELECT count(*) FROM job WHERE run_id = run.id AND state = 'waiting')
       WHERE id = ? AND state IN ('running', 'paused')`,
    )
    .run(runId);
  new JobStore(connection).finishIfDone(runId);
  connection.runChanged(runId);
}
