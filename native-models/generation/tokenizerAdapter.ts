/** @file What generation needs of a tokenizer, and the ways in which a model may write a given text in tokens. Model host. */
import { GenerationError } from './generationError.ts';

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

/**
 * The tokenizations of an answer, or of its beginning: some tokenizers (GPT-2's, Llama's) tell a word that follows others
 * from one that stands first, and which of them an answer begins with depends on the model's training.
 * @throws GenerationError GENERATION_TEXT_UNKNOWN, naming the text
 */
export function answerTokenizations(what: string, answer: string, text: TokenizerAdapter): (readonly number[])[] {
  const tokenizations = possibleTokenizations(answer, text);
  if (tokenizations.length > 0) return tokenizations;
  throw unknownText(what, answer);
}

/** The same; none where the model has no tokens for the text. */
export function possibleTokenizations(answer: string, text: TokenizerAdapter): (readonly number[])[] {
  return distinctSequences([text.encodeStart(answer), text.encodeAfterWord(` ${answer}`)]);
}

/** Each once, without those that are no sequences. */
export function distinctSequences(sequences: readonly (readonly number[] | undefined)[]): (readonly number[])[] {
  const known = new Map<string, readonly number[]>();
  for (const ids of sequences) {
    if (ids !== undefined && ids.length > 0) known.set(ids.join(), ids);
  }
  return [...known.values()];
}

export function unknownText(what: string, answer: string): GenerationError {
  return new GenerationError('GENERATION_TEXT_UNKNOWN', `This model has no tokens for the ${what} "${answer}".`, {
    text: answer,
  });
}

/**
 * Words that must not be said, as the sequences of tokens that say them: each word at an answer's start and within it, as
 * typed, in lower case and capitalised. A word that the model has no tokens for needs no rule: it cannot be said.
 */
export function forbiddenWordSequences(words: readonly string[], text: TokenizerAdapter): (readonly number[])[] {
  const forms = words.flatMap((word) => {
    const lower = word.toLowerCase();
    const [first = ''] = lower;
    return [word, lower, first.toUpperCase() + lower.slice(first.length)];
  });
  return distinctSequences(
    [...new Set(forms)].flatMap((word) => [text.encodeStart(word), text.encodeAfterWord(` ${word}`)]),
  );
}
