/** @file The ways in which a model may write a given text in tokens. */
import { GenerationError } from '../generationError.ts';
import type { TokenizerAdapter } from '../tokenizerAdapter.ts';

/**
 * The tokenizations of an answer, or of its beginning: some tokenizers (GPT-2's, Llama's) tell a word that follows others
 * from one that stands first, and which of them an answer begins with depends on the model's training.
 * @throws GenerationError GENERATION_TEXT_UNKNOWN, naming the text
 */
export function answerTokenizations(what: string, answer: string, text: TokenizerAdapter): (readonly number[])[] {
  const tokenizations = distinctSequences([text.encodeStart(answer), text.encodeAfterWord(` ${answer}`)]);
  if (tokenizations.length > 0) return tokenizations;
  throw unknownText(what, answer);
}

/** The one tokenization of text that goes on from a word. @throws GenerationError GENERATION_TEXT_UNKNOWN */
export function continuationTokenization(
  what: string,
  answer: string,
  before: string,
  text: TokenizerAdapter,
): readonly number[] {
  const ids = text.encodeAfterWord(before + answer);
  if (ids !== undefined && ids.length > 0) return ids;
  throw unknownText(what, answer);
}

/** Each once, without those that are no sequences. */
export function distinctSequences(sequences: readonly (readonly number[] | undefined)[]): (readonly number[])[] {
  const known = new Map<string, readonly number[]>();
  for (const ids of sequences) {
    if (ids !== undefined && ids.length > 0) known.set(ids.join(), ids);
  }
  return [...known.values()];
}

function unknownText(what: string, answer: string): GenerationError {
  return new GenerationError('GENERATION_TEXT_UNKNOWN', `This model has no tokens for the ${what} "${answer}".`, {
    text: answer,
  });
}
