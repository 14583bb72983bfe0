/** @file The random checkpoints that benchmarks run on have the layout, the names and the sizes of real ones. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import {
  type InstructBlipT5Sizes,
  instructBlipFlanT5Xl,
  instructBlipT5Shape,
} from '../../../bench/checkpointShapes.ts';
import {
  type CheckpointDtype,
  type RandomCheckpointOptions,
  writeRandomCheckpoint,
} from '../../../bench/randomCheckpoint.ts';

const referenceFolder = path.resolve(import.meta.dirname, '../../fixtures/reference/instructblip-t5');

/** The sizes of the reference fixture. */
const tiny: InstructBlipT5Sizes = {
  queryTokens: 8,
  vision: { hiddenSize: 48, mlpSize: 96, layers: 3, heads: 4, imageSize: 56, patchSize: 14 },
  qformer: {
    vocabSize: 301,
    hiddenSize: 32,
    mlpSize: 64,
    layers: 4,
    heads: 4,
    maxPositions: 64,
    crossAttentionFrequency: 2,
  },
  text: {
    vocabSize: 291,
    modelSize: 32,
    mlpSize: 64,
    headSize: 8,
    heads: 4,
    encoderLayers: 2,
    decoderLayers: 2,
    relativeBuckets: 32,
  },
};

const headerSchema = z.record(
  z.string(),
  z.object({ dtype: z.string(), shape: z.array(z.int()), data_offsets: z.tuple([z.int(), z.int()]) }),
);

async function readSafetensors(file: string) {
  const bytes = await readFile(file);
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...entries } = z
    .looseObject({ __metadata__: z.object({ format: z.literal('pt') }) })
    .parse(JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)));
  return { entries: headerSchema.parse(entries), data: bytes.subarray(8 + headerBytes), headerBytes };
}

async function written(options: Partial<RandomCheckpointOptions> = {}): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vignette-checkpoint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeRandomCheckpoint(folder, instructBlipT5Shape(tiny), {
    dtype: 'bf16',
    seed: 1,
    ...options,
  });
  return folder;
}

describe('a random checkpoint', () => {
  it('has the tensors of the reference checkpoint of the same sizes, and a head of its own', async () => {
    const folder = await written();
    const { entries } = await readSafetensors(path.join(folder, 'model.safetensors'));
    const reference = await readSafetensors(path.join(referenceFolder, 'model.safetensors'));
    const shapes = (of: typeof entries) => new Map(Object.entries(of).map(([name, { shape }]) => [name, shape]));
    const expected = shapes(reference.entries).set('language_model.lm_head.weight', [291, 32]);
    expect(new Map([...shapes(entries)].sort())).toEqual(new Map([...expected].sort()));
  });

  it.each<[CheckpointDtype, number]>([
    ['bf16', 2],
    ['fp16', 2],
    ['fp32', 4],
  ])('lays its %s tensors out without gaps, to the end of the file', async (dtype, sizeBytes) => {
    const folder = await written({ dtype });
    const { entries, data, headerBytes } = await readSafetensors(path.join(folder, 'model.safetensors'));
    expect(headerBytes % 8).toBe(0);
    let offset = 0;
    for (const { shape, data_offsets } of Object.values(entries)) {
      const size = shape.reduce((a, b) => a * b) * sizeBytes;
      expect(data_offsets).toEqual([offset, offset + size]);
      offset += size;
    }
    expect(data.length).toBe(offset);
  });

  it('is split where a file would grow too large, with an index that names every tensor and the total', async () => {
    const maxShardBytes = 60_000;
    const folder = await written({ maxShardBytes });
    const index = z
      .object({ metadata: z.object({ total_size: z.int() }), weight_map: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(path.join(folder, 'model.safetensors.index.json'), 'utf8')));
    const files = (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
    expect(files.length).toBeGreaterThan(2);
    expect(files[0]).toBe(`model-00001-of-${String(files.length).padStart(5, '0')}.safetensors`);
    let totalBytes = 0;
    const found: Record<string, string> = {};
    for (const file of files) {
      const { entries, data } = await readSafetensors(path.join(folder, file));
      expect(data.length).toBeLessThanOrEqual(maxShardBytes);
      for (const name of Object.keys(entries)) found[name] = file;
      totalBytes += data.length;
    }
    expect(index.weight_map).toEqual(found);
    expect(index.metadata.total_size).toBe(totalBytes);
  });

  it('has small random weights, norms of one and biases of zero', async () => {
    const folder = await written({ dtype: 'fp32' });
    const { entries, data } = await readSafetensors(path.join(folder, 'model.safetensors'));
    const values = (name: string) => {
      const [start, end] = entries[name]?.data_offsets ?? [0, 0];
      return Float32Array.from({ length: (end - start) / 4 }, (_, i) => data.readFloatLE(start + 4 * i));
    };
    const weights = values('language_model.shared.weight');
    const mean = weights.reduce((a, b) => a + b) / weights.length;
    const deviation = Math.sqrt(weights.reduce((a, b) => a + (b - mean) ** 2, 0) / weights.length);
    expect(mean).toBeCloseTo(0, 2);
    expect(deviation).toBeGreaterThan(0.018);
    expect(deviation).toBeLessThan(0.022);
    expect(new Set(values('vision_model.post_layernorm.weight'))).toEqual(new Set([1]));
    expect(new Set(values('vision_model.post_layernorm.bias'))).toEqual(new Set([0]));
    expect(values('language_model.lm_head.weight')[0]).not.toBe(weights[0]);
  });

  it('is the same for the same seed and different for another', async () => {
    const bytes = async (seed: number) => readFile(path.join(await written({ seed }), 'model.safetensors'));
    const first = await bytes(1);
    expect(first.equals(await bytes(1))).toBe(true);
    expect(first.equals(await bytes(2))).toBe(false);
  });

  it('reports progress to the end', async () => {
    const seen: number[] = [];
    let total = 0;
    await written({
      onProgress: ({ writtenBytes, totalBytes }) => {
        seen.push(writtenBytes);
        total = totalBytes;
      },
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const run = written({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the configuration of full size', () => {
  it('leaves out what equals the class defaults, as the published one does', () => {
    const { config, tensors } = instructBlipT5Shape(instructBlipFlanT5Xl);
    expect(config).toMatchObject({
      vision_config: { dropout: 0, initializer_factor: 1, num_channels: 3, projection_dim: 512 },
      qformer_config: { classifier_dropout: null, vocab_size: 30523 },
    });
    expect(JSON.stringify(config)).not.toMatch(/hidden_size|image_size|image_token_index/);
    const weights = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    expect(weights / 1e9).toBeCloseTo(4.02, 1);
  });
});
