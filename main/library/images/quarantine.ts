/** @file Photos that ended the process that read them are not given to another before their files change. Main process and CLI. */

import { ImageError, type ImageErrorCode, isImageErrorCode } from '../../../native-models/preprocess/imageError.ts';
import type { Problem } from '../../../schemas/problem.ts';
import { problemOf } from '../catalog/problems.ts';

export interface PhotoContent {
  readonly path: string;
  /** Of the bytes, as lower-case hexadecimal digits: what is made from the photo outlives its name. */
  readonly fingerprint: string;
}

/** Why a file is not read again before it changes: it ended a process, or would not come to an end. */
const quarantineCodes: ReadonlySet<string> = new Set<ImageErrorCode>([
  'IMAGE_DECODER_CRASHED',
  'IMAGE_DECODER_MEMORY',
  'IMAGE_DECODER_TIMEOUT',
]);

function isQuarantined(code: string): boolean {
  return quarantineCodes.has(code);
}

export interface ProblemStore {
  /** Why what has these bytes cannot be read. */
  problemOf(fingerprint: string): Problem | undefined;
  setProblemOf(fingerprint: string, problem: Problem): void;
}

export class Quarantine {
  readonly #problems: ProblemStore;

  constructor(problems: ProblemStore) {
    this.#problems = problems;
  }

  /** @throws ImageError with the reason that was kept */
  refuseKnown({ path, fingerprint }: PhotoContent): void {
    const known = this.#problems.problemOf(fingerprint);
    if (known !== undefined && isQuarantined(known.code) && isImageErrorCode(known.code)) {
      throw new ImageError(known.code, known.message, { details: { ...known.details, path } });
    }
  }

  /** As the outcome; the reason of a photo that goes into quarantine is kept. */
  async keepReason<T>({ fingerprint }: PhotoContent, outcome: Promise<T>): Promise<T> {
    try {
      return await outcome;
    } catch (error) {
      if (error instanceof ImageError && isQuarantined(error.code)) {
        this.#problems.setProblemOf(fingerprint, problemOf(error));
      }
      throw error;
    }
  }
}
