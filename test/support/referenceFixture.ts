/** @file Reads what the reference implementation computed on a fixture: its cases and their tensors. */
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { readFully, readSafetensorsHeader } from '../../native-models/checkpoint/safetensors.ts';

export const fixturesFolder = path.join(import.meta.dirname, '../fixtures/reference');

const expectedSchema = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      /** Relative to the folder of all fixtures. */
      image: z.string(),
      prompt: z.string(),
      inputs: z.record(z.string(), z.array(z.array(z.int()))),
      /** None for models that score. */
      runs: z
        .array(
          z.object({
            settings: z.object({
              num_beams: z.int().default(1),
              max_new_tokens: z.int(),
              min_new_tokens: z.int().default(0),
              length_penalty: z.number().default(1),
              repetition_penalty: z.number().default(1),
              no_repeat_ngram_size: z.int().default(0),
            }),
            ids: z.array(z.int()),
            text: z.string(),
          }),
        )
        .default([]),
    }),
  ),
});

export type ReferenceCase = z.output<typeof expectedSchema>['cases'][number];

export async function readReferenceCases(fixture: string): Promise<ReferenceCase[]> {
  const text = await readFile(path.join(fixturesFolder, fixture, 'expected.json'), 'utf8');
  return expectedSchema.parse(JSON.parse(text)).cases;
}

/** The tensor `<case>/<tensor>` of a fixture, as float32. */
export async function readReferenceTensor(fixture: string, name: string): Promise<Float32Array> {
  const file = path.join(fixturesFolder, fixture, 'expected.safetensors');
  await using handle = await open(file, 'r');
  const entry = (await readSafetensorsHeader(handle, file)).find((candidate) => candidate.name === name);
  if (entry?.dtype !== 'F32') throw new Error(`${file} has no float32 tensor ${name}`);
  const bytes = new Uint8Array(entry.sizeBytes);
  await readFully(handle, bytes, entry.offsetBytes, file);
  return new Float32Array(bytes.buffer);
}

/** ‖ours − theirs‖ / ‖theirs‖ */
export function relativeError(ours: Float32Array, theirs: Float32Array): number {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} values against ${theirs.length}`);
  let difference = 0;
  let norm = 0;
  for (const [i, theirValue] of theirs.entries()) {
    difference += ((ours[i] ?? Number.NaN) - theirValue) ** 2;
    norm += theirValue ** 2;
  }
  return Math.sqrt(difference / norm);
}
