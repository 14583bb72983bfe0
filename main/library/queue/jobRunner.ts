/**
 * @file Runs one job from beginning to end: checks that the photo's file is still the one that the catalog knows, asks
 * the model, and stores the answer, or decides by the retry policy what becomes of the job.
 */

import { stat } from 'node:fs/promises';
import { VignetteError } from '../../../native-models/errors.ts';
import { CatalogError } from '../catalog/catalogError.ts';
import type { DueJobs, DuePhoto } from '../catalog/jobs/dueJobs.ts';
import type { AskedJob, JobStore } from '../catalog/jobs/jobs.ts';
import { type KnownProblem, problemOf } from '../catalog/problems.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { type DiskState, realDisk } from '../photos/disk.ts';
import { isOtherFile, isSameTime } from '../photos/fileState.ts';
import type { Clock } from './clock.ts';
import type { JobAtHand, JobHandlers } from './jobHandlers.ts';
import { backoffMs, classifyFailure } from './retryPolicy.ts';
import type { JobOutcome, RunTracker } from './runStates.ts';

export interface JobRunnerParts {
  readonly jobs: JobStore;
  readonly due: DueJobs;
  readonly work: JobHandlers;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Transient failures after which a job has failed for good. */
  readonly maxAttempts: number;
  /** Called for a file that is not what the catalog knows: its folder should be rescanned. */
  readonly onSuspect: (photo: { readonly id: number; readonly file: string }) => void;
  readonly runs: RunTracker;
}

/** The job was done meanwhile, or cancelled. */
class NoLongerDue extends Error {}

export class JobRunner {
  readonly #parts: JobRunnerParts;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  async run(at: Omit<JobAtHand, 'assertDue'>): Promise<JobOutcome> {
    const { jobs, work, runs } = this.#parts;
    const asked = askedJob(at);
    const assertDue = async () => {
      await assertOnDisk(at.photo);
      if (jobs.jobStatus(asked) !== 'due') throw new NoLongerDue();
    };
    try {
      const store = at.job.hasResult ? () => {} : await this.#ask({ ...at, assertDue }, work);
      const completion = runs.changeJobs([at.run.id], () => jobs.complete(asked, store));
      return { type: completion === 'stored' ? 'stored' : 'dropped' };
    } catch (error) {
      if (at.signal.aborted || error instanceof NoLongerDue) return { type: 'dropped' };
      return this.#handleFailure(error, at);
    }
  }

  async #ask(at: JobAtHand, work: JobHandlers): Promise<() => void> {
    // Before, so that no time is spent on it; after, because only now is it certain what the model saw.
    await at.assertDue();
    at.signal.throwIfAborted();
    const store = await work.perform(at);
    // An answer that is complete is kept, whatever the signal says by now.
    await at.assertDue();
    return store;
  }

  #handleFailure(error: unknown, at: Omit<JobAtHand, 'assertDue'>): JobOutcome {
    const problem = problemOf(error);
    if (problem.blames === 'disk') return { type: 'catalog-failed', problem };
    const { photo } = at;
    if (error instanceof PhotoOnDiskError) this.#parts.onSuspect({ id: photo.id, file: photo.file });
    try {
      const runIds = [...new Set(photo.jobs.map(({ runId }) => runId))];
      return this.#parts.runs.changeJobs(runIds, () => this.#record(problem, at));
    } catch (storeError) {
      if (storeError instanceof CatalogError) return { type: 'catalog-failed', problem: problemOf(storeError) };
      throw storeError;
    }
  }

  #record(problem: KnownProblem, { job, photo }: Omit<JobAtHand, 'assertDue'>): JobOutcome {
    const { jobs, due, clock, random, maxAttempts } = this.#parts;
    if (problem.code === 'PHOTO_AWAY') {
      due.deferOffline(job.id, photo.rootPath);
      return { type: 'dropped' };
    }
    switch (classifyFailure(problem)) {
      case 'host-gone':
        return { type: 'host-gone', problem };
      case 'run':
        return { type: 'run-blocked', problem };
      case 'crashed':
        for (const { id } of photo.jobs) jobs.quarantine(id, problem);
        return { type: 'crashed', problem };
      case 'permanent':
        jobs.fail(job.id, problem);
        break;
      case 'transient': {
        const attempts = job.attempts + 1;
        if (attempts >= maxAttempts) jobs.fail(job.id, problem);
        else jobs.reschedule(job.id, Math.ceil(clock.nowMs() + backoffMs(attempts, random())), problem);
      }
    }
    return { type: 'failed', problem, blamesPhoto: problem.blames === 'photo' };
  }
}

function askedJob({ run, job, photo }: Omit<JobAtHand, 'assertDue'>): AskedJob {
  return {
    id: job.id,
    runId: run.id,
    photoId: photo.id,
    photoRevision: photo.revision,
    identityHash: run.identityHash,
  };
}

export type PhotoOnDiskErrorCode =
  /** Another content than the catalog knows: it will be looked at again when the catalog does. */
  | 'PHOTO_CHANGED'
  /** It was moved, renamed or deleted, and the catalog does not know yet. */
  | 'PHOTO_NOT_FOUND'
  /** The whole folder that the person added is not there. */
  | 'PHOTO_AWAY';

export class PhotoOnDiskError extends VignetteError {
  declare readonly code: PhotoOnDiskErrorCode;

  constructor(code: PhotoOnDiskErrorCode, message: string, file: string) {
    super(code, message, { details: { file }, blames: 'photo' });
  }
}

/** @throws PhotoOnDiskError */
export async function assertOnDisk(photo: DuePhoto): Promise<void> {
  const { file, rootPath, sizeBytes, modifiedMs } = photo;
  let found: DiskState;
  try {
    found = await realDisk.state(file);
  } catch (error) {
    if (!isGone(error)) return; // whoever reads the file will say what is wrong
    if (await isThere(rootPath)) {
      throw new PhotoOnDiskError('PHOTO_NOT_FOUND', 'The file was moved or deleted.', file);
    }
    throw new PhotoOnDiskError('PHOTO_AWAY', `The folder ${rootPath} is not there: its drive may be away.`, file);
  }
  // The number tells of a file of equal size and time that was given the name.
  if (found.sizeBytes !== sizeBytes || !isSameTime(found.modifiedMs, modifiedMs) || isOtherFile(photo, found)) {
    throw new PhotoOnDiskError('PHOTO_CHANGED', 'The file was changed while it was waiting.', file);
  }
}

async function isThere(folder: string): Promise<boolean> {
  return await stat(folder).then(
    () => true,
    (error: unknown) => !isGone(error),
  );
}

/** Whether the system says that there is nothing; a drive that was pulled out reports errors of its own. */
function isGone(error: unknown): boolean {
  const code = fileSystemCode(error);
  return code !== undefined && ['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'EIO', 'ESTALE'].includes(code);
}
