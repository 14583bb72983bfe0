/** @file Forbids every token that would complete an n-gram for the second time. */
import type { LogitsProcessor } from './logitsProcessor.ts';

export function noRepeatNgram(size: number): LogitsProcessor {
  return (scores, { ids }) => {
    const suffixStart = ids.length + 1 - size;
    for (let start = 0; start + size <= ids.length; start += 1) {
      let equal = 0;
      while (equal < size - 1 && ids[start + equal] === ids[suffixStart + equal]) equal += 1;
      const last = ids[start + size - 1];
      if (equal === size - 1 && last !== undefined && last < scores.length) scores[last] = Number.NEGATIVE_INFINITY;
    }
  };
}
