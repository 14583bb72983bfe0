/**
 * @file What weights and products in float16 cost, on models with outlier channels and with T5's large feed-forward, and
 * that the bundled model answers as it does in float32.
 */
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import type { Precision } from '../../native-models/quantization/precision.ts';
import { demoTimeoutMs, openDemoAnswerer } from '../support/demoAnswerer.ts';
import { readDemoAnswers, shareOfEqualAnswers } from '../support/demoAnswers.ts';
import { writeEditedCheckpoint } from '../support/editedCheckpoint.ts';
import { outputsOf } from '../support/modelOutputs.ts';
import { addOutliers, growT5FeedForward } from '../support/outlierCheckpoint.ts';
import { relativeError } from '../support/referenceFixture.ts';
import { multiplyInHalf, roundHalfProducts } from '../support/rewrittenGraphs.ts';
import { roundAsCardsDo } from '../support/roundedHalf.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** Of ‖ours − exact‖ / ‖exact‖: float16 has 11 bits, and random networks of 32 channels amplify their last one. */
const errorBars = { features: 5e-3, logits: 4e-2 };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const place = (name: string) => path.join(folder.path, name);
const imported = async (source: string, precision: Precision) => {
  const id = `${path.basename(source)}-${precision}`;
  await importCheckpoint({ source, modelsFolder: folder.path, id, precision });
  return place(id);
};
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

describe.each(['blip-caption', 'blip2-opt', 'instructblip-llama', 'instructblip-t5'])('%s', (fixture) => {
  it('keeps its error small with outlier channels', async () => {
    await writeEditedCheckpoint(fixture, place(fixture), { edit: addOutliers });
    const exact = await outputsOf(await imported(place(fixture), 'fp32'), fixture);
    const folderInHalf = await imported(place(fixture), 'fp16');
    await roundHalfProducts(folderInHalf);
    using _ = roundAsCardsDo();
    const rounded = await outputsOf(folderInHalf, fixture);
    expect(relativeError(rounded.features, exact.features)).toBeLessThan(errorBars.features);
    expect(relativeError(rounded.logits, exact.logits)).toBeLessThan(errorBars.logits);
  });
});

it('T5’s feed-forward, which leaves float16’s range, does so only where it is multiplied in float16 too', async () => {
  const fixture = 'blip2-t5';
  const source = place('large-t5');
  await writeEditedCheckpoint(fixture, source, {
    edit(tensors) {
      addOutliers(tensors);
      growT5FeedForward(tensors);
    },
  });
  const exact = await outputsOf(await imported(source, 'fp32'), fixture);
  const folderInHalf = await imported(source, 'fp16');
  const naive = place('naive-t5');
  await cp(folderInHalf, naive, { recursive: true });
  await multiplyInHalf(naive);
  for (const half of [folderInHalf, naive]) await roundHalfProducts(half);
  using _ = roundAsCardsDo();
  const rounded = await outputsOf(folderInHalf, fixture);
  expect(relativeError(rounded.logits, exact.logits)).toBeLessThan(errorBars.logits);
  await expect(outputsOf(naive, fixture)).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' });
});

it('a weight that float16 cannot hold is refused by its name', async () => {
  // no norm's scale can take from it what is too much
  const tensor = 'language_projection.weight';
  await writeEditedCheckpoint('blip2-t5', place('beyond'), {
    edit(tensors) {
      const stored = tensors.get(tensor);
      if (stored === undefined) throw new Error(`the fixture has no ${tensor}`);
      const elements = stored.shape.reduce((product, size) => product * size, 1);
      stored.data = new Uint8Array(new Float32Array(elements).fill(65_536).buffer);
      stored.dtype = 'F32';
    },
  });
  await expect(imported(place('beyond'), 'fp16')).rejects.toMatchObject({
    code: 'CHECKPOINT_TENSOR_NOT_FINITE',
    details: { tensor },
  });
});

it(
  'the bundled model answers as in float32',
  async () => {
    const greedy = (await readDemoAnswers()).filter(({ beams }) => beams === 1);
    using _ = roundAsCardsDo();
    await using demo = await openDemoAnswerer({ precision: 'fp16', afterImport: roundHalfProducts });
    expect(await shareOfEqualAnswers(demo.answerer, greedy)).toBeGreaterThanOrEqual(0.99);
  },
  demoTimeoutMs,
);
