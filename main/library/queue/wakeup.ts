/** @file A bell: whoever waits goes on when it rings, at a time, or when a signal aborts. */
import type { Clock } from './clock.ts';

export class Wakeup {
  #bell = Promise.withResolvers<void>();

  ring(): void {
    this.#bell.resolve();
    this.#bell = Promise.withResolvers<void>();
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
      await Promise.race([this.#bell.promise, aborted, timeCame]);
    } finally {
      stop?.();
      signal.removeEventListener('abort', abort);
    }
  }
}
