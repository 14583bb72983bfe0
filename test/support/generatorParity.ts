/**
 * @file Holds a model with a Q-Former in front of a language model to what the reference implementation computes on the
 * same checkpoint: the numbers of every stage, so that a failure names the stage, and every generated token.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadModel } from '../../native-models/architectures/models.ts';
import { QFormerGenerator } from '../../native-models/architectures/shared/qformerGenerator.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import type { ModelManifest } from '../../native-models/compiler/manifest.ts';
import { generate } from '../../native-models/generation/generate.ts';
import {
  type GenerationSettings,
  generationSettingsSchema,
} from '../../native-models/generation/generationSettings.ts';
import { preprocessImage } from '../../native-models/preprocess/preprocessImage.ts';
import { defaultSessionSettings, floatsOf } from '../../native-models/runtime/graphSession.ts';
import { fixturesFolder, type ReferenceCase, readReferenceTensor, relativeError } from './referenceFixture.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** Of ‖ours − theirs‖ / ‖theirs‖. The reference itself is up to 1.3e-5 from float64 arithmetic on such weights. */
const tolerance = 2e-5;

/** Declares the tests of one fixture. */
export function describeGeneratorParity(fixture: string, architecture: string, cases: readonly ReferenceCase[]): void {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let manifest: ModelManifest;
  let model: QFormerGenerator;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const source = path.join(fixturesFolder, fixture);
    manifest = await importCheckpoint({ source, modelsFolder: folder.path, id: 'tiny' });
    const loaded = await loadModel(path.join(folder.path, 'tiny'), defaultSessionSettings);
    if (!(loaded.model instanceof QFormerGenerator)) throw new Error('the fixture was loaded as something else');
    model = loaded.model;
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const storedPixels = ({ name }: ReferenceCase) => readReferenceTensor(fixture, `${name}/pixel_values`);
  const pixelsOfFile = async ({ image }: ReferenceCase) =>
    (await preprocessImage(path.join(fixturesFolder, image), manifest.image)).pixelValues;

  it('recognises the architecture', () => {
    expect(manifest.architecture).toBe(architecture);
  });

  describe.each(cases)('$name: "$prompt" about $image', (reference) => {
    const errorOf = async (ours: Float32Array, tensor: string) =>
      relativeError(ours, await readReferenceTensor(fixture, `${reference.name}/${tensor}`));

    it('computes the reference’s vision features', async () => {
      const vision = await model.visionOutput(await storedPixels(reference));
      expect(await errorOf(floatsOf(vision), 'vision')).toBeLessThanOrEqual(tolerance);
    });

    it('computes the reference’s Q-Former output and language prefix', async () => {
      const vision = await model.visionOutput(await storedPixels(reference));
      const { queryOutput, languagePrefix } = await model.runQFormer(vision, [reference.prompt]);
      expect(await errorOf(floatsOf(queryOutput), 'qformer')).toBeLessThanOrEqual(tolerance);
      expect(await errorOf(floatsOf(languagePrefix), 'prefix')).toBeLessThanOrEqual(tolerance);
    });

    it('keeps for the next prompt what no prompt changes: the language prefix, or the vision features', async () => {
      const features = await model.encodeImages(await storedPixels(reference));
      const kept = architecture.startsWith('blip2') ? 'prefix' : 'vision';
      expect(await errorOf(floatsOf(features), kept)).toBeLessThanOrEqual(tolerance);
      using instruct = vi.spyOn(model, 'runQFormer');
      await model.prepare(features, [reference.prompt]);
      expect(instruct).toHaveBeenCalledTimes(kept === 'prefix' ? 0 : 1);
    });

    it('computes the reference’s first logits', async () => {
      const features = await model.encodeImages(await storedPixels(reference));
      const { decoder } = await model.prepare(features, [reference.prompt]);
      expect(await errorOf(await decoder.prefill(), 'logits')).toBeLessThanOrEqual(tolerance);
    });

    for (const [index, run] of reference.runs.entries()) {
      const described = JSON.stringify(run.settings);
      it.each([
        ['the stored pixels', storedPixels],
        ['the image file', pixelsOfFile],
      ])(`generates the reference’s tokens from %s, run ${index}: ${described}`, async (_, pixelsFor) => {
        const features = await model.encodeImages(await pixelsFor(reference));
        const { decoder } = await model.prepare(features, [reference.prompt]);
        const [sequence] = await generate(decoder, { settings: settingsOf(run), eosTokenIds: model.eosTokenIds });
        expect(sequence?.ids).toEqual(run.ids);
        expect(model.tokenizer.decode(run.ids, { skipSpecialTokens: true })).toBe(run.text);
      });
    }
  });

  it('gives every picture of a batch of ragged prompts the tokens that it gets alone', async () => {
    const pixels = await Promise.all(cases.map(storedPixels));
    const size = pixels[0]?.length ?? 0;
    const all = new Float32Array(size * cases.length);
    for (const [i, values] of pixels.entries()) all.set(values, i * size);
    const features = await model.encodeImages(all);
    const prompts = cases.map(({ prompt }) => prompt);
    for (const index of [0, 1, 2]) {
      const { decoder } = await model.prepare(features, prompts);
      const run = cases[0]?.runs[index];
      if (run === undefined) throw new Error('the fixture has three runs a case');
      const sequences = await generate(decoder, { settings: settingsOf(run), eosTokenIds: model.eosTokenIds });
      expect(sequences.map(({ ids }) => ids)).toEqual(cases.map(({ runs }) => runs[index]?.ids));
    }
  });
}

/** The reference's settings in our terms. */
export function settingsOf({ settings }: ReferenceCase['runs'][number]): GenerationSettings {
  return generationSettingsSchema.parse({
    numBeams: settings.num_beams,
    maxNewTokens: settings.max_new_tokens,
    minNewTokens: settings.min_new_tokens,
    lengthPenalty: settings.length_penalty,
    repetitionPenalty: settings.repetition_penalty,
    noRepeatNgramSize: settings.no_repeat_ngram_size,
  });
}
