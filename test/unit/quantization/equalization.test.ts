/** @file Equalization leaves the model's function as it is, bit for bit, and takes outlier channels out of it. */
import path from 'node:path';
import { describe, expect } from 'vitest';
import { visionNames } from '../../../native-models/architectures/shared/visionTower.ts';
import { Checkpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { TensorReader, type WeightReader } from '../../../native-models/checkpoint/weightStreams.ts';
import { visionLinks } from '../../../native-models/layers/visionTransformer.ts';
import { EqualizedReader } from '../../../native-models/quantization/equalization.ts';
import { type Tensors, writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { it } from '../../support/fixtures.ts';
import { present } from '../../support/present.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';

const fixture = 'instructblip-t5';
const { norm1, qkv } = visionNames.layer(0);
const [outlier, factor] = [3, 64];

/** One channel of the first norm 64 times as large, and what reads it 64 times as small: the same function. */
function withOutlier(tensors: Tensors): void {
  const valuesOf = (name: string) => new Float32Array(tensors.get(name)?.data.buffer as ArrayBuffer);
  for (const name of [`${norm1}.weight`, `${norm1}.bias`]) {
    const values = valuesOf(name);
    values[outlier] = (values[outlier] as number) * factor;
  }
  const matrix = valuesOf(`${qkv}.weight`);
  const columns = present(tensors.get(`${qkv}.weight`)?.shape[1]);
  for (let i = outlier; i < matrix.length; i += columns) matrix[i] = (matrix[i] as number) / factor;
}

async function equalized(folder: string) {
  const checkpoint = await Checkpoint.open(folder);
  const config = (await checkpoint.readJson('config.json')) as { vision_config: Record<string, number> };
  const { num_hidden_layers: layers = 0, hidden_size: hiddenSize = 0 } = config.vision_config;
  const links = visionLinks(visionNames, { layers, hiddenSize } as Parameters<typeof visionLinks>[1]);
  const reader = new EqualizedReader(checkpoint, links);
  const readFrom = async (from: WeightReader, tensor: string) => {
    const pieces: number[] = [];
    await from.forEachPiece(tensor, (values) => void pieces.push(...values));
    return pieces;
  };
  return {
    checkpoint,
    reader,
    read: (tensor: string) => readFrom(reader, tensor),
    readPlain: (tensor: string) => readFrom(new TensorReader(checkpoint), tensor),
  };
}

describe('equalization', () => {
  it('multiplies with powers of two whose products over a channel are one', async ({ folder }) => {
    await writeEditedCheckpoint(fixture, folder.path, { edit: withOutlier });
    const { checkpoint, read, readPlain } = await equalized(folder.path);
    await using _closed = checkpoint;
    const factors = async (tensor: string) => {
      const plain = await readPlain(tensor);
      return (await read(tensor)).map((value, i) => value / (plain[i] ?? Number.NaN));
    };
    const rows = await factors(`${norm1}.weight`);
    const columns = await factors(`${qkv}.weight`);
    expect(new Set(rows).size).toBeGreaterThan(1);
    for (const [i, row] of rows.entries()) {
      expect(row * (columns[i] as number)).toBe(1);
      expect(Number.isInteger(Math.log2(row))).toBe(true);
    }
    expect(await factors(`${norm1}.bias`)).toEqual(rows);
  });

  it('brings a checkpoint with an outlier channel to the same weights as the one without', async ({ folder }) => {
    await writeEditedCheckpoint(fixture, folder.path, { edit: withOutlier });
    const [plain, edited] = [await equalized(path.join(fixturesFolder, fixture)), await equalized(folder.path)];
    await using _plain = plain.checkpoint;
    await using _edited = edited.checkpoint;
    const before = await plain.read(`${norm1}.weight`);
    const after = await edited.read(`${norm1}.weight`);
    // the mean over the channels has moved, by less than one power of two
    const moved = (before[0] as number) / (after[0] as number);
    expect(Math.abs(Math.log2(moved))).toBeLessThanOrEqual(1);
    const ratio = (before[outlier] as number) / (after[outlier] as number);
    expect(Math.abs(Math.log2(ratio / moved))).toBeLessThanOrEqual(1);
  });

  it('says which inputs matter to the matrices behind a norm', async () => {
    const { checkpoint, reader, read } = await equalized(path.join(fixturesFolder, fixture));
    await using _closed = checkpoint;
    const [scales, shifts] = [await read(`${norm1}.weight`), await read(`${norm1}.bias`)];
    await read(`${qkv}.weight`);
    const importance = reader.importanceOf(`${qkv}.weight`) ?? [];
    expect(importance.length).toBe(scales.length);
    for (const [i, value] of importance.entries())
      expect(value).toBeCloseTo((scales[i] as number) ** 2 + (shifts[i] as number) ** 2, 5);
  });
});
