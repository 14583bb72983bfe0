/** @file Tensors that models use under several names, in what safetensors converters make of PyTorch's files; and folders with both. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { readTensors, safetensorsOf, type Tensors, writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { torchStateDict } from './torchFile.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

const put = (name: string, content: string | Uint8Array) => writeFile(path.join(folder.path, name), content);
const openFolder = () => Checkpoint.open(folder.path);

async function bytesOf(checkpoint: Checkpoint, tensor: string): Promise<Buffer> {
  const bytes = Buffer.alloc(checkpoint.entry(tensor).sizeBytes);
  await checkpoint.read(tensor, 0, bytes);
  return bytes;
}

const shared = 'language_model.shared.weight';
const t5Decoder = 'language_model.decoder.embed_tokens.weight';
const optTable = 'language_model.model.decoder.embed_tokens.weight';
const outputLayer = 'language_model.lm_head.weight';

const table = { dtype: 'F32', shape: [2, 2], data: new Uint8Array(16).fill(7) };

describe('a tensor that is stored under another name is found', () => {
  beforeEach(() => put('config.json', '{}'));

  it('by what the header of the file says', async () => {
    const tensors: Tensors = new Map([[outputLayer, table]]);
    await put('model.safetensors', safetensorsOf([outputLayer], tensors, { format: 'pt', [optTable]: outputLayer }));
    await using checkpoint = await openFolder();
    expect(checkpoint.has(optTable)).toBe(true);
    expect(await bytesOf(checkpoint, optTable)).toEqual(Buffer.from(table.data));
    expect(checkpoint.tensorNames()).toEqual([outputLayer]);
  });

  it('by an index that promises it of the file that holds the other', async () => {
    const norm = { ...table, data: new Uint8Array(16) };
    await put('model-00001-of-00002.safetensors', safetensorsOf([outputLayer], new Map([[outputLayer, table]])));
    await put('model-00002-of-00002.safetensors', safetensorsOf(['norm'], new Map([['norm', norm]])));
    const placed = (file: number) =>
      JSON.stringify({
        weight_map: {
          [outputLayer]: 'model-00001-of-00002.safetensors',
          [optTable]: `model-0000${file}-of-00002.safetensors`,
          norm: 'model-00002-of-00002.safetensors',
        },
      });
    await put('model.safetensors.index.json', placed(1));
    await using checkpoint = await openFolder();
    expect(await bytesOf(checkpoint, optTable)).toEqual(Buffer.from(table.data));
    // in another file, it would be a tensor of its own
    await put('model.safetensors.index.json', placed(2));
    await expect(openFolder()).rejects.toMatchObject({
      code: 'CHECKPOINT_TENSOR_MISSING',
      details: { tensor: optTable },
    });
  });

  it('with T5, whose tables are one, in any case; with others, not', async () => {
    await put('model.safetensors', safetensorsOf([t5Decoder], new Map([[t5Decoder, table]])));
    {
      await using checkpoint = await openFolder();
      expect(await bytesOf(checkpoint, shared)).toEqual(Buffer.from(table.data));
    }
    await put('model.safetensors', safetensorsOf([outputLayer], new Map([[outputLayer, table]])));
    await using checkpoint = await openFolder();
    expect(checkpoint.has(optTable)).toBe(false);
  });
});

it('a model whose table is stored as its output layer is the same model', async () => {
  const source = path.join(folder.path, 'checkpoint');
  const importAs = (id: string) => importCheckpoint({ source, modelsFolder: path.join(folder.path, 'models'), id });
  await writeEditedCheckpoint('blip2-opt', source, { edit: (tensors) => void tensors.delete(outputLayer) });
  const usual = await importAs('usual');
  const tensors = await readTensors(source);
  const moved = tensors.get(optTable);
  if (moved === undefined) throw new Error('the fixture has another table');
  tensors.delete(optTable);
  tensors.set(outputLayer, moved);
  await writeFile(
    path.join(source, 'model.safetensors'),
    safetensorsOf([...tensors.keys()], tensors, { [optTable]: outputLayer }),
  );
  expect((await importAs('converted')).selfTest).toEqual(usual.selfTest);
});

describe('of a folder with both kinds of weights, those are read that are all there', () => {
  const index = { weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' } };

  beforeEach(async () => {
    await put('config.json', '{}');
    await put('model-00001-of-00002.safetensors', safetensorsOf(['a'], new Map([['a', table]])));
    await put('pytorch_model.bin', torchStateDict(new Map([['from_pytorch', table]])));
  });

  it.each(['with its index', 'without'])('a shard of the safetensors files is missing, %s', async (how) => {
    if (how === 'with its index') await put('model.safetensors.index.json', JSON.stringify(index));
    await using checkpoint = await openFolder();
    expect(checkpoint.tensorNames()).toEqual(['from_pytorch']);
  });

  it('some of both are missing: those of the first kind are told of', async () => {
    await rm(path.join(folder.path, 'pytorch_model.bin'));
    await put('pytorch_model-00001-of-00003.bin', torchStateDict(new Map([['from_pytorch', table]])));
    await expect(openFolder()).rejects.toMatchObject({
      code: 'CHECKPOINT_SHARD_MISSING',
      message: expect.stringContaining('Of 2 weight files 1 are there; missing: 2'),
    });
  });
});
