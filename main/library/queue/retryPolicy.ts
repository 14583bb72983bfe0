/** @file The retry policy: whether a failed job is retried, fails for good or is quarantined, and how long its backoff is. Pure. */
import type { SerializedError } from '../../../native-models/errors.ts';

export type FailureClass =
  /** The photo, or the question about it: it would fail again. */
  | 'permanent'
  /** It may go better later. */
  | 'transient'
  /** The model's process ended over it, twice: the photo's jobs are quarantined. */
  | 'crashed'
  /** The host is gone; nothing was said about the job. */
  | 'host-gone'
  /** No photo can be done: the model, or what it is to be asked, is not what it should be. */
  | 'run';

export function classifyFailure({
  code,
  retry,
  blames,
}: Pick<SerializedError, 'code' | 'retry' | 'blames'>): FailureClass {
  if (code === 'MODEL_HOST_CRASHED') return 'crashed';
  switch (retry) {
    case 'now':
      return 'host-gone';
    case 'later':
      return 'transient';
    case 'never':
      return blames === 'model' || blames === 'question' ? 'run' : 'permanent';
  }
}

/** Transient failures after which a job has failed for good. */
export const maxAttempts = 5;

const firstDelayMs = 5_000;
const maxDelayMs = 10 * 60 * 1000;

/**
 * Exponential backoff with jitter: how long a job waits after its n-th failure, doubled each time, and spread so that
 * what failed together is not retried together. @param random from 0 to 1
 */
export function backoffMs(attempts: number, random: number): number {
  const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(delayMs * (0.5 + random));
}
