/** @file What every kind of search is given, and what it returns. */
import type { GenerationSettings } from '../runtime/protocol.ts';
import type { FinishReason, StoppingCriterion } from './endings/ending.ts';
import type { LogitsSource } from './logitsSource.ts';
import type { LogitsProcessor } from './processors/logitsProcessor.ts';

export interface ChoiceProbability {
  readonly text: string;
  readonly probability: number;
}

export interface GeneratedSequence {
  /** The prompt's ids, then the new ones; the end token is the last of them when it was produced. No padding. */
  readonly ids: readonly number[];
  readonly finish: FinishReason;
  /** Beam search only: sum of the log-probabilities / number of new tokens ^ length penalty. */
  readonly score?: number;
  /** The answer where it is not simply what the ids decode to: cut at a stop string or a repetition, or made to fit. */
  readonly text?: string;
  /** The settings' choices with their probabilities, in their order. */
  readonly choices?: readonly ChoiceProbability[];
}

/** What both kinds of search work with. */
export interface SearchTask {
  readonly source: LogitsSource;
  readonly promptIds: readonly (readonly number[])[];
  readonly settings: GenerationSettings;
  readonly eosTokenIds: ReadonlySet<number>;
  readonly processors: readonly LogitsProcessor[];
  readonly finishReasonOf: StoppingCriterion;
  readonly onToken: ((sequenceIndex: number, tokenId: number) => void) | undefined;
}
