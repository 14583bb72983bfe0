/** @file Nucleus sampling: leaves the smallest set of tokens that holds probability p (arXiv:1904.09751). */
import type { LogitsProcessor } from './logitsProcessor.ts';

export function topP(p: number, keepAtLeast: number, vocabSize: number): LogitsProcessor {
  const sorted = new Float32Array(vocabSize);
  return (scores) => {
    sorted.set(scores);
    sorted.sort();
    const removeCount = countBelowNucleus(sorted, Math.fround(1 - p), vocabSize - keepAtLeast);
    const smallestKept = sorted[removeCount];
    if (removeCount <= 0 || smallestKept === undefined) return;
    // Of tokens that tie at the border the reference's ascending sort removes those of lowest id.
    let tiesToRemove = removeCount - sorted.indexOf(smallestKept);
    for (let i = 0; i < scores.length; i += 1) {
      const score = scores[i] ?? 0;
      const removedTie = score === smallestKept && tiesToRemove > 0;
      if (removedTie) tiesToRemove -= 1;
      if (removedTie || score < smallestKept) scores[i] = Number.NEGATIVE_INFINITY;
    }
  };
}

/** How many of the least likely tokens have, together with those below them, at most `outside` of the probability. */
function countBelowNucleus(ascending: Float32Array, outside: number, atMost: number): number {
  const largest = ascending.at(-1) ?? 0;
  let total = 0;
  for (const score of ascending) total += Math.exp(score - largest);
  let cumulative = 0;
  let count = 0;
  for (const score of ascending) {
    cumulative += Math.fround(Math.exp(score - largest) / total);
    if (count >= atMost || Math.fround(cumulative) > outside) break;
    count += 1;
  }
  return count;
}
