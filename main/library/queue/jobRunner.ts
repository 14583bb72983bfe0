/** @file Does one job from beginning to end: asks, checks that the answer is still wanted, stores it, or says what went wrong. */
import { type SerializedError, serializeError } from '../../../native-models/errors.ts';
import { CatalogError } from '../catalog/catalogError.ts';
import type { DueJobs } from '../catalog/dueJobs.ts';
import type { AskedJob, JobProblem, JobStore } from '../catalog/jobs.ts';
import type { Clock } from './clock.ts';
import { backOffMs, verdictOn } from './failures.ts';
import type { JobAtHand, JobWork } from './jobWork.ts';
import { assertOnDisk, PhotoOnDiskError } from './photoOnDisk.ts';

export type JobEnding =
  | { readonly type: 'stored' }
  /** Nothing was said about the job; it waits, or is gone. */
  | { readonly type: 'dropped' }
  | { readonly type: 'failed'; readonly problem: JobProblem; readonly blamesPhoto: boolean }
  /** The model's process ended twice. All that was to be asked about the photo is set aside. */
  | { readonly type: 'crashed'; readonly problem: JobProblem }
  | { readonly type: 'host-gone'; readonly problem: JobProblem }
  /** No photo of the run can be done. */
  | { readonly type: 'run-blocked'; readonly problem: JobProblem }
  /** Nothing can be stored. */
  | { readonly type: 'catalog-failed'; readonly problem: JobProblem };

export interface JobRunnerParts {
  readonly jobs: JobStore;
  readonly due: DueJobs;
  readonly work: JobWork;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly chance: () => number;
  /** After so many failures that may pass, a job has failed. */
  readonly mostAttempts: number;
  /** Told of a file that is not what the catalog knows: the folder wants looking at. */
  readonly onSuspect: (photo: { readonly id: number; readonly file: string }) => void;
  /** Does its work, and finishes the runs whose last jobs that were, in one transaction. */
  readonly finishing: <T>(runIds: readonly number[], work: () => T) => T;
}

/** The job was done meanwhile, or cancelled. */
class NoLongerDue extends Error {}

export class JobRunner {
  readonly #parts: JobRunnerParts;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  async run(at: Omit<JobAtHand, 'assertDue'>): Promise<JobEnding> {
    const { jobs, work, finishing } = this.#parts;
    const asked = askedJob(at);
    const assertDue = async () => {
      await assertOnDisk(at.photo);
      if (jobs.standingOf(asked) !== 'due') throw new NoLongerDue();
    };
    try {
      const store = at.job.hasResult ? () => {} : await this.#ask({ ...at, assertDue }, work);
      const settlement = finishing([at.run.id], () => jobs.settle(asked, store));
      return { type: settlement === 'stored' ? 'stored' : 'dropped' };
    } catch (error) {
      if (at.signal.aborted || error instanceof NoLongerDue) return { type: 'dropped' };
      return this.#judge(error, at);
    }
  }

  async #ask(at: JobAtHand, work: JobWork): Promise<() => void> {
    // Before, so that no time is spent on it; after, because only now is it certain what the model saw.
    await at.assertDue();
    at.signal.throwIfAborted();
    const store = await work.perform(at);
    // An answer that is complete is kept, whatever the signal says by now.
    await at.assertDue();
    return store;
  }

  #judge(error: unknown, at: Omit<JobAtHand, 'assertDue'>): JobEnding {
    const serialized = serializeError(error);
    if (serialized.blames === 'disk') return { type: 'catalog-failed', problem: problemOf(error) };
    const { photo } = at;
    if (error instanceof PhotoOnDiskError) this.#parts.onSuspect({ id: photo.id, file: photo.file });
    try {
      const runIds = [...new Set(photo.jobs.map(({ runId }) => runId))];
      return this.#parts.finishing(runIds, () => this.#record(serialized, at));
    } catch (storeError) {
      if (storeError instanceof CatalogError) return { type: 'catalog-failed', problem: problemOf(storeError) };
      throw storeError;
    }
  }

  #record(error: SerializedError, { job, photo }: Omit<JobAtHand, 'assertDue'>): JobEnding {
    const { jobs, due, clock, chance, mostAttempts } = this.#parts;
    const problem = { code: error.code, message: error.message };
    if (problem.code === 'PHOTO_AWAY') {
      due.putAway(job.id, photo.rootPath);
      return { type: 'dropped' };
    }
    switch (verdictOn(error)) {
      case 'host-gone':
        return { type: 'host-gone', problem };
      case 'run':
        return { type: 'run-blocked', problem };
      case 'crashed':
        for (const { id } of photo.jobs) jobs.setAside(id, problem);
        return { type: 'crashed', problem };
      case 'permanent':
        jobs.fail(job.id, problem);
        break;
      case 'passing': {
        const attempts = job.attempts + 1;
        if (attempts >= mostAttempts) jobs.fail(job.id, problem);
        else jobs.putOff(job.id, Math.ceil(clock.nowMs() + backOffMs(attempts, chance())), problem);
      }
    }
    return { type: 'failed', problem, blamesPhoto: error.blames === 'photo' };
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

function problemOf(error: unknown): JobProblem {
  const { code, message } = serializeError(error);
  return { code, message };
}
