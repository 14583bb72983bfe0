/** @file The words of a text, and the tokens that spell each of them. Model host. */
import type { TokenizerAdapter } from '../generation/tokenizerAdapter.ts';

export interface WordSpan {
  /** In UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
  /** Indices of the tokens that have a part in it. */
  readonly tokens: readonly number[];
}

const words = new Intl.Segmenter('en', { granularity: 'word' });

/**
 * @param ids that spell `text`, or its beginning; where their own spelling differs in more than letter case and spaces, the
 * words are those of that spelling, which is returned as the text
 */
export function wordSpans(
  text: string,
  ids: readonly number[],
  decode: TokenizerAdapter['decode'],
): { readonly text: string; readonly spans: readonly WordSpan[] } {
  // Tokens and text are compared without spaces: what a tokenizer makes of them differs.
  const lengths = ids.map((_, i) => bare(decode(ids.slice(0, i + 1))).length);
  const spelled = decode(ids).trim();
  const isSame = bare(text).toLowerCase().startsWith(bare(spelled).toLowerCase());
  const shown = isSame ? text : spelled;
  const total = lengths.at(-1) ?? 0;
  const spans = [...words.segment(shown)].flatMap(({ segment, index, isWordLike }): WordSpan[] => {
    const from = bare(shown.slice(0, index)).length;
    const to = from + bare(segment).length;
    if (isWordLike !== true || to > total) return [];
    const tokens = lengths.flatMap((end, i) => (end > from && (lengths[i - 1] ?? 0) < to ? [i] : []));
    return tokens.length === 0 ? [] : [{ start: index, end: index + segment.length, tokens }];
  });
  return { text: shown, spans };
}

function bare(text: string): string {
  return text.replaceAll(/\s+/gu, '');
}
