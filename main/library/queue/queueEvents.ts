/** @file Tells those who watch how the queue gets on: the latest of each run, and not more often than one can look. */
import type { Clock } from './clock.ts';
import type { QueueEvent } from './runProgress.ts';
import { Wakeup } from './wakeup.ts';

export type QueueListener = (event: QueueEvent) => void;

/** Ten times a second is as often as a person sees. */
const betweenTellingsMs = 100;

/** Stands for the queue as a whole among the runs. */
const wholeQueue = 0;

export class QueueEvents {
  readonly #clock: Clock;
  /** The state of a run, or of the queue, at the time of telling. */
  readonly #eventOf: (runId: number | 'queue') => QueueEvent | undefined;
  readonly #listeners = new Set<QueueListener>();
  readonly #changed = new Set<number>();
  #stopTimer: (() => void) | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;

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
    const news = new Wakeup();
    const take = (event: QueueEvent) => {
      const key = event.type === 'run' ? event.progress.runId : wholeQueue;
      latest.delete(key);
      latest.set(key, event);
      news.ring();
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

  changed(runId: number | 'queue'): void {
    this.#changed.add(runId === 'queue' ? wholeQueue : runId);
    if (this.#stopTimer !== undefined) return;
    const delayMs = Math.max(0, this.#toldAtMs + betweenTellingsMs - this.#clock.nowMs());
    this.#stopTimer = this.#clock.after(delayMs, () => {
      this.#stopTimer = undefined;
      this.#tell();
    });
  }

  /** Tells what is left to tell, and then nothing more. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#tell();
    this.#listeners.clear();
  }

  #tell(): void {
    this.#toldAtMs = this.#clock.nowMs();
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const id of changed) {
      const event = this.#eventOf(id === wholeQueue ? 'queue' : id);
      if (event === undefined) continue;
      for (const listener of this.#listeners) listener(event);
    }
  }
}
