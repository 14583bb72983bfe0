/** @file BLIP-2's matching model against what the reference implementation computes on the same checkpoint. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadMatcher } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import type { ModelManifest } from '../../native-models/compiler/manifest.ts';
import { preprocessImage } from '../../native-models/preprocess/preprocessImage.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import type { ImageTextMatcher } from '../../native-models/runtime/loadedModel.ts';
import { present } from '../support/present.ts';
import { fixturesFolder, readReferenceTensor, relativeError } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixture = 'blip2-itm';
/** Of ‖ours − theirs‖ / ‖theirs‖. */
const tolerance = 2e-5;

const expectedSchema = z.object({
  cases: z.array(z.object({ name: z.string(), image: z.string(), prompt: z.string() })),
});
const { cases } = expectedSchema.parse(
  JSON.parse(await readFile(path.join(fixturesFolder, fixture, 'expected.json'), 'utf8')),
);
type Case = (typeof cases)[number];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let manifest: ModelManifest;
let model: ImageTextMatcher;

beforeAll(async () => {
  folder = await temporaryFolder();
  const source = path.join(fixturesFolder, fixture);
  manifest = await importCheckpoint({ source, modelsFolder: folder.path, id: 'tiny' });
  ({ model } = await loadMatcher(path.join(folder.path, 'tiny'), defaultSessionSettings));
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const storedPixels = ({ name }: Case) => readReferenceTensor(fixture, `${name}/pixel_values`);
const pixelsOfFile = async ({ image }: Case) =>
  (await preprocessImage(path.join(fixturesFolder, image), manifest.image)).pixelValues;

/** The largest cosine over the picture's vectors. */
function similarity(image: Float32Array, text: Float32Array): number {
  const cosines = Array.from({ length: image.length / text.length }, (_, v) =>
    text.reduce((sum, value, i) => sum + value * (image[v * text.length + i] ?? Number.NaN), 0),
  );
  return Math.max(...cosines);
}

it('the compiler recognises BLIP-2’s matching architecture', () => {
  expect(manifest.architecture).toBe('blip2-itm');
});

describe.each(cases)('$name: "$prompt" about $image', (reference) => {
  const errorOf = async (ours: Float32Array, tensor: string) =>
    relativeError(ours, await readReferenceTensor(fixture, `${reference.name}/${tensor}`));

  describe.each([
    ['the stored pixels', storedPixels],
    ['the image file', pixelsOfFile],
  ])('from %s', (_, pixelsFor) => {
    it('scores the pair as the reference does', async () => {
      const features = await model.encodeImages(await pixelsFor(reference));
      const [match] = await model.match(features, [reference.prompt]);
      const logits = match?.logits ?? [Number.NaN, Number.NaN];
      expect(await errorOf(Float32Array.from(logits), 'itm_logits')).toBeLessThanOrEqual(tolerance);
      const [no, yes] = logits.map(Math.exp);
      expect(match?.probability).toBeCloseTo(present(yes) / (present(no) + present(yes)), 12);
    });

    it('embeds picture and text as the reference does', async () => {
      const features = await model.encodeImages(await pixelsFor(reference));
      const image = await model.embedImages(features);
      const text = await model.embedTexts([reference.prompt]);
      expect([image.vectors, image.size, text.size]).toEqual([8, 24, 24]);
      expect(await errorOf(image.data, 'image_embeds')).toBeLessThanOrEqual(tolerance);
      expect(await errorOf(text.data, 'text_embeds')).toBeLessThanOrEqual(tolerance);
      const score = Float32Array.of(similarity(image.data, text.data));
      expect(await errorOf(score, 'itc_score')).toBeLessThanOrEqual(tolerance);
    });
  });
});

describe('a batch of texts of different lengths', () => {
  it('is scored and embedded as each text is alone', async () => {
    const pixels = await Promise.all(cases.map(storedPixels));
    const size = pixels[0]?.length ?? 0;
    const all = new Float32Array(size * cases.length);
    for (const [i, values] of pixels.entries()) all.set(values, i * size);
    const features = await model.encodeImages(all);
    const texts = cases.map(({ prompt }) => prompt);
    const matches = await model.match(features, texts);
    const images = await model.embedImages(features);
    const embedded = await model.embedTexts(texts);
    for (const [i, { name }] of cases.entries()) {
      const slice = ({ data }: { data: Float32Array }) =>
        data.subarray((i * data.length) / cases.length, ((i + 1) * data.length) / cases.length);
      const errorOf = async (ours: Float32Array, tensor: string) =>
        relativeError(ours, await readReferenceTensor(fixture, `${name}/${tensor}`));
      expect(await errorOf(Float32Array.from(matches[i]?.logits ?? []), 'itm_logits')).toBeLessThanOrEqual(tolerance);
      expect(await errorOf(slice(images), 'image_embeds')).toBeLessThanOrEqual(tolerance);
      expect(await errorOf(slice(embedded), 'text_embeds')).toBeLessThanOrEqual(tolerance);
    }
  });
});
