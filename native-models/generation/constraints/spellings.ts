/** @file The ways in which a model may spell a given text in tokens. */
import { GenerationError } from '../generationError.ts';
import type { TextBridge } from '../textBridge.ts';

/**
 * The spellings of an answer, or of its beginning: some tokenizers (GPT-2's, Llama's) tell a word that follows others
 * from one that stands first, and which of them an answer begins with depends on the model's training.
 * @throws GenerationError GENERATION_TEXT_UNKNOWN, naming the text
 */
export function answerSpellings(what: string, answer: string, text: TextBridge): (readonly number[])[] {
  const spellings = distinctSequences([text.encodeStart(answer), text.encodeAfterWord(` ${answer}`)]);
  if (spellings.length > 0) return spellings;
  throw unknownText(what, answer);
}

/** The one spelling of text that goes on from a word. @throws GenerationError GENERATION_TEXT_UNKNOWN */
export function continuationSpelling(
  what: string,
  answer: string,
  before: string,
  text: TextBridge,
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
