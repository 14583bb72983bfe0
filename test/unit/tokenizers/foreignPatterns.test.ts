/** @file Regular expressions of a tokenizer.json: one that backtracks for ever hangs neither an import nor an answer. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { foreignPatterns, TimeLimit, TimeLimitError } from '../../../native-models/tokenizers/foreignPatterns.ts';
import { TextTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { readTokenizerFiles } from '../../../native-models/tokenizers/tokenizerFiles.ts';
import { writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const endless = '^(a+)+$';

async function tokenizerWith(part: Record<string, unknown>): Promise<TextTokenizer> {
  const { tokenizer, config } = await readTokenizerFiles(path.join(fixturesFolder, 'blip2-opt'));
  return new TextTokenizer({ tokenizer: { ...tokenizer, ...part }, config }, 200);
}

const replace = (pattern: string) => ({ type: 'Replace', pattern: { Regex: pattern }, content: 'b' });
const split = (pattern: string) => ({
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  ],
});

describe('a time limit', () => {
  it('ends what does not end by itself, and only that', () => {
    const limit = new TimeLimit(30);
    expect(() => limit.run(() => new RegExp(endless).test(`${'a'.repeat(50)}!`))).toThrow(TimeLimitError);
    expect(() =>
      limit.run(() => {
        for (;;);
      }),
    ).toThrow(TimeLimitError);
    expect(limit.run(() => 'done')).toBe('done');
    expect(() =>
      limit.run(() => {
        throw new RangeError('its own');
      }),
    ).toThrow(new RangeError('its own'));
  });
});

describe('a pattern that backtracks for ever', () => {
  it.each([
    ['of the normalizer', { normalizer: { type: 'Sequence', normalizers: [replace(endless)] } }],
    ['of the pre-tokenizer', { pre_tokenizer: split('(x+x+)+y') }],
  ])('%s ends a question with an error, and the next one is answered', async (_, part) => {
    const tokenizer = await tokenizerWith(part);
    const text = `${'a'.repeat(60)}${'x'.repeat(60)}!`;
    const question = 'normalizer' in part ? text : text.slice(60);
    expect(() => tokenizer.encode(question)).toThrow(expect.objectContaining({ code: 'TOKENIZER_TOO_SLOW' }));
    expect(tokenizer.encode('a boat').length).toBeGreaterThan(1);
  });

  it('of the decoder ends an answer likewise', async () => {
    const decoder = { type: 'Sequence', decoders: [{ type: 'ByteLevel' }, { type: 'Fuse' }, replace(endless)] };
    const tokenizer = await tokenizerWith({ decoder });
    const ids = tokenizer.encodePlain(`${'a'.repeat(60)}!`);
    expect(() => tokenizer.decode(ids, { skipSpecialTokens: true })).toThrow(
      expect.objectContaining({ code: 'TOKENIZER_TOO_SLOW' }),
    );
  });
});

describe('an import', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  const importWith = async (file: string, part: Record<string, unknown>) => {
    const source = path.join(folder.path, 'checkpoint');
    const modelsFolder = path.join(folder.path, 'models');
    await mkdir(modelsFolder);
    await writeEditedCheckpoint('instructblip-t5', source);
    const json: Record<string, unknown> = JSON.parse(await readFile(path.join(source, file), 'utf8'));
    await writeFile(path.join(source, file), JSON.stringify({ ...json, ...part }));
    return { imported: importCheckpoint({ source, modelsFolder }), modelsFolder };
  };

  it('refuses one in any of its tokenizers, and nothing stays', async () => {
    const { imported, modelsFolder } = await importWith('qformer_tokenizer/tokenizer.json', {
      normalizer: replace('(z+)+$'),
    });
    await expect(imported).rejects.toMatchObject({ code: 'TOKENIZER_TOO_SLOW' });
    expect(await readdir(modelsFolder)).toEqual([]);
  });

  it('takes patterns of a checkpoint’s own that are quick', async () => {
    const { imported } = await importWith('qformer_tokenizer/tokenizer.json', {
      normalizer: replace('\\s+(?!\\S)|“|”'),
    });
    expect((await imported).architecture).toBe('instructblip-t5');
  });
});

it('foreignPatterns finds patterns wherever they are, and none in the published tokenizers', async () => {
  for (const fixture of [
    'blip-caption',
    'blip2-itm',
    'blip2-opt',
    'blip2-t5',
    'instructblip-llama',
    'instructblip-t5',
  ]) {
    const { tokenizer } = await readTokenizerFiles(path.join(fixturesFolder, fixture));
    expect(foreignPatterns(tokenizer)).toEqual([]);
  }
  const { tokenizer } = await readTokenizerFiles(path.join(fixturesFolder, 'blip2-t5'));
  expect(foreignPatterns({ ...tokenizer, pre_tokenizer: split('a|b'), normalizer: replace('c+') })).toEqual([
    'c+',
    'a|b',
  ]);
});
