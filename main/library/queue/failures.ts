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

const verdicts: Readonly<Record<string, Verdict>> = {
  MODEL_HOST_CRASHED: 'crashed',
  MODEL_HOST_CLOSED: 'host-gone',
  MODEL_NOT_LOADED: 'host-gone',
  MODEL_DAMAGED: 'run',
  MODEL_WRONG_KIND: 'run',
  MODEL_NOT_FOUND: 'run',
  MODEL_MANIFEST_INVALID: 'run',
  MODEL_MANIFEST_NEWER: 'run',
  MODEL_SELF_TEST_FAILED: 'run',
  PROMPT_NO_QUESTIONS: 'run',
  MODEL_CHANGED: 'run',
  PROMPT_UNKNOWN_VARIABLE: 'run',
  PROMPT_BRACE_OPEN: 'run',
  // A network drive, a file that another program holds at the moment.
  IMAGE_UNREADABLE: 'passing',
  IMAGE_NOT_FOUND: 'passing',
  PHOTO_NOT_FOUND: 'passing',
  PHOTO_CHANGED: 'passing',
  MODEL_NOT_FINITE: 'permanent',
  MODEL_CONTEXT_FULL: 'permanent',
  PROMPT_EMPTY: 'permanent',
};

export function verdictOn({ code }: Pick<SerializedError, 'code'>): Verdict {
  const known = verdicts[code];
  if (known !== undefined) return known;
  return /^(IMAGE|GENERATION|TOKENIZER|PREVIEW)_/.test(code) ? 'permanent' : 'passing';
}

/** True where the photo's file is at fault, so that others will do better. */
export function blamesPhoto(code: string): boolean {
  return /^(IMAGE|PHOTO|PREVIEW)_/.test(code);
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
