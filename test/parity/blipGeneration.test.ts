/**
 * @file BLIP's captioner and its VQA model against what the reference implementation computes on the same checkpoints:
 * the vision features, so that a failure names the stage, and every generated token.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import type { ModelManifest } from '../../native-models/compiler/manifest.ts';
import { generate } from '../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { preprocessImage } from '../../native-models/preprocess/preprocessImage.ts';
import { defaultSessionSettings, floatsOf } from '../../native-models/runtime/graphSession.ts';
import type { ImageFeatures, VisionLanguageModel } from '../../native-models/runtime/loadedModel.ts';
import { type Tensors, writeEditedCheckpoint } from '../support/editedCheckpoint.ts';
import { settingsOf } from '../support/generatorParity.ts';
import {
  fixturesFolder,
  type ReferenceCase,
  readReferenceCases,
  readReferenceTensor,
  relativeError,
} from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

type Run = ReferenceCase['runs'][number];

/** Of ‖ours − theirs‖ / ‖theirs‖. */
const tolerance = 2e-5;

async function idsOf(model: VisionLanguageModel, features: ImageFeatures, prompts: readonly string[], run: Run) {
  const { decoder } = await model.prepare(features, prompts);
  const sequences = await generate(decoder, { settings: settingsOf(run), eosTokenIds: model.eosTokenIds });
  return sequences.map(({ ids }) => ids);
}

async function importAndLoad(source: string, modelsFolder: string, id: string) {
  await importCheckpoint({ source, modelsFolder, id });
  return loadModel(path.join(modelsFolder, id), defaultSessionSettings);
}

describe.each(['blip-caption', 'blip-vqa'])('%s', async (fixture) => {
  const cases = await readReferenceCases(fixture);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let manifest: ModelManifest;
  let model: VisionLanguageModel;

  beforeAll(async () => {
    folder = await temporaryFolder();
    ({ model, manifest } = await importAndLoad(path.join(fixturesFolder, fixture), folder.path, 'tiny'));
  });
  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const storedPixels = ({ name }: ReferenceCase) => readReferenceTensor(fixture, `${name}/pixel_values`);
  const pixelsOfFile = async ({ image }: ReferenceCase) =>
    (await preprocessImage(path.join(fixturesFolder, image), manifest.image)).pixelValues;

  async function featuresOfAll(): Promise<ImageFeatures> {
    const pixels = await Promise.all(cases.map(storedPixels));
    const size = pixels[0]?.length ?? 0;
    const all = new Float32Array(size * cases.length);
    for (const [i, values] of pixels.entries()) all.set(values, i * size);
    return model.encodeImages(all);
  }

  describe.each(cases)('$name: "$prompt" about $image', (reference) => {
    it('computes the reference’s vision features', async () => {
      const features = await model.encodeImages(await storedPixels(reference));
      const theirs = await readReferenceTensor(fixture, `${reference.name}/vision`);
      expect(relativeError(floatsOf(features), theirs)).toBeLessThanOrEqual(tolerance);
    });

    for (const [index, run] of reference.runs.entries()) {
      it.each([
        ['the stored pixels', storedPixels],
        ['the image file', pixelsOfFile],
      ])(
        `generates the reference’s tokens from %s, run ${index}: ${JSON.stringify(run.settings)}`,
        async (_, pixels) => {
          const features = await model.encodeImages(await pixels(reference));
          expect(await idsOf(model, features, [reference.prompt], run)).toEqual([run.ids]);
          expect(model.tokenizer.decode(run.ids, { skipSpecialTokens: true })).toBe(run.text);
        },
      );
    }
  });

  it.each([0, 1, 2])(
    'gives every picture of a batch with ragged prompts the tokens it gets alone, run %i',
    async (index) => {
      const run = cases[0]?.runs[index];
      if (run === undefined) throw new Error('the fixture has three runs a case');
      const prompts = cases.map(({ prompt }) => prompt);
      expect(await idsOf(model, await featuresOfAll(), prompts, run)).toEqual(
        cases.map(({ runs }) => runs[index]?.ids),
      );
    },
  );

  it('cuts a text of 10,000 words instead of failing', async () => {
    const [reference] = cases;
    if (reference === undefined) throw new Error('the fixture has no case');
    const features = await model.encodeImages(await storedPixels(reference));
    const { decoder } = await model.prepare(features, ['a red car '.repeat(3334)]);
    expect((await decoder.prefill()).every(Number.isFinite)).toBe(true);
    expect(decoder.promptIds[0]?.length).toBeLessThanOrEqual(32);
  });

  it('ends an answer when its positions are used up', async () => {
    const [reference] = cases;
    if (reference === undefined) throw new Error('the fixture has no case');
    const features = await model.encodeImages(await storedPixels(reference));
    const { decoder } = await model.prepare(features, ['a photo of']);
    const settings = generationSettingsSchema.parse({ maxNewTokens: 100, minNewTokens: 100 });
    const [sequence] = await generate(decoder, { settings, eosTokenIds: model.eosTokenIds });
    // 64 positions; the last token needs none
    expect(sequence).toMatchObject({ finish: 'length' });
    expect(sequence?.ids).toHaveLength(65);
    await expect(decoder.step(Int32Array.of(5), Int32Array.of(0))).rejects.toMatchObject({
      code: 'MODEL_CONTEXT_FULL',
    });
  });

  it('gives the same tokens from a file of the older layout: position buffers, the tied output layer stored twice', async () => {
    const source = path.join(folder.path, 'older');
    await writeEditedCheckpoint(fixture, source, { edit: olderLayout });
    const older = await importAndLoad(source, folder.path, 'older-model');
    await using _disposed = older.model;
    for (const reference of cases) {
      const features = await older.model.encodeImages(await storedPixels(reference));
      const [run] = reference.runs;
      if (run === undefined) throw new Error('the fixture has three runs a case');
      expect(await idsOf(older.model, features, [reference.prompt], run)).toEqual([run.ids]);
    }
  });
});

/** The tensors that the published `pytorch_model.bin` files of BLIP hold besides. */
function olderLayout(tensors: Tensors): void {
  const copy = (from: string, to: string) => {
    const tensor = tensors.get(from);
    if (tensor === undefined) throw new Error(`no tensor ${from}`);
    tensors.set(to, tensor);
  };
  copy('text_decoder.bert.embeddings.word_embeddings.weight', 'text_decoder.cls.predictions.decoder.weight');
  copy('text_decoder.cls.predictions.bias', 'text_decoder.cls.predictions.decoder.bias');
  const positions = BigInt64Array.from({ length: 64 }, (_, i) => BigInt(i));
  const buffer = { dtype: 'I64', shape: [1, 64], data: new Uint8Array(positions.buffer) };
  tensors.set('text_decoder.bert.embeddings.position_ids', buffer);
  if (tensors.has('text_encoder.embeddings.word_embeddings.weight'))
    tensors.set('text_encoder.embeddings.position_ids', buffer);
}

describe('the captioner’s prompt', async () => {
  const fixture = 'blip-caption';
  const [reference] = await readReferenceCases(fixture);
  if (reference === undefined) throw new Error('the fixture has no case');
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let model: VisionLanguageModel;
  let features: ImageFeatures;

  beforeAll(async () => {
    folder = await temporaryFolder();
    ({ model } = await importAndLoad(path.join(fixturesFolder, fixture), folder.path, 'tiny'));
    features = await model.encodeImages(await readReferenceTensor(fixture, `${reference.name}/pixel_values`));
  });
  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it('may be empty: the caption then begins with [DEC] alone', async () => {
    const { decoder } = await model.prepare(features, ['']);
    expect(decoder.promptIds).toEqual([[300]]);
    const settings = generationSettingsSchema.parse({ maxNewTokens: 8 });
    const [sequence] = await generate(decoder, { settings, eosTokenIds: model.eosTokenIds });
    expect(sequence?.ids).toHaveLength(9);
  });

  it('gives the same logits at once as token by token', async () => {
    const atOnce = (await model.prepare(features, [reference.prompt])).decoder;
    const [ids] = atOnce.promptIds;
    if (ids === undefined) throw new Error('no prompt');
    const stepwise = (await model.prepare(features, [''])).decoder;
    let logits = await stepwise.prefill();
    for (const id of ids.slice(1)) logits = await stepwise.step(Int32Array.of(id), Int32Array.of(0));
    expect(ids.length).toBeGreaterThan(5);
    expect(relativeError(await atOnce.prefill(), logits)).toBeLessThanOrEqual(tolerance);
  });

  it('stays text where it spells special tokens', async () => {
    const { decoder } = await model.prepare(features, ['[SEP] a [DEC] photo']);
    expect(decoder.promptIds[0]?.slice(1).some((id) => id === 3 || id >= 300)).toBe(false);
  });
});
