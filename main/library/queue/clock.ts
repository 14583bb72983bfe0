/** @file Time as the queue sees it, so that tests need not wait for it. */

export interface Clock {
  nowMs(): number;
  /** Calls back once, later. Returns how to call it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Node's timers take no more than this, and take more for one millisecond. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), longestTimerMs));
    return () => clearTimeout(timer);
  },
};
