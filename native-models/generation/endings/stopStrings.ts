/**
 * @file Ends a sequence as soon as its new text contains a given string (`StopStringCriteria` of transformers). The ids
 * stay as they were generated, the string's own tokens included, as in the reference; the text is cut before it.
 */
import { requireTokenizer, type TokenizerAdapter } from '../tokenizerAdapter.ts';
import type { StoppingCriterion } from './ending.ts';

/** Tokens decoded beyond those that can hold the string, so that the first of them, which loses its space, is none. */
const spareTokens = 8;

export function stopStrings(strings: readonly string[], adapter: TokenizerAdapter | undefined): StoppingCriterion {
  const text = requireTokenizer(adapter);
  // Every visible token holds a byte or more, and earlier text was looked at with earlier tokens.
  const windowTokens = spareTokens + Math.max(...strings.map((string) => new TextEncoder().encode(string).length));
  return ({ ids, promptLength }) => {
    const tail = text.decode(ids.slice(Math.max(promptLength, ids.length - windowTokens)));
    return strings.some((string) => tail.includes(string)) ? 'stop' : undefined;
  };
}

/** Where the first of the strings begins in the text. */
export function stopPlace(text: string, strings: readonly string[]): number | undefined {
  const places = strings.map((string) => text.indexOf(string)).filter((place) => place >= 0);
  return places.length === 0 ? undefined : Math.min(...places);
}

/** What of a text that still grows can be shown: all that neither is nor may become a part of a stop string. */
export function textBeforeStop(text: string, strings: readonly string[]): string {
  const place = stopPlace(text, strings);
  if (place !== undefined) return text.slice(0, place);
  const longest = Math.max(0, ...strings.map(({ length }) => length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (strings.some((string) => string.startsWith(end))) return text.slice(0, text.length - length);
  }
  return text;
}
