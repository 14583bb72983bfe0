/** @file Leaves only the k most likely tokens, and those that tie with the last of them. */
import type { LogitsProcessor } from './logitsProcessor.ts';

export function topK(k: number, vocabSize: number): LogitsProcessor {
  const sorted = new Float32Array(vocabSize);
  return (scores) => {
    sorted.set(scores);
    sorted.sort();
    const smallest = sorted[Math.max(0, sorted.length - k)] ?? Number.NEGATIVE_INFINITY;
    for (let i = 0; i < scores.length; i += 1) {
      if ((scores[i] ?? 0) < smallest) scores[i] = Number.NEGATIVE_INFINITY;
    }
  };
}
