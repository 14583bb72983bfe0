/** @file Token ids to text while they are still coming. */
import type { TextTokenizer } from './tokenizer.ts';

/**
 * Returns text as soon as no later token can change it: never half a character, never a space that punctuation would
 * take back. All pieces together equal `decode` of all ids with special tokens skipped.
 */
export class StreamingDetokenizer {
  readonly #tokenizer: TextTokenizer;
  readonly #ids: number[] = [];
  #sentLength = 0;

  constructor(tokenizer: TextTokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The text that this token settles; often the empty string. */
  push(id: number): string {
    this.#ids.push(id);
    // Decoded anew each time: pieces depend on their neighbours, and thousands of them take less than a model step.
    return this.#take(this.#tokenizer.decodeStable(this.#ids));
  }

  /** The text held back until the last token was known. */
  finish(): string {
    return this.#take(this.#tokenizer.decode(this.#ids, { skipSpecialTokens: true }));
  }

  #take(text: string): string {
    const delta = text.slice(this.#sentLength);
    this.#sentLength = Math.max(this.#sentLength, text.length);
    return delta;
  }
}
