/**
 * @file Models whose activations have outlier channels, as trained models' do: the transform that makes them leaves the
 * model's function alone, and rounding activations carelessly does the harm there that random models do not show.
 */
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { floatsOf, GraphSession } from '../../native-models/runtime/graphSession.ts';
import { demoCheckpoint, demoTimeoutMs, openDemoAnswerer } from '../support/demoAnswerer.ts';
import { type DemoAnswer, readDemoAnswers, shareOfEqualAnswers } from '../support/demoAnswers.ts';
import { writeEditedCheckpoint } from '../support/editedCheckpoint.ts';
import { type ModelOutputs, outputsOf } from '../support/modelOutputs.ts';
import { addOutliers } from '../support/outlierCheckpoint.ts';
import { present } from '../support/present.ts';
import { relativeError } from '../support/referenceFixture.ts';
import { observeActivations, observedMatrix, roundActivationsPerTensor } from '../support/rewrittenGraphs.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** Of ‖transformed − plain‖ / ‖plain‖ in float32: the factors are no powers of two. */
const roundingError = 2e-5;

/** Of a model whose activations are observed, for each matrix: the largest channel of its input, in median channels. */
async function outlierRatios(folder: string, fixture: string): Promise<Map<string, number>> {
  const ratios = new Map<string, number>();
  const run = GraphSession.prototype.run;
  const spy = vi.spyOn(GraphSession.prototype, 'run').mockImplementation(async function (this: GraphSession, feeds) {
    const outputs = await run.call(this, feeds);
    for (const [name, tensor] of Object.entries(outputs)) {
      const matrix = observedMatrix(name);
      if (matrix !== undefined && !ratios.has(matrix))
        ratios.set(matrix, ratioOf(floatsOf(tensor), present(tensor.dims.at(-1))));
    }
    return outputs;
  });
  try {
    await outputsOf(folder, fixture);
  } finally {
    spy.mockRestore();
  }
  return ratios;
}

function ratioOf(values: Float32Array, channels: number): number {
  const largest = new Float32Array(channels);
  for (const [i, value] of values.entries())
    largest[i % channels] = Math.max(largest[i % channels] as number, Math.abs(value));
  const sorted = largest.toSorted();
  return present(sorted.at(-1)) / (sorted[channels >> 1] as number);
}

describe.each(['blip-caption', 'blip2-opt', 'blip2-t5', 'instructblip-llama', 'instructblip-t5'])('%s', (fixture) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let plain: ModelOutputs;
  let withOutliers: readonly string[];
  const place = (name: string) => path.join(folder.path, name);

  const copyOf = async (name: string, rewrite: (folder: string) => Promise<void>) => {
    const copy = place(`${name}-${rewrite.name}`);
    await cp(place(name), copy, { recursive: true });
    await rewrite(copy);
    return copy;
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeEditedCheckpoint(fixture, place('plain-checkpoint'), {});
    await writeEditedCheckpoint(fixture, place('outliers-checkpoint'), {
      edit(tensors) {
        withOutliers = addOutliers(tensors);
      },
    });
    for (const id of ['plain', 'outliers'])
      await importCheckpoint({ source: place(`${id}-checkpoint`), modelsFolder: folder.path, id });
    plain = await outputsOf(place('plain'), fixture);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('computes the same with outlier channels', async () => {
    const outputs = await outputsOf(place('outliers'), fixture);
    expect(relativeError(outputs.features, plain.features)).toBeLessThan(roundingError);
    expect(relativeError(outputs.logits, plain.logits)).toBeLessThan(roundingError);
    expect(outputs.sequences).toEqual(plain.sequences);
  });

  it('has them before every matrix that reads a norm, a value or a gated channel, and had hardly any', async () => {
    const before = await outlierRatios(await copyOf('plain', observeActivations), fixture);
    const after = await outlierRatios(await copyOf('outliers', observeActivations), fixture);
    expect(withOutliers.length).toBeGreaterThan(0);
    for (const matrix of withOutliers) expect(after.get(matrix), matrix).toBeGreaterThan(10);
    // a single row of a gated feed-forward may have one at random
    expect(withOutliers.filter((matrix) => (before.get(matrix) ?? Number.NaN) > 10).length).toBeLessThan(5);
    expect(before.size).toBe(after.size);
  });

  it('is harmed by activations that are rounded per tensor much more with them', async () => {
    const rounded = await outputsOf(await copyOf('plain', roundActivationsPerTensor), fixture);
    const harmed = await outputsOf(await copyOf('outliers', roundActivationsPerTensor), fixture);
    const ratio = (of: (outputs: ModelOutputs) => Float32Array) =>
      relativeError(of(harmed), of(plain)) / relativeError(of(rounded), of(plain));
    expect(ratio(({ features }) => features)).toBeGreaterThan(10);
    expect(ratio(({ logits }) => logits)).toBeGreaterThan(3);
    expect(harmed.sequences).not.toEqual(plain.sequences);
  });
});

describe('the demo model', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let greedy: DemoAnswer[];
  const source = () => path.join(folder.path, 'checkpoint');
  const share = async (options: Parameters<typeof openDemoAnswerer>[0]) => {
    await using demo = await openDemoAnswerer(options);
    return await shareOfEqualAnswers(demo.answerer, greedy);
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    greedy = (await readDemoAnswers()).filter(({ beams }) => beams === 1);
    await writeEditedCheckpoint(demoCheckpoint, source(), { edit: addOutliers });
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it(
    'answers the same with outlier channels',
    async () => {
      expect(await share({ source: source() })).toBeGreaterThanOrEqual(0.99);
    },
    demoTimeoutMs,
  );

  it(
    'bears activations that are rounded per tensor without them, and does not with them',
    async () => {
      const afterImport = roundActivationsPerTensor;
      expect(await share({ afterImport })).toBeGreaterThanOrEqual(0.99);
      expect(await share({ source: source(), afterImport })).toBeLessThan(0.96);
    },
    demoTimeoutMs,
  );
});
