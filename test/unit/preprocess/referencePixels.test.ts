/** @file The image processor against the pixel values that the reference implementation computed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseImageProcessorConfig } from '../../../native-models/preprocess/imageProcessorConfig.ts';
import { preprocessImage } from '../../../native-models/preprocess/preprocessImage.ts';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/reference');
const shared = path.resolve(import.meta.dirname, '../../../../shared/reference');

const expectedSchema = z.object({ cases: z.array(z.object({ name: z.string(), image: z.string() })) });
const headerSchema = z.record(z.string(), z.object({ data_offsets: z.tuple([z.int(), z.int()]) }).loose());

function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** A float32 tensor of a safetensors file: 8 bytes of header length, the header as JSON, the data. */
function readTensor(file: string, name: string): Float32Array {
  const bytes = readFileSync(file);
  const dataAt = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: _, ...tensors } = JSON.parse(bytes.toString('utf8', 8, dataAt));
  const offsets = headerSchema.parse(tensors)[name]?.data_offsets ?? [0, 0];
  return new Float32Array(Uint8Array.from(bytes.subarray(dataAt + offsets[0], dataAt + offsets[1])).buffer);
}

async function compare(root: string, folder: string): Promise<void> {
  const at = (name: string) => path.join(root, folder, name);
  const config = parseImageProcessorConfig(
    readJson(at('preprocessor_config.json')),
    readJson(at('processor_config.json')),
  );
  const { cases } = expectedSchema.parse(readJson(at('expected.json')));
  expect(cases.length).toBeGreaterThan(0);
  for (const { name, image } of cases) {
    const theirs = readTensor(at('expected.safetensors'), `${name}/pixel_values`);
    const { pixelValues: ours } = await preprocessImage(path.join(root, image), config);
    expect(ours.length).toBe(theirs.length);
    const plane = config.width * config.height;
    let within = 0;
    let largest = 0;
    theirs.forEach((value, i) => {
      // Before normalisation: a difference in units of one 8-bit level.
      const levels = Math.abs((ours[i] ?? Number.NaN) - value) * (config.std[Math.floor(i / plane)] ?? 1) * 255;
      if (levels <= 1.001) within++;
      largest = Math.max(largest, levels);
    });
    expect(within / theirs.length).toBeGreaterThanOrEqual(0.999);
    expect(largest).toBeLessThanOrEqual(2.001);
  }
}

describe('the pixels that the reference implementation computes', () => {
  it('come out of the pictures of instructblip-t5, within one level', async () => {
    await compare(fixtures, 'instructblip-t5');
  });

  const others = existsSync(shared)
    ? readdirSync(shared).filter((folder) => existsSync(path.join(shared, folder, 'expected.safetensors')))
    : [];
  it.skipIf(others.length === 0)(
    'come out of the pictures of every reference checkpoint (skipped where ../shared/reference is absent)',
    async () => {
      for (const folder of others) await compare(shared, folder);
    },
  );
});
