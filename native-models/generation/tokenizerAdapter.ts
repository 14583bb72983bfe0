/** @file What generation needs of a tokenizer: token ids for pieces of an answer, and text for token ids. */

/** Special tokens have no part in it: none is added, and none is found in a person's text. */
export interface TokenizerAdapter {
  /**
   * The ids with which a model would begin an answer that starts with this text. Undefined where it has no tokens for
   * some of the text; empty where the text is nothing to it.
   */
  encodeStart(text: string): readonly number[] | undefined;
  /** The same for text that goes on from a word; with a space in front it is a word of its own. */
  encodeAfterWord(text: string): readonly number[] | undefined;
  /** The text of the ids, special tokens left out. */
  decode(ids: readonly number[]): string;
}

/** Settings that are about text cannot be followed without a tokenizer: a mistake of the program, not of a person. */
export function requireTokenizer(adapter: TokenizerAdapter | undefined): TokenizerAdapter {
  if (adapter === undefined) throw new TypeError('these generation settings need a tokenizer');
  return adapter;
}
