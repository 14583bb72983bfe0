/** @file Tracks the open runs: which may be processed, what each is doing, and what blocks it. */
import type { DueJobs, DuePhoto } from '../catalog/dueJobs.ts';
import { type JobProblem, type JobRunKind, type JobStore, jobRunKinds } from '../catalog/jobs.ts';
import type { Run, RunStore } from '../catalog/runs.ts';
import type { Clock } from './clock.ts';
import { modelsOf } from './jobHandlers.ts';
import type { JobOutcome } from './jobRunner.ts';
import { modelKey } from './loadedModel.ts';
import type { JobRun } from './modelWorker.ts';
import { RateWindow, type RunProgress } from './progress.ts';

export interface RunTrackerParts {
  readonly runs: RunStore;
  readonly jobs: JobStore;
  readonly due: DueJobs;
  readonly clock: Clock;
  /** Some queues work for one command only. */
  readonly ownsRun: (runId: number) => boolean;
  /** Why the whole queue is paused. */
  readonly pauseReason: () => JobProblem | undefined;
}

/** What is known of a run while the program runs. */
interface Notes {
  readonly rate: RateWindow;
  inFlight: number;
  current: RunProgress['current'];
  blocked: JobProblem | undefined;
  isOffline: boolean;
  /** Failures in a row that no photo is to blame for. */
  failuresInARow: number;
}

/** After so many in a row, it is not the photos. */
const maxFailuresInARow = 10;

export class RunTracker {
  readonly #parts: RunTrackerParts;
  readonly #notes = new Map<number, Notes>();
  #open: readonly (JobRun & { readonly state: Run['state'] })[] = [];

  constructor(parts: RunTrackerParts) {
    this.#parts = parts;
  }

  /** Reloads which runs have work left. */
  reload(): void {
    const { runs, jobs, ownsRun } = this.#parts;
    this.#open = runs.open().flatMap((run) => {
      const { id, kind, identity, priority, state } = run;
      const identityHash = jobs.identityHashOf(id);
      if (!ownsRun(id) || !isJobKind(kind) || identity === undefined || identityHash === undefined) return [];
      return [{ id, kind, identity, identityHash, priority, state }];
    });
  }

  get open(): readonly JobRun[] {
    return this.#open;
  }

  /** Whether what is remembered of the run is still true. */
  isCurrent(runId: number): boolean {
    const known = this.#open.find(({ id }) => id === runId);
    const { kind, state, priority } = this.#parts.runs.get(runId);
    if (!isJobKind(kind) || !this.#parts.ownsRun(runId)) return true;
    return known === undefined
      ? state !== 'running' && state !== 'paused'
      : known.state === state && known.priority === priority;
  }

  /** Runs that may be processed and that need just these models, first things first. */
  runnable(workerKey: string): JobRun[] {
    return this.#open.filter(
      (run) => run.state === 'running' && this.#of(run.id).blocked === undefined && workerKeyOf(run) === workerKey,
    );
  }

  block(runId: number, problem: JobProblem): void {
    this.#of(runId).blocked = problem;
  }

  /** Somebody did something about it, or wants it tried again. */
  unblock(runId: number): void {
    const notes = this.#of(runId);
    notes.blocked = undefined;
    notes.isOffline = false;
    notes.failuresInARow = 0;
  }

  /** What was done before says nothing about the time of a pause. */
  forgetRates(): void {
    for (const { rate } of this.#notes.values()) rate.forget();
  }

  jobStarted({ id }: JobRun, photo: DuePhoto): void {
    const notes = this.#of(id);
    notes.inFlight += 1;
    notes.isOffline = false;
    notes.current = { photoId: photo.id, file: photo.file };
  }

  /** Returns why the run should not go on, if it should not. */
  jobEnded({ id }: JobRun, ending: JobOutcome): JobProblem | undefined {
    const notes = this.#of(id);
    notes.inFlight -= 1;
    if (notes.inFlight === 0) notes.current = undefined;
    if (ending.type === 'stored' || ending.type === 'failed') notes.rate.mark(this.#parts.clock.nowMs());
    if (ending.type === 'stored') notes.failuresInARow = 0;
    if (ending.type === 'crashed' || (ending.type === 'failed' && !ending.blamesPhoto)) {
      notes.failuresInARow += 1;
      if (notes.failuresInARow >= maxFailuresInARow) {
        const message = `The model failed ${notes.failuresInARow} times in a row; the last time: ${ending.problem.message}`;
        return { code: 'MODEL_KEEPS_FAILING', message };
      }
    }
    return undefined;
  }

  idle(run: JobRun): void {
    this.#of(run.id).isOffline = this.#parts.due.isOffline(run.id);
  }

  get isWorking(): boolean {
    return [...this.#notes.values()].some(({ inFlight }) => inFlight > 0);
  }

  /** @throws CatalogError NO_SUCH_RUN */
  progress(runId: number): RunProgress {
    const run = this.#parts.runs.get(runId);
    const { id, kind, description, total, done, failed, state } = run;
    const notes = this.#of(id);
    const isOver = state === 'done' || state === 'cancelled';
    const waiting = isOver ? 0 : Math.max(0, total - done - failed);
    const ratePerSecond = notes.rate.perSecond(this.#parts.clock.nowMs());
    const etaMs = ratePerSecond === undefined || isOver ? undefined : (waiting * 1000) / ratePerSecond;
    const { current } = notes;
    if (isOver && notes.inFlight === 0) this.#notes.delete(id);
    return {
      runId,
      kind,
      description,
      total,
      done,
      failed,
      waiting,
      ratePerSecond,
      etaMs,
      current,
      ...this.#activity(run, notes),
    };
  }

  #activity({ state }: Run, notes: Notes): Pick<RunProgress, 'activity' | 'reason'> {
    if (state !== 'running') return { activity: state, reason: undefined };
    const pauseReason = this.#parts.pauseReason();
    if (pauseReason !== undefined) return { activity: 'resting', reason: pauseReason };
    if (notes.blocked !== undefined) return { activity: 'blocked', reason: notes.blocked };
    if (notes.isOffline) return { activity: 'blocked', reason: offlineReason };
    return { activity: notes.inFlight > 0 ? 'working' : 'waiting', reason: undefined };
  }

  #of(runId: number): Notes {
    const known = this.#notes.get(runId);
    if (known !== undefined) return known;
    const notes = {
      rate: new RateWindow(),
      inFlight: 0,
      current: undefined,
      blocked: undefined,
      isOffline: false,
      failuresInARow: 0,
    };
    this.#notes.set(runId, notes);
    return notes;
  }
}

const offlineReason = {
  code: 'PHOTO_AWAY',
  message: 'All photos that are left are on a drive that is away.',
};

/** Runs that need the same models share a worker. */
export function workerKeyOf(run: JobRun): string {
  return [...new Set(modelsOf(run).map(modelKey))].sort().join();
}

function isJobKind(kind: string): kind is JobRunKind {
  return jobRunKinds.some((known) => known === kind);
}
