/** @file Time as the queue sees it, so that tests need not wait for it, and a signal to wait for. */

export interface Clock {
  nowMs(): number;
  /** Calls back once, later. Returns how to call it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Node's timers take no more than this, and take more for one millisecond. */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), maxTimerMs));
    return () => clearTimeout(timer);
  },
};

/** Wakes those who wait for it: by `notify`, at a time, or when their abort signal fires. */
export class AsyncSignal {
  #notified = Promise.withResolvers<void>();

  notify(): void {
    this.#notified.resolve();
    this.#notified = Promise.withResolvers<void>();
  }

  /** @throws the signal's reason */
  async wait(signal: AbortSignal, until?: { readonly clock: Clock; readonly atMs: number | undefined }): Promise<void> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const { promise: timeCame, resolve } = Promise.withResolvers<void>();
    const stop =
      until?.atMs === undefined ? undefined : until.clock.after(until.atMs - until.clock.nowMs(), () => resolve());
    try {
      await Promise.race([this.#notified.promise, aborted, timeCame]);
    } finally {
      stop?.();
      signal.removeEventListener('abort', abort);
    }
  }
}
