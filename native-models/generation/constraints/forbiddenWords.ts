/** @file Words that must not be said, as the sequences of tokens that say them. */
import type { TextBridge } from '../textBridge.ts';
import { distinctSequences } from './spellings.ts';

/**
 * Each word at an answer's start and within it, as typed, in lower case and capitalised. A word that the model has no
 * tokens for needs no rule: it cannot be said.
 */
export function forbiddenWordSequences(words: readonly string[], text: TextBridge): (readonly number[])[] {
  const spellings = words.flatMap((word) => {
    const lower = word.toLowerCase();
    const [first = ''] = lower;
    return [word, lower, first.toUpperCase() + lower.slice(first.length)];
  });
  return distinctSequences(
    [...new Set(spellings)].flatMap((word) => [text.encodeStart(word), text.encodeAfterWord(` ${word}`)]),
  );
}
