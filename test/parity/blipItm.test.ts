/** @file BLIP's matching model against what the reference implementation computes on the same checkpoint, stage by stage. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMatcher, loadModel } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import type { ModelManifest } from '../../native-models/compiler/manifest.ts';
import { preprocessImage } from '../../native-models/preprocess/preprocessImage.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import type { ImageFeatures, ImageTextMatcher } from '../../native-models/runtime/loadedModel.ts';
import {
  fixturesFolder,
  type ReferenceCase,
  readReferenceCases,
  readReferenceTensor,
  relativeError,
} from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixture = 'blip-itm';
/** Of ‖ours − theirs‖ / ‖theirs‖. */
const tolerance = 2e-5;

const cases = await readReferenceCases(fixture);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let manifest: ModelManifest;
let model: ImageTextMatcher;

beforeAll(async () => {
  folder = await temporaryFolder();
  await importCheckpoint({ source: path.join(fixturesFolder, fixture), modelsFolder: folder.path, id: 'tiny' });
  ({ model, manifest } = await loadMatcher(path.join(folder.path, 'tiny'), defaultSessionSettings));
});
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const tensorOf = ({ name }: ReferenceCase, tensor: string) => readReferenceTensor(fixture, `${name}/${tensor}`);
const storedFeatures = async (reference: ReferenceCase) =>
  model.encodeImages(await tensorOf(reference, 'pixel_values'));

async function featuresOfFile({ image }: ReferenceCase): Promise<ImageFeatures> {
  const { pixelValues } = await preprocessImage(path.join(fixturesFolder, image), manifest.image);
  return model.encodeImages(pixelValues);
}

async function similarity(features: ImageFeatures, text: string): Promise<number> {
  const picture = await model.embedImages(features);
  const words = await model.embedTexts([text]);
  expect(picture).toMatchObject({ vectors: 1, size: words.size });
  return words.data.reduce((sum, value, i) => sum + value * (picture.data[i] ?? Number.NaN), 0);
}

describe.each(cases)('$name: "$prompt" about $image', (reference) => {
  it('computes the reference’s matching logits from the stored pixels', async () => {
    const [match] = await model.match(await storedFeatures(reference), [reference.prompt]);
    const ours = Float32Array.from(match?.logits ?? []);
    expect(relativeError(ours, await tensorOf(reference, 'itm_logits'))).toBeLessThanOrEqual(tolerance);
  });

  it('computes the reference’s similarity from the stored pixels', async () => {
    const ours = Float32Array.of(await similarity(await storedFeatures(reference), reference.prompt));
    expect(relativeError(ours, await tensorOf(reference, 'itc_score'))).toBeLessThanOrEqual(tolerance);
  });

  it('scores the image file as the reference does', async () => {
    const features = await featuresOfFile(reference);
    const [match] = await model.match(features, [reference.prompt]);
    const [no = 0, yes = 0] = await tensorOf(reference, 'itm_logits');
    expect(match?.probability).toBeCloseTo(Math.exp(yes) / (Math.exp(no) + Math.exp(yes)), 3);
    const [similar] = await tensorOf(reference, 'itc_score');
    expect(await similarity(features, reference.prompt)).toBeCloseTo(similar ?? Number.NaN, 3);
  });
});

describe('a batch of texts of different lengths', () => {
  async function together(): Promise<ImageFeatures> {
    const pixels = await Promise.all(cases.map((reference) => tensorOf(reference, 'pixel_values')));
    const size = pixels[0]?.length ?? 0;
    const all = new Float32Array(size * cases.length);
    for (const [i, values] of pixels.entries()) all.set(values, i * size);
    return model.encodeImages(all);
  }
  const texts = cases.map(({ prompt }) => prompt);

  it('gets the matching logits of single pairs', async () => {
    const matches = await model.match(await together(), texts);
    for (const [i, reference] of cases.entries()) {
      const ours = Float32Array.from(matches[i]?.logits ?? []);
      expect(relativeError(ours, await tensorOf(reference, 'itm_logits'))).toBeLessThanOrEqual(tolerance);
    }
  });

  it('gets the vectors of single texts, each of length 1', async () => {
    const { data, size } = await model.embedTexts(texts);
    for (const [i, text] of texts.entries()) {
      const vector = data.subarray(i * size, (i + 1) * size);
      expect(relativeError(vector, (await model.embedTexts([text])).data)).toBeLessThanOrEqual(tolerance);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
    }
  });
});

it('a BLIP matching model embeds a text without looking at any picture', async () => {
  const [reference] = cases;
  if (reference === undefined) throw new Error('the fixture has no case');
  const before = await model.embedTexts([reference.prompt]);
  await model.match(await storedFeatures(reference), [reference.prompt]);
  expect((await model.embedTexts([reference.prompt])).data).toEqual(before.data);
});

it('a BLIP matching model cuts a text of 10,000 words instead of failing', async () => {
  const [reference] = cases;
  if (reference === undefined) throw new Error('the fixture has no case');
  const [match] = await model.match(await storedFeatures(reference), ['a red car '.repeat(3334)]);
  expect(Number.isFinite(match?.probability)).toBe(true);
});

it('a BLIP matching model is not loaded as a model that writes text', async () => {
  await expect(loadModel(path.join(folder.path, 'tiny'), defaultSessionSettings)).rejects.toMatchObject({
    code: 'MODEL_WRONG_KIND',
  });
});
