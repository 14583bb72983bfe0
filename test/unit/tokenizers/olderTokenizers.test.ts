/**
 * @file Tokenizers made of the files that were published before tokenizer.json, against what the reference makes of the
 * same files and of ten thousand texts (test/fixtures/tokenizers/record.py).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { exactNormalizer } from '../../../native-models/tokenizers/exact/normalizers.ts';
import { exactPreTokenizer } from '../../../native-models/tokenizers/exact/preTokenizers.ts';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { readTokenizerFiles } from '../../../native-models/tokenizers/tokenizerFiles.ts';
import { randomTexts } from '../../support/randomTexts.ts';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/tokenizers');
const texts = randomTexts(10_000);

/** A tokenizer.json without what is never used: the form of pairs, and where special tokens are looked for in a text. */
const comparedSchema = z.looseObject({
  normalizer: z.record(z.string(), z.unknown()).nullable(),
  post_processor: z.looseObject({ pair: z.unknown() }).transform(({ pair: _, ...others }) => others),
  added_tokens: z.array(z.object({ id: z.int(), content: z.string(), special: z.boolean() })),
});

function expectedIds(folder: string): number[][] {
  const bytes = gunzipSync(readFileSync(path.join(folder, 'expected.ids.gz')));
  const all: number[][] = [];
  for (let position = 0; position < bytes.length; ) {
    const ids = Array.from({ length: bytes.readUInt16LE(position) }, (_, i) =>
      bytes.readUInt16LE(position + 2 * i + 2),
    );
    all.push(ids);
    position += 2 * (ids.length + 1);
  }
  return all;
}

function refuseLibrary(config: unknown): never {
  throw new Error(`left to the library: ${JSON.stringify(config)}`);
}

describe.each(['bert', 'opt', 't5', 'llama'])('the tokenizer made of the older files of %s', (name) => {
  const folder = path.join(fixtures, name);

  it('is the one that the reference makes of them', async () => {
    const expected = comparedSchema.parse(JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')));
    const { tokenizer } = await readTokenizerFiles(folder);
    const made = comparedSchema.parse(tokenizer);
    const charsmap = made.normalizer?.precompiled_charsmap;
    if (made.normalizer !== null && typeof charsmap === 'string') {
      made.normalizer.precompiled_charsmap = createHash('sha256').update(charsmap).digest('hex');
    }
    expect(made).toEqual(expected);
  });

  it('gives ten thousand texts in many scripts the same tokens', async () => {
    const tokenizer = await loadTokenizer(folder);
    const expected = expectedIds(folder);
    expect(expected.length).toBe(texts.length);
    const different = texts.flatMap((text, i) => {
      const ids = tokenizer.encodePlain(text);
      return ids.join() === expected[i]?.join() ? [] : [{ text, ids, expected: expected[i] }];
    });
    expect({ count: different.length, first: different.slice(0, 5) }).toEqual({ count: 0, first: [] });
  });
});

it.each(['bert', 't5'])(
  'a tokenizer made of older files normalizes and splits the texts as the reference does: %s',
  async (name) => {
    const folder = path.join(fixtures, name);
    const { tokenizer } = await readTokenizerFiles(folder);
    const normalize = exactNormalizer(tokenizer.normalizer, refuseLibrary);
    const split = exactPreTokenizer(tokenizer.pre_tokenizer, refuseLibrary);
    const hashes = readFileSync(path.join(folder, 'expected.words'));
    expect(hashes.length).toBe(4 * texts.length);
    const different = texts.flatMap((text, i) => {
      const words = split(normalize(text), true);
      const hash = createHash('sha256')
        .update(words.map((word) => `${word}\0`).join(''))
        .digest();
      return hash.compare(hashes, 4 * i, 4 * i + 4, 0, 4) === 0 ? [] : [{ text, words }];
    });
    expect({ count: different.length, first: different.slice(0, 5) }).toEqual({ count: 0, first: [] });
  },
);
