/** @file How a run is getting on, as it is told to whoever watches. */

import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { JobProblem } from '../catalog/jobs.ts';
import type { Run } from '../catalog/runs.ts';

/**
 * - `working`: a photo of it is at a model.
 * - `waiting`: for its turn, or for a time at which something is tried again.
 * - `resting`: the whole queue rests.
 * - `blocked`: it cannot go on by itself; the reason says why.
 * - `paused`, `done`, `cancelled`: the run's own state.
 */
export type RunActivity = 'working' | 'waiting' | 'resting' | 'blocked' | 'paused' | 'done' | 'cancelled';

export interface RunProgress {
  readonly runId: number;
  readonly kind: Run['kind'];
  readonly description: RunDescription;
  readonly activity: RunActivity;
  readonly reason: JobProblem | undefined;
  /** Jobs. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly waiting: number;
  /** Of the last minutes; undefined before there is anything to measure. */
  readonly ratePerSecond: number | undefined;
  readonly etaMs: number | undefined;
  readonly current: { readonly photoId: number; readonly file: string } | undefined;
}

/** What the queue as a whole does. */
export interface QueueStatus {
  readonly activity: 'idle' | 'working' | 'resting';
  readonly reason: JobProblem | undefined;
}

export type QueueEvent =
  | { readonly type: 'run'; readonly progress: RunProgress }
  | { readonly type: 'queue'; readonly status: QueueStatus };

const longestWindowMs = 3 * 60 * 1000;
const mostMarks = 128;

/** Jobs a second, over a window that moves along: a run of large photos after small ones soon shows it. */
export class RateWindow {
  readonly #marksMs: number[] = [];

  mark(nowMs: number): void {
    this.#marksMs.push(nowMs);
    if (this.#marksMs.length > mostMarks) this.#marksMs.shift();
  }

  /** After a rest, what was before says nothing about the time that passed. */
  forget(): void {
    this.#marksMs.length = 0;
  }

  perSecond(nowMs: number): number | undefined {
    const marks = this.#marksMs.filter((markMs) => nowMs - markMs <= longestWindowMs);
    const [first] = marks;
    const last = marks.at(-1);
    if (first === undefined || last === undefined || last === first) return undefined;
    return ((marks.length - 1) * 1000) / (last - first);
  }
}
