/** @file How runs and the queue get on: what is measured, and events for subscribers, throttled to ten a second. */
import type { Problem } from '../../../schemas/problem.ts';
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { Run } from '../catalog/runs/runs.ts';
import { AsyncSignal, type Clock } from './clock.ts';

/**
 * - `working`: a photo of it is at a model.
 * - `waiting`: for its turn, or for a time at which something is tried again.
 * - `resting`: the whole queue is paused.
 * - `blocked`: it cannot go on by itself; the reason says why.
 * - `paused`, `done`, `cancelled`: the run's own state.
 */
export type RunActivity = 'working' | 'waiting' | 'resting' | 'blocked' | 'paused' | 'done' | 'cancelled';

export interface RunProgress {
  readonly runId: number;
  readonly kind: Run['kind'];
  readonly description: RunDescription;
  readonly activity: RunActivity;
  readonly reason: Problem | undefined;
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
  readonly reason: Problem | undefined;
}

export type QueueEvent =
  | { readonly type: 'run'; readonly progress: RunProgress }
  | { readonly type: 'queue'; readonly status: QueueStatus };

const maxWindowMs = 3 * 60 * 1000;
const maxMarks = 128;

/** Jobs a second, over a window that moves along: a run of large photos after small ones soon shows it. */
export class RateWindow {
  readonly #marksMs: number[] = [];

  mark(nowMs: number): void {
    this.#marksMs.push(nowMs);
    if (this.#marksMs.length > maxMarks) this.#marksMs.shift();
  }

  /** After a pause, what was before says nothing about the time that passed. */
  forget(): void {
    this.#marksMs.length = 0;
  }

  perSecond(nowMs: number): number | undefined {
    const marks = this.#marksMs.filter((markMs) => nowMs - markMs <= maxWindowMs);
    const [first] = marks;
    const last = marks.at(-1);
    if (first === undefined || last === undefined || last === first) return undefined;
    return ((marks.length - 1) * 1000) / (last - first);
  }
}

export type QueueListener = (event: QueueEvent) => void;

/** Events are throttled to ten a second for each run: more is not seen. */
const throttleMs = 100;

/** Stands for the queue as a whole among the runs. */
const wholeQueue = 0;

export class QueueEvents {
  readonly #clock: Clock;
  /** The state of a run, or of the queue, when it is sent. */
  readonly #eventOf: (runId: number | 'queue') => QueueEvent | undefined;
  readonly #listeners = new Set<QueueListener>();
  readonly #changed = new Set<number>();
  readonly #begun = new Set<number>();
  #stopTimer: (() => void) | undefined;
  #notifiedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, eventOf: (runId: number | 'queue') => QueueEvent | undefined) {
    this.#clock = clock;
    this.#eventOf = eventOf;
  }

  /** Returns how to stop. */
  subscribe(listener: QueueListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * How things are, then what changes, until the signal ends it (without an error). A reader that is slow misses what
   * was overtaken, never the latest.
   */
  async *stream(signal: AbortSignal, present: () => readonly QueueEvent[]): AsyncGenerator<QueueEvent> {
    const latest = new Map<number, QueueEvent>();
    const news = new AsyncSignal();
    const take = (event: QueueEvent) => {
      const key = event.type === 'run' ? event.progress.runId : wholeQueue;
      latest.delete(key);
      latest.set(key, event);
      news.notify();
    };
    const stop = this.subscribe(take);
    try {
      present().forEach(take);
      for (;;) {
        for (const [key, event] of [...latest]) {
          latest.delete(key);
          yield event;
        }
        if (latest.size > 0) continue;
        if (signal.aborted) return;
        await news.wait(signal).catch(() => undefined);
      }
    } finally {
      stop();
    }
  }

  /** Told at once the first time: a run may end before the next notification, and whoever never saw it open takes it for an old one. */
  opened(runId: number): void {
    if (this.#begun.has(runId)) this.changed(runId);
    else {
      this.#begun.add(runId);
      this.#send(runId);
    }
  }

  changed(runId: number | 'queue'): void {
    this.#changed.add(runId === 'queue' ? wholeQueue : runId);
    if (this.#stopTimer !== undefined) return;
    const delayMs = Math.max(0, this.#notifiedAtMs + throttleMs - this.#clock.nowMs());
    this.#stopTimer = this.#clock.after(delayMs, () => {
      this.#stopTimer = undefined;
      this.#notify();
    });
  }

  /** Sends what is pending, and then nothing more. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#notify();
    this.#listeners.clear();
  }

  #notify(): void {
    this.#notifiedAtMs = this.#clock.nowMs();
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const id of changed) this.#send(id);
  }

  #send(id: number): void {
    const event = this.#eventOf(id === wholeQueue ? 'queue' : id);
    if (event === undefined) return;
    for (const listener of this.#listeners) listener(event);
  }
}
