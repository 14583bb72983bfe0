/**
 * @file The library's tokenizer with the parts replaced that do not give the reference's results in every script.
 * Compiler and model host.
 */
import * as library from '@huggingface/tokenizers';
import type { TokenizerConfig, TokenizerJson } from '../tokenizerSchemas.ts';
import { exactNormalizer, type Normalize } from './normalizers.ts';
import { exactPreTokenizer, type Split } from './preTokenizers.ts';
import { bestPieces } from './unigram.ts';

/** What we use of the library. Its own declarations do not resolve under `nodenext`, so its results are checked. */
export interface PieceTokenizer {
  encode(
    text: string,
    options: { add_special_tokens: boolean },
  ): { readonly ids: readonly (number | undefined)[]; readonly tokens: readonly string[] };
  readonly decoder: { decode(tokens: readonly string[]): string } | null;
  readonly post_processor: {
    post_process(tokens: readonly string[], pair: null, addSpecialTokens: boolean): { readonly tokens: string[] };
  } | null;
}

/** The parts that are replaced. */
interface OpenTokenizer extends PieceTokenizer {
  normalizer: Normalize | null;
  pre_tokenizer: ((text: string, options: { section_index: number }) => string[]) | null;
  readonly model: UnigramModel | object;
}

interface UnigramModel {
  readonly trie: { common_prefix_search(characters: readonly string[], start: number): Iterable<string> };
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  readonly scores: readonly number[];
  readonly unk_score: number;
  fuse_unk: boolean;
  encode: (words: readonly string[]) => string[];
}

/** @throws whatever the library throws at a tokenizer that it does not know */
export function createTokenizer(json: TokenizerJson, config: TokenizerConfig): PieceTokenizer {
  const tokenizer: OpenTokenizer = new library.Tokenizer(json, config);
  if (json.normalizer !== null) tokenizer.normalizer = exactNormalizer(json.normalizer, libraryNormalizer);
  if (json.pre_tokenizer !== null) {
    const split = exactPreTokenizer(json.pre_tokenizer, libraryPreTokenizer);
    tokenizer.pre_tokenizer = (text, { section_index }) => split(text, section_index === 0);
  }
  if ('trie' in tokenizer.model) correctUnigram(tokenizer.model);
  return tokenizer;
}

function correctUnigram(model: UnigramModel): void {
  const vocabulary = {
    startsAt: (characters: readonly string[], start: number) => model.trie.common_prefix_search(characters, start),
    score: (piece: string) => model.scores[model.tokens_to_ids.get(piece) ?? -1] ?? model.unk_score,
    unknownScore: model.unk_score,
  };
  // it would also join what is unknown in words beside each other
  model.fuse_unk = false;
  model.encode = (words) => words.flatMap((word) => bestPieces(word, vocabulary));
}

/** A tokenizer of nothing but the part. */
function tokenizerOf(part: object): OpenTokenizer {
  const none = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  const model = { type: 'WordPiece', vocab: {}, unk_token: '' };
  return new library.Tokenizer({ ...none, model, added_tokens: [], ...part }, {});
}

function libraryNormalizer(config: unknown): Normalize {
  return tokenizerOf({ normalizer: config }).normalizer ?? ((text) => text);
}

function libraryPreTokenizer(config: unknown): Split {
  const split = tokenizerOf({ pre_tokenizer: config }).pre_tokenizer;
  return (text, isFirst) => split?.(text, { section_index: isFirst ? 0 : 1 }) ?? [text];
}
