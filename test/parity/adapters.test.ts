/** @file LoRA adapters merged at import against what PEFT's `merge_and_unload` makes of them. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Adapter } from '../../native-models/checkpoint/adapter/adapter.ts';
import { MergedTensors } from '../../native-models/checkpoint/adapter/mergedTensors.ts';
import { Checkpoint } from '../../native-models/checkpoint/checkpoint.ts';
import type { TensorSource } from '../../native-models/checkpoint/storedTensors.ts';
import { TensorReader } from '../../native-models/checkpoint/weightStreams.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { readTensors, safetensorsOf, type Tensors } from '../support/editedCheckpoint.ts';
import { fixturesFolder } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { torchStateDict } from '../unit/checkpoint/torchFile.ts';

const adaptersFolder = path.resolve(fixturesFolder, '../adapters');
const adapters = [
  { name: 'plain', base: 'blip2-opt' },
  { name: 'patterns', base: 'blip-caption' },
  { name: 'heads', base: 'blip2-itm' },
];

async function bytesOf(tensors: TensorSource, tensor: string, begin = 0, end?: number): Promise<Uint8Array> {
  const bytes = new Uint8Array((end ?? tensors.entry(tensor).sizeBytes) - begin);
  await tensors.read(tensor, begin, bytes);
  return bytes;
}

async function floatsOf(tensors: TensorSource, tensor: string): Promise<Float32Array> {
  const reader = new TensorReader(tensors);
  const { rows, columns } = reader.sizeOf(tensor);
  const all = new Float32Array(rows * columns);
  await reader.forEachPiece(tensor, (values, row) => all.set(values, row * columns));
  return all;
}

describe.each(adapters)('$name', ({ name, base: baseName }) => {
  it('changes the tensors that the reference changes, to its values, and no others', async () => {
    const folder = path.join(adaptersFolder, name);
    await using base = await Checkpoint.open(path.join(fixturesFolder, baseName));
    await using adapter = await Adapter.open(folder);
    const expected = await readTensors(folder, 'expected.safetensors');
    const merged = new MergedTensors(base, adapter);
    expect(merged.tensorNames()).toEqual(base.tensorNames());
    const changed: string[] = [];
    for (const tensor of base.tensorNames()) {
      const reference = expected.get(tensor);
      if (reference === undefined) {
        expect(await bytesOf(merged, tensor), tensor).toEqual(await bytesOf(base, tensor));
        continue;
      }
      changed.push(tensor);
      expect(merged.entry(tensor).shape).toEqual(base.entry(tensor).shape);
      const [ours, theirs] = [await floatsOf(merged, tensor), new Float32Array(reference.data.buffer)];
      const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const error = theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - (ours[i] as number))), 0);
      expect(error / largest, tensor).toBeLessThan(1e-6);
    }
    expect(changed.length).toBeGreaterThan(5);
  });
});

it('a merged adapter gives any part of a tensor, whole rows or not', async () => {
  await using base = await Checkpoint.open(path.join(fixturesFolder, 'blip2-opt'));
  await using adapter = await Adapter.open(path.join(adaptersFolder, 'plain'));
  const merged = new MergedTensors(base, adapter);
  const tensor = 'language_model.model.decoder.layers.1.self_attn.q_proj.weight';
  const whole = await bytesOf(merged, tensor);
  for (const [begin, end] of [
    [0, 4],
    [12, 300],
    [whole.length - 8, whole.length],
  ] as const) {
    expect(await bytesOf(merged, tensor, begin, end)).toEqual(whole.subarray(begin, end));
  }
});

describe('importing a model with an adapter', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('makes the same model of its checkpoint and of an import in fp32, and notes both', async () => {
    const modelsFolder = path.join(folder.path, 'models');
    const adapter = path.join(adaptersFolder, 'plain');
    const base = await importCheckpoint({ source: path.join(fixturesFolder, 'blip2-opt'), modelsFolder });
    const merged = await importCheckpoint({ source: path.join(fixturesFolder, 'blip2-opt'), adapter, modelsFolder });
    expect(merged.id).toBe('blip2-opt-plain');
    expect(merged.source.name).toBe('blip2-opt + plain');
    expect(merged.source.files.map(({ name }) => name)).toEqual([
      ...base.source.files.map(({ name }) => name),
      'adapter_model.safetensors',
      'adapter_config.json',
    ]);
    expect(merged.selfTest).not.toEqual(base.selfTest);
    const again = await importCheckpoint({
      source: path.join(modelsFolder, base.id),
      adapter,
      modelsFolder,
      id: 'again',
    });
    expect(again.selfTest).toEqual(merged.selfTest);
  });
});

describe('an adapter is refused', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let place: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    place = path.join(folder.path, 'adapter');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  async function refusal({
    config = {},
    edit,
    base: baseName = 'blip2-opt',
  }: {
    config?: Record<string, unknown>;
    edit?: (tensors: Tensors) => void;
    base?: string;
  }) {
    await cp(path.join(adaptersFolder, 'plain'), place, { recursive: true });
    const file = path.join(place, 'adapter_config.json');
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...config }));
    if (edit !== undefined) {
      const tensors = await readTensors(place, 'adapter_model.safetensors');
      edit(tensors);
      await writeFile(path.join(place, 'adapter_model.safetensors'), safetensorsOf([...tensors.keys()], tensors));
    }
    await using base = await Checkpoint.open(path.join(fixturesFolder, baseName));
    return await openMerged(base).catch((error: unknown) => error);
  }

  async function openMerged(base: Checkpoint) {
    await using adapter = await Adapter.open(place);
    return new MergedTensors(base, adapter);
  }

  it.each([
    ['another kind of adapter', { peft_type: 'IA3' }, 'of the type IA3'],
    ['pieces that are not B·A', { lora_bias: true }, 'uses lora_bias'],
    ['tokens of their own', { trainable_token_indices: [1, 2] }, 'uses trainable_token_indices'],
    ['a base that was changed', { init_lora_weights: 'pissa_niter_4' }, 'initialized by pissa_niter_4'],
    ['patterns that must be run', { alpha_pattern: { '(a+)+$': 3 } }, 'in alpha_pattern'],
    ['DoRA without its vectors', { use_dora: true }, 'uses DoRA'],
  ])('for %s', async (_, config, message) => {
    expect(await refusal({ config })).toMatchObject({
      code: 'CHECKPOINT_UNSUPPORTED',
      message: expect.stringContaining(message),
    });
  });

  it('whose base is another model, by name', async () => {
    expect(await refusal({ base: 'blip2-t5' })).toMatchObject({
      code: 'CHECKPOINT_FILES_DISAGREE',
      message: expect.stringMatching(/changes language_model.*does not have: it was made for tiny\/blip2-opt/),
    });
  });

  const projection = 'base_model.model.language_model.model.decoder.layers.0.self_attn.q_proj';

  it.each([
    [
      'with one matrix of two',
      (tensors: Tensors) => void tensors.delete(`${projection}.lora_A.weight`),
      'CHECKPOINT_TENSOR_MISSING',
    ],
    [
      'with matrices of another size',
      (tensors: Tensors) =>
        void tensors.set(`${projection}.lora_A.weight`, { dtype: 'F32', shape: [4, 2], data: new Uint8Array(32) }),
      'CHECKPOINT_FILES_DISAGREE',
    ],
    [
      'with tensors of other methods',
      (tensors: Tensors) =>
        void tensors.set(`${projection}.lora_B.bias`, { dtype: 'F32', shape: [1], data: new Uint8Array(4) }),
      'CHECKPOINT_UNSUPPORTED',
    ],
  ])('%s', async (_, edit, code) => {
    expect(await refusal({ edit })).toMatchObject({ code });
  });

  it('that has no weights, or no config', async () => {
    await cp(path.join(adaptersFolder, 'plain'), place, { recursive: true });
    await rm(path.join(place, 'adapter_model.safetensors'));
    await expect(Adapter.open(place)).rejects.toMatchObject({ message: expect.stringContaining('neither') });
    await rm(path.join(place, 'adapter_config.json'));
    await expect(Adapter.open(place)).rejects.toMatchObject({ message: expect.stringContaining('no adapter_config') });
  });

  it('not for PyTorch’s format, nor for names with that of the adapter and of a model around it', async () => {
    await cp(path.join(adaptersFolder, 'plain'), place, { recursive: true });
    const tensors = await readTensors(place, 'adapter_model.safetensors');
    const renamed = new Map(
      [...tensors].map(([name, tensor]) => [
        name.replace('base_model.model.', 'base_model.model.base_model.model.').replace(/(lora_[AB])/, '$1.default'),
        tensor,
      ]),
    );
    await rm(path.join(place, 'adapter_model.safetensors'));
    await writeFile(path.join(place, 'adapter_model.bin'), torchStateDict(renamed));
    await using base = await Checkpoint.open(path.join(fixturesFolder, 'blip2-opt'));
    await using adapter = await Adapter.open(place);
    await using usual = await Adapter.open(path.join(adaptersFolder, 'plain'));
    expect([...adapter.updates.keys()]).toEqual([...usual.updates.keys()]);
    const [tensor = ''] = adapter.updates.keys();
    expect(await bytesOf(new MergedTensors(base, adapter), tensor)).toEqual(
      await bytesOf(new MergedTensors(base, usual), tensor),
    );
  });
});
