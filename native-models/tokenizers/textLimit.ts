/** @file How much text a part of a model reads. Model host. */
import type { TextTokenizer } from './tokenizer.ts';

export interface TextLimit {
  readonly tokenizer: TextTokenizer;
  /** In tokens, the special ones included. */
  readonly maxLength: number;
}

/** Whether none of the parts would have to cut the text. */
export function fitsAll(limits: readonly TextLimit[], text: string): boolean {
  return limits.every(({ tokenizer, maxLength }) => tokenizer.encode(text).length <= maxLength);
}

/** What a part gives to its model: a longer text is cut on the side that its tokenizer's configuration names. */
export function encodeWithin({ tokenizer, maxLength }: TextLimit, text: string): number[] {
  return tokenizer.encode(text, { maxLength });
}

/** What at least one of the parts cannot read of a text, each once. */
export function unknownToAny(limits: readonly TextLimit[], text: string): string[] {
  return [...new Set(limits.flatMap(({ tokenizer }) => tokenizer.unknownParts(text)))];
}
