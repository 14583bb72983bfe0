/** @file Equalization leaves the model's function as it is, bit for bit, and takes outlier channels out of it. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { visionNames } from '../../../native-models/architectures/weightNames.ts';
import { Checkpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { TensorReader } from '../../../native-models/checkpoint/weightStreams.ts';
import { visionLinks } from '../../../native-models/layers/visionTransformer.ts';
import { equalize, noEqualization } from '../../../native-models/quantization/equalization.ts';
import { type Tensors, writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const fixture = 'instructblip-t5';
const { norm1, qkv } = visionNames.layer(0);
const [outlier, factor] = [3, 64];

/** One channel of the first norm 64 times as large, and what reads it 64 times as small: the same function. */
function withOutlier(tensors: Tensors): void {
  const valuesOf = (name: string) => new Float32Array(tensors.get(name)?.data.buffer as ArrayBuffer);
  for (const name of [`${norm1}.weight`, `${norm1}.bias`]) {
    const values = valuesOf(name);
    values[outlier] = (values[outlier] ?? 0) * factor;
  }
  const matrix = valuesOf(`${qkv}.weight`);
  const columns = tensors.get(`${qkv}.weight`)?.shape[1] ?? 0;
  for (let i = outlier; i < matrix.length; i += columns) matrix[i] = (matrix[i] ?? 0) / factor;
}

async function equalized(folder: string) {
  const checkpoint = await Checkpoint.open(folder);
  const config = (await checkpoint.readJson('config.json')) as { vision_config: Record<string, number> };
  const { num_hidden_layers: layers = 0, hidden_size: hiddenSize = 0 } = config.vision_config;
  const equalization = noEqualization();
  const reader = new TensorReader(checkpoint, equalization.factors);
  const links = visionLinks(visionNames, { layers, hiddenSize } as Parameters<typeof visionLinks>[1]);
  await equalize(reader, links, equalization);
  const read = async (tensor: string) => {
    const pieces: number[] = [];
    await reader.forEachPiece(tensor, (values) => void pieces.push(...values));
    return pieces;
  };
  return { checkpoint, equalization, read };
}

describe('equalization', () => {
  it('multiplies with powers of two whose products over a channel are one', async () => {
    const { checkpoint, equalization } = await equalized(path.join(fixturesFolder, fixture));
    await using _closed = checkpoint;
    const rows = equalization.factors.get(`${norm1}.weight`)?.rows ?? [];
    const columns = equalization.factors.get(`${qkv}.weight`)?.columns ?? [];
    expect(rows.length).toBeGreaterThan(0);
    for (const [i, row] of rows.entries()) {
      expect(row * (columns[i] ?? 0)).toBe(1);
      expect(Number.isInteger(Math.log2(row))).toBe(true);
    }
    expect(equalization.factors.get(`${norm1}.bias`)?.rows).toEqual(rows);
  });

  it('brings a checkpoint with an outlier channel to the same weights as the one without', async () => {
    await using folder = await temporaryFolder();
    await writeEditedCheckpoint(fixture, folder.path, { edit: withOutlier });
    const [plain, edited] = [await equalized(path.join(fixturesFolder, fixture)), await equalized(folder.path)];
    await using _plain = plain.checkpoint;
    await using _edited = edited.checkpoint;
    const before = await plain.read(`${norm1}.weight`);
    const after = await edited.read(`${norm1}.weight`);
    // the mean over the channels has moved, by less than one power of two
    const moved = (before[0] ?? 0) / (after[0] ?? 0);
    expect(Math.abs(Math.log2(moved))).toBeLessThanOrEqual(1);
    const ratio = (before[outlier] ?? 0) / (after[outlier] ?? 0);
    expect(Math.abs(Math.log2(ratio / moved))).toBeLessThanOrEqual(1);
  });

  it('says which inputs matter to the matrices behind a norm', async () => {
    const { checkpoint, equalization, read } = await equalized(path.join(fixturesFolder, fixture));
    await using _closed = checkpoint;
    const [scales, shifts] = [await read(`${norm1}.weight`), await read(`${norm1}.bias`)];
    const importance = equalization.importance.get(`${qkv}.weight`) ?? [];
    expect(importance.length).toBe(scales.length);
    for (const [i, value] of importance.entries())
      expect(value).toBeCloseTo((scales[i] ?? 0) ** 2 + (shifts[i] ?? 0) ** 2, 5);
  });
});
