/**
 * @file The open runs: which may be processed, what each is doing, and what blocks it. How events change a run's state is
 * a pure function; ARCHITECTURE.md draws it.
 */
import type { Problem } from '../../../schemas/problem.ts';
import type { CatalogConnection } from '../catalog/connection.ts';
import type { DueJob, DueJobs, DuePhoto } from '../catalog/jobs/dueJobs.ts';
import { type JobRunKind, type JobStore, jobRunKinds } from '../catalog/jobs/jobs.ts';
import { identityWith, type QuestionTerms, type QuestionTermsStore } from '../catalog/runs/questionTerms.ts';
import type { Run, RunStore } from '../catalog/runs/runs.ts';
import type { Clock } from './clock.ts';
import { modelsOf, type QueuedRun } from './jobHandlers.ts';
import { modelKey } from './modelLeases.ts';
import { RateWindow, type RunProgress } from './progress.ts';

/** A run that may be processed, with what decides its turn. */
export interface JobRun extends QueuedRun {
  readonly priority: number;
  /** Of questions that are answered on terms of their own. */
  readonly ownTerms: readonly QuestionTerms[];
}

/** The run as it asks this question. */
export function onTermsOf(run: JobRun, { question }: Pick<DueJob, 'question'>): JobRun {
  const own = run.ownTerms.find(({ questionId }) => questionId === question?.id);
  if (own === undefined) return run;
  return { ...run, identity: identityWith(run.identity, own.settings), identityHash: own.identityHash };
}

export interface RunTrackerParts {
  readonly questionTerms: Pick<QuestionTermsStore, 'of'>;
  readonly connection: CatalogConnection;
  readonly runs: RunStore;
  readonly jobs: JobStore;
  readonly due: DueJobs;
  readonly clock: Clock;
  /** Some queues work for one command only. */
  readonly ownsRun: (runId: number) => boolean;
  /** Why the whole queue is paused. */
  readonly pauseReason: () => Problem | undefined;
}

export class RunTracker {
  readonly #parts: RunTrackerParts;
  readonly #states = new Map<number, RunState>();
  readonly #rates = new Map<number, RateWindow>();
  #open: readonly (JobRun & { readonly state: Run['state'] })[] = [];

  constructor(parts: RunTrackerParts) {
    this.#parts = parts;
  }

  /** Reloads which runs have work left. */
  reload(): void {
    const { runs, jobs, questionTerms, ownsRun } = this.#parts;
    this.#open = runs.open().flatMap((run) => {
      const { id, kind, identity, priority, state } = run;
      const identityHash = jobs.identityHashOf(id);
      if (!ownsRun(id) || !isJobKind(kind) || identity === undefined || identityHash === undefined) return [];
      return [{ id, kind, identity, identityHash, ownTerms: questionTerms.of(id), priority, state }];
    });
  }

  get open(): readonly JobRun[] {
    return this.#open;
  }

  /** Whether what is remembered of the run is still true. */
  isCurrent(runId: number): boolean {
    const known = this.#open.find(({ id }) => id === runId);
    const { kind, state, priority } = this.#parts.runs.statusOf(runId);
    if (!isJobKind(kind) || !this.#parts.ownsRun(runId)) return true;
    return known === undefined
      ? state !== 'running' && state !== 'paused'
      : known.state === state && known.priority === priority;
  }

  /** Runs that may be processed and that need just these models, first things first. */
  runnable(workerKey: string): JobRun[] {
    return this.#open.filter(
      (run) =>
        run.state === 'running' && this.#stateOf(run.id).condition.type !== 'blocked' && workerKeyOf(run) === workerKey,
    );
  }

  block(runId: number, problem: Problem): void {
    this.#on(runId, { type: 'blocked', problem });
  }

  /** Somebody did something about it, or wants it tried again. */
  unblock(runId: number): void {
    this.#on(runId, { type: 'unblocked' });
  }

  /** Until it is disposed of, photos are being added: a run without jobs is not done. */
  fill(runId: number): Disposable {
    this.#on(runId, { type: 'filling-started' });
    return { [Symbol.dispose]: () => this.#on(runId, { type: 'filling-ended' }) };
  }

  /** Changes jobs, and finishes the runs that have none left by that, in one transaction: no crash comes between. */
  changeJobs<T>(runIds: readonly number[], change: () => T): T {
    return this.#parts.connection.write(() => {
      const result = change();
      for (const runId of runIds) this.finishIfDone(runId);
      return result;
    });
  }

  /** @throws CatalogError */
  finishIfDone(runId: number): void {
    if (this.#stateOf(runId).fillers === 0) this.#parts.jobs.finishIfDone(runId);
  }

  /** What was done before says nothing about the time of a pause. */
  forgetRates(): void {
    for (const rate of this.#rates.values()) rate.forget();
  }

  jobStarted({ id }: JobRun, photo: DuePhoto): void {
    this.#on(id, { type: 'job-started', photo: { photoId: photo.id, file: photo.file } });
  }

  jobEnded({ id }: JobRun, outcome: JobOutcome): void {
    if (outcome.type === 'stored' || outcome.type === 'failed') this.#rateOf(id).mark(this.#parts.clock.nowMs());
    this.#on(id, { type: 'job-ended', outcome });
  }

  outOfJobs({ id }: JobRun): void {
    this.#on(id, { type: 'out-of-jobs', isOffline: this.#parts.due.isOffline(id) });
  }

  get isWorking(): boolean {
    return [...this.#states.values()].some(({ inFlight }) => inFlight > 0);
  }

  /** @throws CatalogError NO_SUCH_RUN */
  progress(runId: number): RunProgress {
    const run = this.#parts.runs.statusOf(runId);
    const { id, kind, description, total, done, failed, state } = run;
    const tracked = this.#stateOf(id);
    const isOver = state === 'done' || state === 'cancelled';
    const waiting = isOver ? 0 : Math.max(0, total - done - failed);
    const ratePerSecond = this.#rateOf(id).perSecond(this.#parts.clock.nowMs());
    const etaMs = ratePerSecond === undefined || isOver ? undefined : (waiting * 1000) / ratePerSecond;
    const { current } = tracked;
    if (isOver && tracked.inFlight === 0 && tracked.fillers === 0) {
      this.#states.delete(id);
      this.#rates.delete(id);
    }
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
      ...this.#activity(run, tracked),
    };
  }

  #activity(
    { state }: Pick<Run, 'state'>,
    { condition, inFlight }: RunState,
  ): Pick<RunProgress, 'activity' | 'reason'> {
    if (state !== 'running') return { activity: state, reason: undefined };
    const pauseReason = this.#parts.pauseReason();
    if (pauseReason !== undefined) return { activity: 'resting', reason: pauseReason };
    if (condition.type === 'blocked') return { activity: 'blocked', reason: condition.problem };
    if (condition.type === 'offline') return { activity: 'blocked', reason: offlineReason };
    return { activity: inFlight > 0 ? 'working' : 'waiting', reason: undefined };
  }

  #on(runId: number, event: RunEvent): void {
    this.#states.set(runId, nextRunState(this.#stateOf(runId), event));
  }

  #stateOf(runId: number): RunState {
    return this.#states.get(runId) ?? initialRunState;
  }

  #rateOf(runId: number): RateWindow {
    const known = this.#rates.get(runId);
    if (known !== undefined) return known;
    const rate = new RateWindow();
    this.#rates.set(runId, rate);
    return rate;
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

export type JobOutcome =
  | { readonly type: 'stored' }
  /** Nothing was said about the job; it waits, or is gone. */
  | { readonly type: 'dropped' }
  | { readonly type: 'failed'; readonly problem: Problem; readonly blamesPhoto: boolean }
  /** The model's process ended twice. All jobs of the photo are quarantined. */
  | { readonly type: 'crashed'; readonly problem: Problem }
  | { readonly type: 'host-gone'; readonly problem: Problem }
  /** No photo of the run can be done. */
  | { readonly type: 'run-blocked'; readonly problem: Problem }
  /** Nothing can be stored. */
  | { readonly type: 'catalog-failed'; readonly problem: Problem };

export interface CurrentPhoto {
  readonly photoId: number;
  readonly file: string;
}

/**
 * - `ready`: working while jobs are in flight, otherwise waiting for its turn or for a retry.
 * - `offline`: all that is left is on drives that are not connected.
 * - `blocked`: not processed until somebody does something about the problem.
 */
export type RunCondition =
  | { readonly type: 'ready' }
  | { readonly type: 'offline' }
  | { readonly type: 'blocked'; readonly problem: Problem };

export interface RunState {
  readonly condition: RunCondition;
  /** Jobs at a model. */
  readonly inFlight: number;
  /** What is at a model; undefined when nothing is. */
  readonly current: CurrentPhoto | undefined;
  /** Callers that are adding photos: until they have ended, a run without jobs is not done. */
  readonly fillers: number;
  /** Failures in a row that no photo is to blame for. */
  readonly failuresInARow: number;
}

export type RunEvent =
  | { readonly type: 'filling-started' }
  | { readonly type: 'filling-ended' }
  | { readonly type: 'job-started'; readonly photo: CurrentPhoto }
  | { readonly type: 'job-ended'; readonly outcome: JobOutcome }
  /** No job is due; `isOffline`: those that are left wait for a drive. */
  | { readonly type: 'out-of-jobs'; readonly isOffline: boolean }
  | { readonly type: 'blocked'; readonly problem: Problem }
  /** Somebody did something about the problem, or wants a retry. */
  | { readonly type: 'unblocked' };

export const initialRunState: RunState = {
  condition: { type: 'ready' },
  inFlight: 0,
  current: undefined,
  fillers: 0,
  failuresInARow: 0,
};

/** After so many in a row, it is not the photos. */
const maxFailuresInARow = 10;

export function nextRunState(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'filling-started':
      return { ...state, fillers: state.fillers + 1 };
    case 'filling-ended':
      return { ...state, fillers: state.fillers - 1 };
    case 'job-started':
      return { ...state, condition: unlessBlocked(state, false), inFlight: state.inFlight + 1, current: event.photo };
    case 'job-ended':
      return jobEnded(state, event.outcome);
    case 'out-of-jobs':
      return { ...state, condition: unlessBlocked(state, event.isOffline) };
    case 'blocked':
      return { ...state, condition: { type: 'blocked', problem: event.problem } };
    case 'unblocked':
      return { ...state, condition: { type: 'ready' }, failuresInARow: 0 };
  }
}

function jobEnded(state: RunState, outcome: JobOutcome): RunState {
  const inFlight = state.inFlight - 1;
  const current = inFlight === 0 ? undefined : state.current;
  if (outcome.type === 'stored') return { ...state, inFlight, current, failuresInARow: 0 };
  const blamesNoPhoto = outcome.type === 'crashed' || (outcome.type === 'failed' && !outcome.blamesPhoto);
  if (!blamesNoPhoto) return { ...state, inFlight, current };
  const failuresInARow = state.failuresInARow + 1;
  if (failuresInARow < maxFailuresInARow) return { ...state, inFlight, current, failuresInARow };
  const condition: RunCondition = { type: 'blocked', problem: keepsFailing(failuresInARow, outcome.problem) };
  return { ...state, condition, inFlight, current, failuresInARow };
}

function keepsFailing(times: number, { code, message, details }: Problem): Problem {
  return {
    code: 'MODEL_KEEPS_FAILING',
    message: `The model failed ${times} times in a row; the last time: ${message}`,
    details: { times, last: { code, message, details } },
    retry: 'later',
    blames: 'model',
  };
}

function unlessBlocked({ condition }: RunState, isOffline: boolean): RunCondition {
  if (condition.type === 'blocked') return condition;
  return { type: isOffline ? 'offline' : 'ready' };
}
