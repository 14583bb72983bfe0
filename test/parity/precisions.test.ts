/**
 * @file What rounded weights and activations cost, on models with and without outlier channels: the error of every
 * fixture's features and logits, and how many answers of the bundled model they change.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import type { Precision } from '../../native-models/quantization/precision.ts';
import { demoCheckpoint, demoTimeoutMs, openDemoAnswerer } from '../support/demoAnswerer.ts';
import { readDemoAnswers, shareOfEqualAnswers } from '../support/demoAnswers.ts';
import { writeEditedCheckpoint } from '../support/editedCheckpoint.ts';
import { outputsOf } from '../support/modelOutputs.ts';
import { addOutliers } from '../support/outlierCheckpoint.ts';
import { fixturesFolder, relativeError } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixtures = ['blip-caption', 'blip2-opt', 'blip2-t5', 'instructblip-llama', 'instructblip-t5'] as const;

/** Share of greedy answers that are the reference's, of the checkpoint as it is and with outlier channels. */
const answerBars = { int8: [0.99, 0.99], int4: [0.97, 0.96] } as const;

/**
 * Of ‖ours − exact‖ / ‖exact‖. Random networks of 32 channels are harder to round than trained ones of thousands: their
 * sums have few terms, and nothing taught their logits to bear an error.
 */
const errorBars = { int8: { features: 0.1, logits: 0.6 }, int4: { features: 0.1, logits: 0.75 } } as const;

/** How many times as large outlier channels may make the features' error; one scale a tensor makes it forty times. */
const maxHarm = 4;

describe.each(['int8', 'int4'] as const)('%s', (precision) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const place = (name: string) => path.join(folder.path, name);
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it.each(fixtures)('keeps the error of %s small, with outlier channels too', async (fixture) => {
    const source = path.join(fixturesFolder, fixture);
    const outlierSource = place(`${fixture}-checkpoint`);
    await writeEditedCheckpoint(fixture, outlierSource, { edit: addOutliers });
    const imported = async (id: string, from: string, as: Precision) => {
      await importCheckpoint({ source: from, modelsFolder: folder.path, id, precision: as, measuresQuality: false });
      return await outputsOf(place(id), fixture);
    };
    const exact = await imported(`${fixture}-exact`, source, 'fp32');
    const plain = await imported(`${fixture}-plain`, source, precision);
    const outliers = await imported(`${fixture}-outliers`, outlierSource, precision);
    for (const rounded of [plain, outliers]) {
      expect(relativeError(rounded.features, exact.features)).toBeLessThan(errorBars[precision].features);
      expect(relativeError(rounded.logits, exact.logits)).toBeLessThan(errorBars[precision].logits);
    }
    const harm = relativeError(outliers.features, exact.features) / relativeError(plain.features, exact.features);
    expect(harm).toBeLessThan(maxHarm);
  });

  it(
    'leaves the bundled model its answers, with outlier channels too',
    async () => {
      const greedy = (await readDemoAnswers()).filter(({ beams }) => beams === 1);
      const outlierSource = place('demo-checkpoint');
      await writeEditedCheckpoint(demoCheckpoint, outlierSource, { edit: addOutliers });
      for (const [i, source] of [demoCheckpoint, outlierSource].entries()) {
        await using demo = await openDemoAnswerer({ source, precision });
        const share = await shareOfEqualAnswers(demo.answerer, greedy);
        expect(share, source).toBeGreaterThanOrEqual(answerBars[precision][i] ?? 1);
      }
    },
    demoTimeoutMs,
  );
});
