/** @file Makes tokens that already occurred less likely (CTRL, arXiv:1909.05858). */
import type { LogitsProcessor } from './logitsProcessor.ts';

/** Scores below zero are multiplied by the penalty, others divided by it, once a token however often it occurred. */
export function repetitionPenalty(penalty: number): LogitsProcessor {
  const factor = Math.fround(penalty);
  return (scores, { ids }) => {
    for (const id of new Set(ids)) {
      const score = scores[id];
      // Prompts may hold ids that stand for picture positions and lie outside the vocabulary.
      if (score === undefined) continue;
      scores[id] = score < 0 ? score * factor : score / factor;
    }
  };
}
