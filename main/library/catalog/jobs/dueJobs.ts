/** @file Finds the photo that is next, with all that is to be asked about it. Used by the queue. */
import path from 'node:path';
import { soundName, soundPath } from '../../photos/soundNames.ts';
import type { CatalogConnection } from '../connection.ts';
import { photoHasResult, type ResultTerms, resultParameter } from './equalResults.ts';
import { awayCode, JobStore } from './jobs.ts';

export interface DueJob {
  readonly id: number;
  readonly runId: number;
  readonly question: { readonly id: number; readonly text: string } | undefined;
  /** The photo whose result this one gets where it holds for it, too: it has been asked. */
  readonly topPhotoId: number | undefined;
  readonly attempts: number;
  /** Although the photo may have the result. */
  readonly force: boolean;
  /** The photo has the result already, from another run on equal terms. */
  readonly hasResult: boolean;
}

export interface DuePhoto {
  readonly id: number;
  readonly file: string;
  readonly rootPath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** As in `FileState`. */
  readonly fileNumber: number | null;
  /** Hexadecimal; of the content. */
  readonly fingerprint: string;
  readonly revision: number;
  readonly takenLocal: string | undefined;
  /** All that is due of these runs, in their order. */
  readonly jobs: readonly DueJob[];
}

/** A run with work left. */
export interface DueRun {
  readonly id: number;
  readonly terms: ResultTerms;
}

interface JobOnTerms {
  readonly job: DueJob;
  readonly terms: ResultTerms;
}

/** Where the work goes on. */
export interface Head {
  readonly photoId: number;
  readonly runId: number;
  /** A person is looking at the photo. */
  readonly isVisible: boolean;
}

export interface HeadOptions {
  /** Photos that are being asked about. */
  readonly exclude: readonly number[];
  /** These come first, in this order. */
  readonly visiblePhotoIds: readonly number[];
}

interface PhotoRow {
  readonly id: number;
  readonly name: string;
  readonly relative_path: string;
  readonly root_path: string;
  readonly root_state: 'online' | 'offline' | 'removed';
  readonly missing_since_ms: number | null;
  readonly size_bytes: number;
  readonly modified_ms: number;
  readonly file_number: number | null;
  readonly fingerprint: Buffer;
  readonly revision: number;
  readonly taken_local: string | null;
}

/** Jobs that are examined together when one of them has lost its photo: its neighbours often have, too. */
const neighbours = 500;

/** Photos on a drive that is away are looked for this often; sooner when it is known to be back. */
const awayRetryMs = 10 * 60 * 1000;

/**
 * SQL, within `job`: the run has not asked about the top photo of its stack yet. What is put off, as the drive of that
 * photo is away, is not waited for.
 */
const waitsForTop = `EXISTS (SELECT 1 FROM job AS top WHERE top.run_id = job.run_id AND top.photo_id = job.top_photo_id
  AND top.question_id IS job.question_id AND top.state = 'waiting' AND top.not_before_ms = 0)`;

export class DueJobs {
  readonly #connection: CatalogConnection;
  readonly #jobs: JobStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#jobs = new JobStore(connection);
  }

  /** @param runIds in the order in which they are processed */
  head(runIds: readonly number[], { exclude, visiblePhotoIds }: HeadOptions): Head | undefined {
    const excluded = JSON.stringify(exclude);
    if (visiblePhotoIds.length > 0) {
      const row = this.#connection
        .prepare<[string, string, string], { photo_id: number; run_id: number }>(
          `SELECT photo_id, run_id FROM json_each(?) AS wanted CROSS JOIN job ON job.photo_id = wanted.value
           WHERE state = 'waiting' AND not_before_ms = 0 AND run_id IN (SELECT value FROM json_each(?))
             AND photo_id NOT IN (SELECT value FROM json_each(?)) AND NOT ${waitsForTop}
           ORDER BY wanted.key LIMIT 1`,
        )
        .get(JSON.stringify(visiblePhotoIds), JSON.stringify(runIds), excluded);
      if (row !== undefined) return { photoId: row.photo_id, runId: row.run_id, isVisible: true };
    }
    for (const runId of runIds) {
      const photoId = this.#connection
        .prepare<[number, string], number>(
          `SELECT photo_id FROM job WHERE run_id = ? AND state = 'waiting' AND not_before_ms = 0
             AND photo_id NOT IN (SELECT value FROM json_each(?)) AND NOT ${waitsForTop} ORDER BY photo_id LIMIT 1`,
        )
        .pluck()
        .get(runId, excluded);
      if (photoId !== undefined) return { photoId, runId, isVisible: false };
    }
    return undefined;
  }

  /** The photo with its due jobs; undefined when its file is missing or on a drive that is away. */
  take({ photoId }: Pick<Head, 'photoId'>, runs: readonly DueRun[]): DuePhoto | undefined {
    const row = this.#connection
      .prepare<[number], PhotoRow>(
        `SELECT photo.id, name, relative_path, root.path AS root_path, root.state AS root_state, missing_since_ms,
           size_bytes, modified_ms, file_number, fingerprint, revision, taken_local
         FROM photo JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id WHERE photo.id = ?`,
      )
      .get(photoId);
    if (row === undefined || row.missing_since_ms !== null || row.root_state !== 'online') {
      return undefined;
    }
    return {
      id: row.id,
      file: path.join(row.root_path, soundPath(row.relative_path), soundName(row.name)),
      rootPath: row.root_path,
      sizeBytes: row.size_bytes,
      modifiedMs: row.modified_ms,
      fileNumber: row.file_number,
      fingerprint: row.fingerprint.toString('hex'),
      revision: row.revision,
      takenLocal: row.taken_local ?? undefined,
      jobs: withoutEqual(runs.flatMap((run) => this.#jobsOf(run, photoId))),
    };
  }

  /** Whether nothing of the run is left but photos whose drive is away. */
  isOffline(runId: number): boolean {
    const row = this.#connection
      .prepare<[string, string, number], { away: number | null; others: number | null }>(
        `SELECT max(error_code IS ?) AS away, max(error_code IS NOT ?) AS others
         FROM job WHERE run_id = ? AND state = 'waiting'`,
      )
      .get(awayCode, awayCode, runId);
    return row?.away === 1 && row.others === 0;
  }

  #jobsOf({ id: runId, terms: ofRun }: DueRun, photoId: number): JobOnTerms[] {
    return this.#connection
      .prepare<
        [number, number],
        {
          id: number;
          question_id: number | null;
          top_photo_id: number | null;
          text: string | null;
          identity: Buffer | null;
          attempts: number;
          again: number;
        }
      >(
        `SELECT job.id, job.question_id, top_photo_id, question.text, identity, attempts, again FROM job
         LEFT JOIN question ON question.id = job.question_id
         LEFT JOIN question_terms AS own ON own.run_id = job.run_id AND own.question_id = job.question_id
         WHERE job.run_id = ? AND photo_id = ? AND state = 'waiting' AND not_before_ms = 0 AND NOT ${waitsForTop}
         ORDER BY job.id`,
      )
      .all(runId, photoId)
      .map(({ id, question_id, top_photo_id, text, identity, attempts, again }) => {
        const terms = identity === null ? ofRun : { ...ofRun, identityHash: identity };
        const job = {
          id,
          runId,
          question: question_id === null || text === null ? undefined : { id: question_id, text },
          topPhotoId: top_photo_id ?? undefined,
          attempts,
          force: again === 1,
          hasResult: again === 0 && photoHasResult(this.#connection, terms, photoId, question_id),
        };
        return { job, terms };
      });
  }

  /**
   * Of the run's next jobs from this photo on: those whose drive is away wait for it, those whose file is missing have
   * failed. A part of them; others have their turn in between.
   */
  skipUnavailable({ runId, photoId: fromPhotoId }: Pick<Head, 'photoId' | 'runId'>): void {
    this.#connection.write(() => {
      const rows = this.#connection
        .prepare<[number, number], { id: number; missing_since_ms: number | null; root_state: string; path: string }>(
          `SELECT near.id, missing_since_ms, root.state AS root_state, root.path FROM (
             SELECT id, photo_id FROM job WHERE run_id = ? AND state = 'waiting' AND not_before_ms = 0
               AND photo_id >= ? ORDER BY photo_id LIMIT ${neighbours}
           ) AS near
           CROSS JOIN photo ON photo.id = near.photo_id CROSS JOIN folder ON folder.id = folder_id
           CROSS JOIN root ON root.id = root_id
           WHERE missing_since_ms IS NOT NULL OR root.state <> 'online'`,
        )
        .all(runId, fromPhotoId);
      for (const { id, missing_since_ms, root_state, path: rootPath } of rows) {
        if (missing_since_ms === null && root_state === 'offline') {
          this.deferOffline(id, rootPath);
        } else {
          this.#jobs.fail(id, missingProblem);
        }
      }
    });
  }

  /** The job waits for its photo's drive. */
  deferOffline(jobId: number, rootPath: string): void {
    const message = `The folder ${rootPath} is not there: its drive may be away.`;
    this.#jobs.reschedule(jobId, Math.floor(this.#connection.nowMs()) + awayRetryMs, { code: awayCode, message }, 0);
  }
}

/** Of jobs that would give the same, the first; when that is done, the others have their result. */
function withoutEqual(jobs: readonly JobOnTerms[]): DueJob[] {
  const seen = new Set<string>();
  return jobs.flatMap(({ terms, job }) => {
    const result = [terms.kind, resultParameter(terms).toString('hex'), job.question?.id].join();
    if (!job.force && seen.has(result)) return [];
    seen.add(result);
    return [job];
  });
}

export const missingProblem = {
  code: 'PHOTO_MISSING',
  message: 'The file is no longer where it was; when it is back, it is tried again.',
};
