/** @file What an error says about a job: whose fault it is, and whether trying again can help. Pure. */
import type { SerializedError } from '../../../native-models/errors.ts';

export type Verdict =
  /** The photo, or the question about it: it would fail again. */
  | 'permanent'
  /** It may go better later. */
  | 'passing'
  /** The model's process ended over it, twice. */
  | 'crashed'
  /** The host is gone; nothing was said about the job. */
  | 'host-gone'
  /** No photo can be done: the model, or what it is to be asked, is not what it should be. */
  | 'run';

export function verdictOn({ code, retry, blames }: Pick<SerializedError, 'code' | 'retry' | 'blames'>): Verdict {
  if (code === 'MODEL_HOST_CRASHED') return 'crashed';
  switch (retry) {
    case 'now':
      return 'host-gone';
    case 'later':
      return 'passing';
    case 'never':
      return blames === 'model' || blames === 'question' ? 'run' : 'permanent';
  }
}

/** After so many failures that may pass, a job has failed. */
export const mostAttempts = 5;

const firstDelayMs = 5_000;
const longestDelayMs = 10 * 60 * 1000;

/**
 * How long a job waits after its n-th failure: doubled each time, and spread, so that what failed together is not tried
 * together. @param chance from 0 to 1
 */
export function backOffMs(attempts: number, chance: number): number {
  const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(delayMs * (0.5 + chance));
}
