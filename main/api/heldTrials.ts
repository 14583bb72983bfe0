/** @file Captions and answers that were tried and that nothing is stored of: held until a person picks one. Main process and server. */
import type { ModelVersion } from '../../schemas/provenance.ts';
import { CatalogError } from '../library/catalog/catalogError.ts';
import type { NewRun } from '../library/catalog/runs/runs.ts';
import type { NewAnswer } from '../library/catalog/texts/answers.ts';
import type { NewCaption } from '../library/catalog/texts/captions.ts';

export type HeldTrial = TriedOnPhoto &
  ({ readonly caption: NewCaption } | { readonly question: string; readonly answer: NewAnswer });

interface TriedOnPhoto {
  readonly photoId: number;
  /** As which it is stored. */
  readonly run: NewRun;
  readonly version: ModelVersion;
}

/** Older ones go: whoever compares picks one of the last two. */
const maxHeld = 100;

export class HeldTrials {
  readonly #held = new Map<number, HeldTrial>();
  #lastId = 0;

  /** Returns its id. */
  hold(trial: HeldTrial): number {
    this.#lastId += 1;
    this.#held.set(this.#lastId, trial);
    for (const id of this.#held.keys()) {
      if (this.#held.size <= maxHeld) break;
      this.#held.delete(id);
    }
    return this.#lastId;
  }

  /** @throws CatalogError NO_SUCH_TRIAL */
  get(trialId: number): HeldTrial {
    const held = this.#held.get(trialId);
    if (held !== undefined) return held;
    throw new CatalogError('NO_SUCH_TRIAL', 'This text is not held any more. Let it be written again.', { trialId });
  }
}
