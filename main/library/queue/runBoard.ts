/** @file Keeps count of the runs that are under way: which may be worked on, what each is doing, what holds it up. */
import type { DueJobs, DuePhoto } from '../catalog/dueJobs.ts';
import { type JobProblem, type JobRunKind, type JobStore, jobRunKinds } from '../catalog/jobs.ts';
import type { Run, RunStore } from '../catalog/runs.ts';
import type { Clock } from './clock.ts';
import type { JobEnding } from './jobRunner.ts';
import { modelsOf } from './jobWork.ts';
import type { LaneRun } from './lane.ts';
import { modelKey } from './modelWorker.ts';
import { RateWindow, type RunProgress } from './runProgress.ts';

export interface RunBoardParts {
  readonly runs: RunStore;
  readonly jobs: JobStore;
  readonly due: DueJobs;
  readonly clock: Clock;
  /** Some queues work for one command only. */
  readonly isOurs: (runId: number) => boolean;
  /** Why the whole queue rests. */
  readonly restReason: () => JobProblem | undefined;
}

/** What is known of a run while the program runs. */
interface Notes {
  readonly rate: RateWindow;
  inFlight: number;
  current: RunProgress['current'];
  blocked: JobProblem | undefined;
  isAway: boolean;
  /** Failures in a row that no photo is to blame for. */
  strikes: number;
}

/** After so many in a row, it is not the photos. */
const mostStrikes = 10;

export class RunBoard {
  readonly #parts: RunBoardParts;
  readonly #notes = new Map<number, Notes>();
  #open: readonly (LaneRun & { readonly state: Run['state'] })[] = [];

  constructor(parts: RunBoardParts) {
    this.#parts = parts;
  }

  /** Reads anew which runs have work left. */
  reload(): void {
    const { runs, jobs, isOurs } = this.#parts;
    this.#open = runs.open().flatMap((run) => {
      const { id, kind, identity, priority, state } = run;
      const identityHash = jobs.identityHashOf(id);
      if (!isOurs(id) || !isJobKind(kind) || identity === undefined || identityHash === undefined) return [];
      return [{ id, kind, identity, identityHash, priority, state }];
    });
  }

  get open(): readonly LaneRun[] {
    return this.#open;
  }

  /** Whether what is remembered of the run is still true. */
  isCurrent(runId: number): boolean {
    const known = this.#open.find(({ id }) => id === runId);
    const { kind, state, priority } = this.#parts.runs.get(runId);
    if (!isJobKind(kind) || !this.#parts.isOurs(runId)) return true;
    return known === undefined
      ? state !== 'running' && state !== 'paused'
      : known.state === state && known.priority === priority;
  }

  /** Runs that may be worked on and that need just these models, first things first. */
  workable(laneKey: string): LaneRun[] {
    return this.#open.filter(
      (run) => run.state === 'running' && this.#of(run.id).blocked === undefined && laneKeyOf(run) === laneKey,
    );
  }

  block(runId: number, problem: JobProblem): void {
    this.#of(runId).blocked = problem;
  }

  /** Somebody did something about it, or wants it tried again. */
  unblock(runId: number): void {
    const notes = this.#of(runId);
    notes.blocked = undefined;
    notes.isAway = false;
    notes.strikes = 0;
  }

  /** What was done before says nothing about the time of a rest. */
  forgetRates(): void {
    for (const { rate } of this.#notes.values()) rate.forget();
  }

  begun({ id }: LaneRun, photo: DuePhoto): void {
    const notes = this.#of(id);
    notes.inFlight += 1;
    notes.isAway = false;
    notes.current = { photoId: photo.id, file: photo.file };
  }

  /** Returns why the run should not go on, if it should not. */
  ended({ id }: LaneRun, ending: JobEnding): JobProblem | undefined {
    const notes = this.#of(id);
    notes.inFlight -= 1;
    if (notes.inFlight === 0) notes.current = undefined;
    if (ending.type === 'stored' || ending.type === 'failed') notes.rate.mark(this.#parts.clock.nowMs());
    if (ending.type === 'stored') notes.strikes = 0;
    if (ending.type === 'crashed' || (ending.type === 'failed' && !ending.blamesPhoto)) {
      notes.strikes += 1;
      if (notes.strikes >= mostStrikes) {
        const message = `The model failed ${notes.strikes} times in a row; the last time: ${ending.problem.message}`;
        return { code: 'MODEL_KEEPS_FAILING', message };
      }
    }
    return undefined;
  }

  idle(run: LaneRun): void {
    this.#of(run.id).isAway = this.#parts.due.isAway(run.id);
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
    const restReason = this.#parts.restReason();
    if (restReason !== undefined) return { activity: 'resting', reason: restReason };
    if (notes.blocked !== undefined) return { activity: 'blocked', reason: notes.blocked };
    if (notes.isAway) return { activity: 'blocked', reason: awayReason };
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
      isAway: false,
      strikes: 0,
    };
    this.#notes.set(runId, notes);
    return notes;
  }
}

const awayReason = {
  code: 'PHOTO_AWAY',
  message: 'All photos that are left are on a drive that is away.',
};

/** Runs that need the same models are worked off together. */
export function laneKeyOf(run: LaneRun): string {
  return [...new Set(modelsOf(run).map(modelKey))].sort().join();
}

function isJobKind(kind: string): kind is JobRunKind {
  return jobRunKinds.some((known) => known === kind);
}
