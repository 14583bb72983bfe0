/** @file Lets generation ask a tokenizer how parts of an answer are spelled in tokens. Model host. */
import type { TokenizerAdapter } from '../generation/tokenizerAdapter.ts';
import type { TextTokenizer } from './tokenizer.ts';
import { TokenizerError } from './tokenizerError.ts';

type Ids = readonly number[] | undefined;

/** Words to put before a text; one is used whose own tokens stay the same when the text follows it. */
const words = ['a', 'x', 'it', 'one', 'zoo', '1'];

/** A list of tags comes again with every photo: this many texts are remembered. */
const rememberedTexts = 50_000;

export class TextTokenizerAdapter implements TokenizerAdapter {
  readonly #tokenizer: TextTokenizer;
  readonly #starts = new Map<string, Ids>();
  readonly #continuations = new Map<string, Ids>();
  readonly #words: readonly (readonly [string, readonly number[]])[];

  constructor(tokenizer: TextTokenizer) {
    this.#tokenizer = tokenizer;
    this.#words = words.flatMap((word) => {
      const ids = this.#encode(word);
      return ids === undefined ? [] : [[word, ids] as const];
    });
  }

  encodeStart(text: string): Ids {
    return remembered(this.#starts, text, () => this.#encode(text));
  }

  encodeAfterWord(text: string): Ids {
    return remembered(this.#continuations, text, () => this.#encodeAfterWord(text));
  }

  decode(ids: readonly number[]): string {
    return this.#tokenizer.decode(ids, { skipSpecialTokens: true });
  }

  #encodeAfterWord(text: string): Ids {
    for (const [word, ids] of this.#words) {
      const together = this.#encode(word + text);
      // Pieces may reach across the border, and then none of them says how the text alone is spelled.
      if (together !== undefined && ids.every((id, i) => together[i] === id)) return together.slice(ids.length);
    }
    return this.#encode(text);
  }

  #encode(text: string): Ids {
    try {
      const ids = this.#tokenizer.encodePlain(text);
      const { unkTokenId } = this.#tokenizer;
      // Special tokens say nothing when they are decoded; the unknown one stands for anything.
      return ids.some((id) => id === unkTokenId || this.#tokenizer.isSpecial(id)) ? undefined : ids;
    } catch (error) {
      if (error instanceof TokenizerError && error.code === 'TOKENIZER_UNKNOWN_TEXT') return undefined;
      throw error;
    }
  }
}

function remembered(memory: Map<string, Ids>, text: string, compute: () => Ids): Ids {
  if (memory.has(text)) return memory.get(text);
  const ids = compute();
  if (memory.size >= rememberedTexts) memory.clear();
  memory.set(text, ids);
  return ids;
}
