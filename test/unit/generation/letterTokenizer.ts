/** @file A tokenizer for tests: token i is the i-th letter, and 0 and 1 are special. */
import type { TokenizerAdapter } from '../../../native-models/generation/tokenizerAdapter.ts';

export const letters = '^$abcdefghijklmnopqrstuvwxyz ,.';

/** Spells texts letter by letter; what is no letter of its own it has no tokens for. */
export const letterTokenizer: TokenizerAdapter = {
  encodeStart: encodeLetters,
  encodeAfterWord: (text) => encodeLetters(text.trimStart()),
  decode: (ids) =>
    ids
      .filter((id) => id > 1)
      .map((id) => letters[id] ?? '')
      .join(''),
};

export function encodeLetters(text: string): number[] | undefined {
  const ids = [...text].map((letter) => letters.indexOf(letter));
  return ids.every((id) => id > 1) ? ids : undefined;
}
