/** @file Words that must not be said, as the sequences of tokens that say them. */
import type { TokenizerAdapter } from '../tokenizerAdapter.ts';
import { distinctSequences } from './tokenizations.ts';

/**
 * Each word at an answer's start and within it, as typed, in lower case and capitalised. A word that the model has no
 * tokens for needs no rule: it cannot be said.
 */
export function forbiddenWordSequences(words: readonly string[], text: TokenizerAdapter): (readonly number[])[] {
  const tokenizations = words.flatMap((word) => {
    const lower = word.toLowerCase();
    const [first = ''] = lower;
    return [word, lower, first.toUpperCase() + lower.slice(first.length)];
  });
  return distinctSequences(
    [...new Set(tokenizations)].flatMap((word) => [text.encodeStart(word), text.encodeAfterWord(` ${word}`)]),
  );
}
