/** @file Forbids sequences of tokens: the last token of each, wherever the others stand before it (`bad_words_ids`). */
import type { LogitsProcessor } from './logitsProcessor.ts';

/** @param sequences none of them empty */
export function forbiddenSequences(sequences: readonly (readonly number[])[]): LogitsProcessor {
  const singles = sequences.filter(({ length }) => length === 1).map((sequence) => sequence[0] ?? -1);
  const longer = Map.groupBy(
    sequences.filter(({ length }) => length > 1),
    (sequence) => sequence.at(-2) ?? -1,
  );
  return (scores, { ids }) => {
    for (const token of singles) scores[token] = Number.NEGATIVE_INFINITY;
    for (const sequence of longer.get(ids.at(-1) ?? -1) ?? []) {
      const start = ids.length + 1 - sequence.length;
      const isDue = start >= 0 && sequence.slice(0, -1).every((token, i) => ids[start + i] === token);
      if (isDue) scores[sequence.at(-1) ?? -1] = Number.NEGATIVE_INFINITY;
    }
  };
}
