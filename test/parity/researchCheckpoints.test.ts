/**
 * @file Weight files in the layout of the models' research code (.pth), over a published checkpoint: the model is the one
 * that the published layout of the same weights makes.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { openSource } from '../../native-models/compiler/openSource.ts';
import { readTensors, type StoredTensor, type Tensors, writeEditedCheckpoint } from '../support/editedCheckpoint.ts';
import { fixturesFolder } from '../support/referenceFixture.ts';
import { blipName, lavisName, renamed, trainedFile } from '../support/researchLayout.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = path.join(folder.path, 'model_base.pth');
});
afterEach(() => folder[Symbol.asyncDispose]());

const writeTrained = (tensors: Tensors) => writeFile(file, trainedFile(tensors));

const zeros = (shape: number[]): StoredTensor => {
  return { dtype: 'F32', shape, data: new Uint8Array(4 * shape.reduce((product, size) => product * size, 1)) };
};

/** The vision tower's bias in the two pieces that are trained: that of the keys is zero. */
function splitBiases(tensors: Tensors): Tensors {
  const split: Tensors = new Map();
  for (const [name, tensor] of tensors) {
    if (!name.endsWith('.attn.qkv.bias')) {
      split.set(name, tensor);
      continue;
    }
    const partBytes = tensor.data.length / 3;
    const part = (i: number) => ({
      ...tensor,
      shape: [(tensor.shape[0] as number) / 3],
      data: tensor.data.slice(i * partBytes, (i + 1) * partBytes),
    });
    split.set(name.replace('qkv.bias', 'q_bias'), part(0));
    split.set(name.replace('qkv.bias', 'v_bias'), part(2));
  }
  return split;
}

/** The fixture with the vision tower that such training gives. */
async function readTrained(fixture: string): Promise<Tensors> {
  const tensors = await readTensors(path.join(fixturesFolder, fixture));
  for (const [name, { data }] of tensors) {
    if (name.endsWith('.self_attn.qkv.bias')) data.fill(0, data.length / 3, (2 * data.length) / 3);
  }
  return tensors;
}

/** Every tensor of the source that is made of `file` and the base. */
async function tensorsOf(base: string): Promise<Map<string, Buffer>> {
  await using source = await openSource({ source: file, base });
  const all = new Map<string, Buffer>();
  for (const tensor of source.tensors.tensorNames()) {
    const bytes = Buffer.alloc(source.tensors.entry(tensor).sizeBytes);
    const middle = Math.floor(bytes.length / 8) * 4;
    await source.tensors.read(tensor, 0, bytes.subarray(0, middle));
    await source.tensors.read(tensor, middle, bytes.subarray(middle));
    all.set(tensor, bytes);
  }
  return all;
}

function expectSame(actual: Map<string, Buffer>, expected: Tensors): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, { data }] of expected) expect(actual.get(name)?.equals(data), name).toBe(true);
}

/** A published checkpoint whose weights from these parts are others. */
function writeBase(fixture: string, isTrained: (name: string) => boolean): Promise<void> {
  return writeEditedCheckpoint(fixture, path.join(folder.path, 'base'), {
    edit: (tensors) => {
      for (const [name, { data }] of tensors) if (isTrained(name)) data.fill(0);
    },
  });
}

const isLanguage = (name: string) => name.startsWith('language_model.');

it.each([
  {
    fixture: 'blip-caption',
    others: ['text_encoder.x', 'itm_head.weight', 'visual_encoder_m.x', 'text_queue', 'temp'],
  },
  { fixture: 'blip-vqa', others: [] },
  { fixture: 'blip-itm', others: ['image_queue', 'ptr_queue', 'text_encoder_m.x', 'vision_proj_m.weight', 'temp'] },
])('$fixture: the file has all weights, and heads that the model does without', async ({ fixture, others }) => {
  const tensors = await readTensors(path.join(fixturesFolder, fixture));
  await writeTrained(new Map([...renamed(tensors, blipName), ...others.map((name) => [name, zeros([2])] as const)]));
  const base = path.join(folder.path, 'base');
  await cp(path.join(fixturesFolder, fixture), base, { recursive: true });
  await rm(path.join(base, 'model.safetensors'));
  expectSame(await tensorsOf(base), tensors);
});

it.each([
  { fixture: 'blip2-opt', projection: 'opt_proj' },
  { fixture: 'blip2-t5', projection: 't5_proj' },
  { fixture: 'instructblip-t5', projection: 't5_proj' },
  { fixture: 'instructblip-llama', projection: 'llm_proj' },
])('$fixture: the file has what was trained, the base the language model', async ({ fixture, projection }) => {
  const expected = await readTrained(fixture);
  const trained = [...expected].filter(([name]) => !isLanguage(name));
  const saved = renamed(trained, (name) => lavisName(name).replace(/^language_projection/, projection));
  await writeTrained(splitBiases(saved));
  await writeBase(fixture, (name) => !isLanguage(name));
  expectSame(await tensorsOf(path.join(folder.path, 'base')), expected);
});

it('blip2-itm: the first stage, with the language head that it was trained with', async () => {
  const expected = await readTrained('blip2-itm');
  const saved = splitBiases(renamed(expected, lavisName));
  await writeTrained(saved.set('Qformer.cls.predictions.bias', zeros([3])).set('temp', zeros([])));
  await writeBase('blip2-itm', () => true);
  expectSame(await tensorsOf(path.join(folder.path, 'base')), expected);
});

it('a part of the weights, as when the vision tower was frozen, takes the others from the base', async () => {
  const expected = await readTensors(path.join(fixturesFolder, 'blip2-opt'));
  await writeTrained(
    renamed(
      [...expected].filter(([name]) => /^(qformer|query_tokens)/.test(name)),
      lavisName,
    ),
  );
  await writeBase('blip2-opt', (name) => /^(qformer|query_tokens)/.test(name));
  expectSame(await tensorsOf(path.join(folder.path, 'base')), expected);
});

it('a research checkpoint is imported under its own name, and notes both', async () => {
  const modelsFolder = path.join(folder.path, 'models');
  const base = path.join(fixturesFolder, 'blip-caption');
  await writeTrained(renamed(await readTensors(base), blipName));
  const published = await importCheckpoint({ source: base, modelsFolder });
  const imported = await importCheckpoint({ source: file, base, modelsFolder });
  expect(imported.id).toBe('model_base');
  expect(imported.selfTest).toEqual(published.selfTest);
  expect(imported.source.name).toBe('blip-caption + model_base.pth');
  // the base's are not read
  expect(imported.source.files.map(({ name }) => name)).toEqual(['model_base.pth']);
});

describe('is refused', () => {
  const base = path.join(fixturesFolder, 'blip2-opt');

  it('without a base; and a base without such a file', async () => {
    await writeTrained(new Map([['query_tokens', zeros([1])]]));
    const alone = openSource({ source: file });
    await expect(alone).rejects.toMatchObject({ message: expect.stringMatching(/weights alone.*--base/) });
    const twice = openSource({ source: base, base });
    await expect(twice).rejects.toMatchObject({
      message: expect.stringContaining('--base goes with a file of weights'),
    });
  });

  it('over a base of another model', async () => {
    await writeTrained(new Map([['t5_model.shared.weight', zeros([2, 2])]]));
    await expect(openSource({ source: file, base })).rejects.toMatchObject({
      code: 'CHECKPOINT_TENSOR_UNEXPECTED',
      message: expect.stringContaining('model_base.pth holds language_model.shared.weight'),
    });
  });

  it('where a tensor is in neither', async () => {
    const bare = path.join(folder.path, 'bare');
    await mkdir(bare);
    for (const name of ['config.json', 'processor_config.json', 'tokenizer.json', 'tokenizer_config.json']) {
      await cp(path.join(base, name), path.join(bare, name));
    }
    await writeTrained(new Map([['query_tokens', zeros([1])]]));
    const modelsFolder = path.join(folder.path, 'models');
    await expect(importCheckpoint({ source: file, base: bare, modelsFolder })).rejects.toMatchObject({
      code: 'CHECKPOINT_TENSOR_MISSING',
      message: expect.stringMatching(/model_base.pth has no tensor .*, and --base has no weights/),
    });
  });

  it('in the format of PyTorch before 1.6, by that name', async () => {
    await writeFile(file, Buffer.from([0x80, 2, 0x8a, 10, ...Buffer.from('6cfc9c46f9206aa85019', 'hex'), 0x2e]));
    await expect(openSource({ source: file, base })).rejects.toMatchObject({
      code: 'CHECKPOINT_UNSUPPORTED',
      message: expect.stringContaining('PyTorch wrote before version 1.6'),
    });
  });
});
