/**
 * @file How a text is split before the vocabulary is looked at, exactly as the reference does it (transformers
 * `tokenizers`, src/pre_tokenizers/). Compiler and model host.
 */
import * as z from 'zod';
import { letter, number, punctuation, whitespace } from './characterClasses.ts';

/** @param isFirst whether nothing comes before the text, no added token either */
export type Split = (text: string, isFirst: boolean) => string[];

const preTokenizerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('BertPreTokenizer') }),
  z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.boolean().nullish(),
    use_regex: z.boolean().nullish(),
  }),
  z.object({ type: z.literal('WhitespaceSplit') }),
  z.object({
    type: z.literal('Metaspace'),
    replacement: z.string().min(1).nullish(),
    prepend_scheme: z.enum(['always', 'first', 'never']).nullish(),
    add_prefix_space: z.boolean().nullish(),
    split: z.boolean().nullish(),
  }),
  z.object({ type: z.literal('Sequence'), pretokenizers: z.array(z.unknown()) }),
]);

/** @param fromLibrary makes those that need no correction */
export function exactPreTokenizer(config: unknown, fromLibrary: (config: unknown) => Split): Split {
  const { data } = preTokenizerSchema.safeParse(config);
  if (data === undefined) return fromLibrary(config);
  switch (data.type) {
    case 'BertPreTokenizer':
      return (text) => text.match(bertWords) ?? [];
    case 'WhitespaceSplit':
      return (text) => text.match(words) ?? [];
    case 'ByteLevel': {
      const { add_prefix_space, use_regex } = data;
      return (text) => {
        const spaced = add_prefix_space === true && !text.startsWith(' ') ? ` ${text}` : text;
        return (use_regex === false ? [spaced] : (spaced.match(byteLevelWords) ?? [])).map(byteSpelling);
      };
    }
    case 'Metaspace':
      return metaspace({
        replacement: data.replacement ?? '▁',
        // older files know only these two
        scheme: data.prepend_scheme ?? (data.add_prefix_space === false ? 'never' : 'always'),
        splits: data.split ?? true,
      });
    case 'Sequence': {
      const parts = data.pretokenizers.map((part) => exactPreTokenizer(part, fromLibrary));
      return (text, isFirst) =>
        parts.reduce((pieces, part) => pieces.flatMap((piece, i) => part(piece, isFirst && i === 0)), [text]);
    }
  }
}

const words = new RegExp(`[^${whitespace}]+`, 'gv');
const bertWords = new RegExp(`[^${whitespace}${punctuation}]+|${punctuation}`, 'gv');
/** GPT-2's. */
const byteLevelWords = new RegExp(
  `'s|'t|'re|'ve|'m|'ll|'d| ?${letter}+| ?${number}+| ?[^${whitespace}${letter}${number}]+|${whitespace}+(?![^${whitespace}])|${whitespace}+`,
  'gv',
);

interface MetaspaceRules {
  readonly replacement: string;
  readonly scheme: 'always' | 'first' | 'never';
  readonly splits: boolean;
}

function metaspace({ replacement, scheme, splits }: MetaspaceRules): Split {
  return (text, isFirst) => {
    const marked = text.replaceAll(' ', replacement);
    const isPrefixed = scheme === 'always' || (scheme === 'first' && isFirst);
    const whole = isPrefixed && !marked.startsWith(replacement) ? replacement + marked : marked;
    if (!splits) return [whole];
    return whole.split(replacement).flatMap((part, i) => {
      const piece = i === 0 ? part : replacement + part;
      return piece === '' ? [] : [piece];
    });
  };
}

/** A printable character for each byte, as GPT-2 chose them. */
const byteCharacters: readonly string[] = (() => {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : 256 + others++));
})();

const encoder = new TextEncoder();

function byteSpelling(word: string): string {
  return Array.from(encoder.encode(word), (byte) => byteCharacters[byte]).join('');
}
