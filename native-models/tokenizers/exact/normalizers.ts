/**
 * @file What is done to a text before it is split, exactly as the reference does it; the library's own normalizers come
 * close (transformers `tokenizers`, src/normalizers/). Compiler and model host.
 */
import * as z from 'zod';
import { invisible, mark, normalForm, whitespace } from './characterClasses.ts';
import { Charsmap } from './charsmap.ts';

export type Normalize = (text: string) => string;

const flag = (otherwise: boolean) =>
  z
    .boolean()
    .nullish()
    .transform((value) => value ?? otherwise);

const normalizerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('BertNormalizer'),
    clean_text: flag(true),
    handle_chinese_chars: flag(true),
    strip_accents: z.boolean().nullish(),
    lowercase: flag(true),
  }),
  z.object({ type: z.literal('Precompiled'), precompiled_charsmap: z.base64() }),
  z.object({ type: z.literal('Sequence'), normalizers: z.array(z.unknown()) }),
  z.object({ type: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD']) }),
  z.object({ type: z.literal('Lowercase') }),
  z.object({ type: z.literal('StripAccents') }),
  z.object({ type: z.literal('Prepend'), prepend: z.string() }),
  z.object({ type: z.literal('Strip'), strip_left: flag(true), strip_right: flag(true) }),
]);

/** @param fromLibrary makes the normalizers that need no correction */
export function exactNormalizer(config: unknown, fromLibrary: (config: unknown) => Normalize): Normalize {
  const { data } = normalizerSchema.safeParse(config);
  if (data === undefined) return fromLibrary(config);
  switch (data.type) {
    case 'BertNormalizer':
      return bertNormalizer(data);
    case 'Precompiled': {
      const charsmap = new Charsmap(Buffer.from(data.precompiled_charsmap, 'base64'));
      return (text) => charsmap.normalize(text);
    }
    case 'Sequence': {
      const parts = data.normalizers.map((part) => exactNormalizer(part, fromLibrary));
      return (text) => parts.reduce((result, part) => part(result), text);
    }
    case 'Lowercase':
      return lowercase;
    case 'StripAccents':
      return (text) => text.replace(marks, '');
    case 'Prepend':
      return (text) => (text === '' ? '' : data.prepend + text);
    case 'Strip': {
      const { strip_left, strip_right } = data;
      return (text) => {
        const right = strip_right ? text.replace(trailingSpace, '') : text;
        return strip_left ? right.replace(leadingSpace, '') : right;
      };
    }
    default: {
      const form = data.type;
      return (text) => normalForm(text, form);
    }
  }
}

const marks = new RegExp(mark, 'gv');
const leadingSpace = new RegExp(`^${whitespace}+`, 'v');
const trailingSpace = new RegExp(`(?<!${whitespace})${whitespace}+$`, 'v');
const removed = new RegExp(`[[\\0\\uFFFD${invisible}]--[\\t\\n\\r]]`, 'gv');
const spaces = new RegExp(whitespace, 'gv');
/** Of the CJK blocks that BERT knows. */
const ideographs =
  /[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gv;

function bertNormalizer(config: {
  clean_text: boolean;
  handle_chinese_chars: boolean;
  strip_accents?: boolean | null | undefined;
  lowercase: boolean;
}): Normalize {
  const stripsAccents = config.strip_accents ?? config.lowercase;
  return (text) => {
    let result = text;
    if (config.clean_text) result = result.replace(removed, '').replace(spaces, ' ');
    if (config.handle_chinese_chars) result = result.replace(ideographs, ' $& ');
    if (stripsAccents) result = normalForm(result, 'NFD').replace(marks, '');
    return config.lowercase ? lowercase(result) : result;
  };
}

/** Each character by itself: a sigma at the end of a word is like any other. */
function lowercase(text: string): string {
  return text.includes('Σ') ? text.replaceAll('Σ', 'σ').toLowerCase() : text.toLowerCase();
}
