/**
 * @file The library's tokenizer with the parts replaced that do not give the reference's results in every script.
 * Compiler and model host.
 */
import * as library from '@huggingface/tokenizers';
import type { TokenizerConfig, TokenizerJson } from '../tokenizerSchemas.ts';
import { exactNormalizer, type Normalize } from './normalizers.ts';
import { exactPreTokenizer, type Split } from './preTokenizers.ts';

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

export interface UnigramVocabulary {
  /** The pieces that are starts of `characters` from `start` on, the shortest first. */
  startsAt(characters: readonly string[], start: number): Iterable<string>;
  score(piece: string): number;
  readonly unknownScore: number;
}

interface BestPath {
  readonly start: number;
  readonly score: number;
  readonly isUnknown: boolean;
}

/**
 * The best pieces for a word by their scores, exactly as the reference finds them: sums in the same order, and the same of
 * several equally good ways (transformers `tokenizers`, `encode_optimized` in src/models/unigram/model.rs). Characters
 * next to each other that no piece has are one of them.
 */
function bestPieces(word: string, vocabulary: UnigramVocabulary): string[] {
  const characters = [...word];
  const best: (BestPath | undefined)[] = new Array(characters.length + 1).fill(undefined);
  const offer = (end: number, path: BestPath) => {
    const known = best[end];
    if (known === undefined || path.score > known.score) best[end] = path;
  };
  for (let start = 0; start < characters.length; start += 1) {
    const scoreSoFar = best[start]?.score ?? 0;
    let hasCharacter = false;
    for (const piece of vocabulary.startsAt(characters, start)) {
      const length = [...piece].length;
      hasCharacter ||= length === 1;
      offer(start + length, { start, score: vocabulary.score(piece) + scoreSoFar, isUnknown: false });
    }
    if (!hasCharacter) offer(start + 1, { start, score: vocabulary.unknownScore + scoreSoFar, isUnknown: true });
  }
  const pieces: string[] = [];
  for (let end = characters.length, wasUnknown = false; end > 0; ) {
    const { start, isUnknown } = best[end] ?? { start: end - 1, isUnknown: true };
    const piece = characters.slice(start, end).join('');
    if (isUnknown && wasUnknown) pieces.push(piece + (pieces.pop() ?? ''));
    else pieces.push(piece);
    wasUnknown = isUnknown;
    end = start;
  }
  return pieces.reverse();
}
