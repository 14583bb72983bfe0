/** @file The files of a checkpoint are held against each other: what belongs to another model is refused by name and number. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAnyModel } from '../../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { defaultSessionSettings } from '../../../native-models/runtime/graphSession.ts';
import { writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let source: string;
let modelsFolder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  source = path.join(folder.path, 'checkpoint');
  modelsFolder = path.join(folder.path, 'models');
});
afterEach(() => folder[Symbol.asyncDispose]());

type Json = Record<string, unknown>;

async function edit(name: string, change: (json: Json) => void): Promise<void> {
  const file = path.join(source, name);
  const json: Json = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  change(json);
  await writeFile(file, JSON.stringify(json));
}

async function expectDisagreement(...parts: (string | number)[]): Promise<void> {
  const error: unknown = await importCheckpoint({ source, modelsFolder, id: 'tiny' }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'CHECKPOINT_FILES_DISAGREE' });
  for (const part of parts) expect(String(error)).toContain(String(part));
}

const accepted = () => importCheckpoint({ source, modelsFolder, id: 'tiny' });

/** A record within a record. */
const part = (json: Json, key: string) => json[key] as Json;

describe('pictures', () => {
  const twice = { height: 112, width: 112 };

  it.each(['blip2-opt', 'blip-caption', 'instructblip-t5'])(
    'of another size than the model sees are refused with both sizes: %s',
    async (fixture) => {
      await writeEditedCheckpoint(fixture, source);
      await edit('processor_config.json', (json) => Object.assign(part(json, 'image_processor'), { size: twice }));
      await expectDisagreement('processor_config.json', '112 × 112', '56 × 56');
    },
  );

  it('likewise by preprocessor_config.json, and where one side alone differs', async () => {
    await writeEditedCheckpoint('blip2-itm', source);
    await edit('preprocessor_config.json', (json) => Object.assign(json, { size: { height: 56, width: 112 } }));
    await expectDisagreement('preprocessor_config.json', '112 × 56', '56 × 56');
  });

  it('likewise by config.json, before anything is computed', async () => {
    await writeEditedCheckpoint('blip-itm', source, {
      config: (json) => Object.assign(part(json, 'vision_config'), { image_size: 28 }),
    });
    await expectDisagreement('56 × 56', '28 × 28');
  });

  it('prepared in two ways by two files are refused; the same way twice is fine', async () => {
    await writeEditedCheckpoint('blip-caption', source);
    const nested: Json = JSON.parse(await readFile(path.join(source, 'processor_config.json'), 'utf8'));
    await edit('preprocessor_config.json', (json) => Object.assign(json, nested.image_processor));
    await edit('preprocessor_config.json', (json) => Object.assign(json, { image_mean: [0.5, 0.5, 0.5] }));
    await expectDisagreement('preprocessor_config.json and processor_config.json');
    await edit('preprocessor_config.json', (json) => Object.assign(json, nested.image_processor));
    await accepted();
  });

  it('of another size are not given to a model that was imported before this was checked', async () => {
    await writeEditedCheckpoint('blip2-itm', source);
    await accepted();
    source = path.join(modelsFolder, 'tiny');
    await edit('model.json', (json) => Object.assign(part(json, 'image'), twice));
    await expect(loadAnyModel(source, defaultSessionSettings)).rejects.toMatchObject({
      code: 'MODEL_MANIFEST_INVALID',
      message: expect.stringMatching(/56 × 56.*112 × 112/),
    });
  });
});

describe('token ids', () => {
  const addToken = (id: number, special: boolean) => (json: Json) =>
    (json.added_tokens as Json[]).push({ id, content: '<extra>', special, single_word: false, normalized: false });

  it.each([
    ['blip2-opt', 'tokenizer.json', 421],
    ['instructblip-t5', 'tokenizer.json', 291],
    ['instructblip-t5', 'qformer_tokenizer/tokenizer.json', 301],
    ['blip2-itm', 'tokenizer.json', 303],
  ])('that a tokenizer gives must be rows of the table: %s, %s', async (fixture, file, vocabSize) => {
    await writeEditedCheckpoint(fixture, source);
    await edit(file, addToken(vocabSize, false));
    await expectDisagreement(file, '<extra>', `id ${vocabSize}`, `${vocabSize} tokens`);
  });

  it('of an ordinary piece, and of a special one that the tokenizer itself adds, likewise', async () => {
    await writeEditedCheckpoint('blip-caption', source);
    await edit('tokenizer.json', (json) => {
      part(part(json, 'model'), 'vocab').zebra = 90_000;
    });
    await expectDisagreement('zebra', 90_000, 302);
    await writeEditedCheckpoint('blip-caption', source);
    await edit('tokenizer.json', addToken(400, true));
    await edit('tokenizer_config.json', (json) => Object.assign(json, { unk_token: '<extra>' }));
    await expectDisagreement('<extra>', 400, 302);
  });

  it('beyond the table are fine where no text is ever read as them', async () => {
    await writeEditedCheckpoint('blip2-itm', source);
    await edit('tokenizer.json', addToken(303, true));
    expect((await accepted()).architecture).toBe('blip2-itm');
  });

  it('in the billions are refused at once', async () => {
    await writeEditedCheckpoint('blip-caption', source);
    await edit('tokenizer.json', addToken(4_000_000_000, true));
    await expect(accepted()).rejects.toMatchObject({ code: 'TOKENIZER_FILE_INVALID' });
  });

  it.each([
    ['blip2-opt', 'eos_token_id', 421],
    ['blip2-opt', 'eos_token_id', -1],
    ['instructblip-t5', 'eos_token_id', 5000],
    ['instructblip-t5', 'decoder_start_token_id', 291],
    ['instructblip-llama', 'eos_token_id', 641],
  ])('that generation_config.json names must be rows too: %s, %s %i', async (fixture, name, id) => {
    await writeEditedCheckpoint(fixture, source);
    await edit('generation_config.json', (json) => Object.assign(json, { [name]: id }));
    await expectDisagreement(name, id);
  });

  it.each([
    ['blip-caption', 'sep_token_id', 302],
    ['blip-vqa', 'bos_token_id', 999],
    ['blip-itm', 'pad_token_id', -5],
  ])('that config.json names likewise: %s, %s %i', async (fixture, name, id) => {
    await writeEditedCheckpoint(fixture, source, {
      config: (json) => Object.assign(part(json, 'text_config'), { [name]: id }),
    });
    await expectDisagreement(name, id, 302);
  });

  it('must mean the same token in all files', async () => {
    await writeEditedCheckpoint('blip-caption', source, {
      config: (json) => Object.assign(part(json, 'text_config'), { sep_token_id: 4 }),
    });
    await expectDisagreement('sep_token_id', '[SEP]', 4, 3);
    await writeEditedCheckpoint('blip2-opt', source, {
      config: (json) => Object.assign(json, { image_token_index: 7 }),
    });
    await expectDisagreement('image_token_index', '<image>', 7, 420);
    await writeEditedCheckpoint('blip2-opt', source);
    await writeFile(path.join(source, 'added_tokens.json'), JSON.stringify({ '<image>': 419 }));
    await expectDisagreement('added_tokens.json', '<image>', 419, 420);
    await writeFile(path.join(source, 'added_tokens.json'), JSON.stringify({ '<image>': 420 }));
    await accepted();
  });

  it.each(['tokenizer_config.json', 'qformer_tokenizer/tokenizer_config.json'])(
    'must mean the same token in %s, which may repeat what was added',
    async (file) => {
      await writeEditedCheckpoint('instructblip-t5', source);
      await edit(file, (json) => Object.assign(json, { added_tokens_decoder: { 2: { content: 'of another model' } } }));
      await expectDisagreement(file, 'of another model', 'calls 2');
      await edit(file, (json) => Object.assign(json, { added_tokens_decoder: { 5000: { content: 'unheard of' } } }));
      await accepted();
    },
  );

  it('count the query tokens alike', async () => {
    await writeEditedCheckpoint('blip2-opt', source);
    await edit('processor_config.json', (json) => Object.assign(json, { num_query_tokens: 32 }));
    await expectDisagreement('32 query tokens', 8);
  });
});
