/** @file What a logits processor is: one rule that changes the scores of the next token. */

/** The ids of one sequence so far; the first `promptLength` were given, the others generated. */
export interface History {
  readonly ids: readonly number[];
  readonly promptLength: number;
}

/** Changes one row of scores (logits, or log-probabilities in beam search) in place; −∞ forbids a token. */
export type LogitsProcessor = (scores: Float32Array, history: History) => void;
