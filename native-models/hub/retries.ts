/** @file Tries again what may be over by then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TransientHubError } from './hubError.ts';

export interface RetryPolicy {
  /** In a row without any progress. */
  readonly attempts: number;
  /** Before attempt 2, 3, …; what the server asks for counts instead. */
  readonly delayMs: (attempt: number) => number;
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** About two minutes: a router that starts anew is waited for. */
export const defaultRetries: RetryPolicy = {
  attempts: 8,
  // jitter, so that several requests that failed together do not come back together
  delayMs: (attempt) => Math.min(30_000, 500 * 2 ** (attempt - 2)) * (0.75 + Math.random() / 2),
  wait: async (delayMs, signal) => {
    await sleep(delayMs, undefined, { signal });
  },
};

/** A server that asks for more is asked again nevertheless: the person sees what is the matter sooner. */
const maxRetryAfterMs = 5 * 60_000;

/**
 * @param action is given what to call when it got anywhere: attempts are counted from there
 * @throws what `action` threw last; the signal's reason
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  action: (onProgress: () => void) => Promise<T>,
): Promise<T> {
  let attempt = 1;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await action(() => {
        attempt = 1;
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientHubError) || attempt >= policy.attempts) throw error;
      attempt += 1;
      const { retryAfterMs } = error;
      const delayMs = retryAfterMs === undefined ? policy.delayMs(attempt) : Math.min(retryAfterMs, maxRetryAfterMs);
      await policy.wait(delayMs, signal);
    }
  }
}

/** A `Retry-After`: seconds, or a date. Undefined where it is neither. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
