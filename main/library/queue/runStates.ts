/** @file The states of a run that is open in the catalog, and how events change them. Pure; drawn in ARCHITECTURE.md. */
import type { JobProblem } from '../catalog/jobs.ts';

export type JobOutcome =
  | { readonly type: 'stored' }
  /** Nothing was said about the job; it waits, or is gone. */
  | { readonly type: 'dropped' }
  | { readonly type: 'failed'; readonly problem: JobProblem; readonly blamesPhoto: boolean }
  /** The model's process ended twice. All jobs of the photo are quarantined. */
  | { readonly type: 'crashed'; readonly problem: JobProblem }
  | { readonly type: 'host-gone'; readonly problem: JobProblem }
  /** No photo of the run can be done. */
  | { readonly type: 'run-blocked'; readonly problem: JobProblem }
  /** Nothing can be stored. */
  | { readonly type: 'catalog-failed'; readonly problem: JobProblem };

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
  | { readonly type: 'blocked'; readonly problem: JobProblem };

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
  | { readonly type: 'blocked'; readonly problem: JobProblem }
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
  const message = `The model failed ${failuresInARow} times in a row; the last time: ${outcome.problem.message}`;
  const condition: RunCondition = { type: 'blocked', problem: { code: 'MODEL_KEEPS_FAILING', message } };
  return { ...state, condition, inFlight, current, failuresInARow };
}

function unlessBlocked({ condition }: RunState, isOffline: boolean): RunCondition {
  if (condition.type === 'blocked') return condition;
  return { type: isOffline ? 'offline' : 'ready' };
}
