/** @file Every architecture that writes says where its words come from, also those whose features are no patches. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { explainText } from '../../native-models/explanation/explainText.ts';
import { defaultSessionSettings, floatsOf } from '../../native-models/runtime/graphSession.ts';
import { TextTokenizerAdapter } from '../../native-models/tokenizers/textTokenizerAdapter.ts';
import { fixturesFolder, readReferenceCases, readReferenceTensor } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

describe.each(['instructblip-t5', 'instructblip-llama', 'blip2-t5', 'blip2-opt', 'blip-caption', 'blip-vqa'])(
  '%s',
  (fixture) => {
    it('explains each word of a text, and reads views of the picture as it reads pictures', async () => {
      await using folder = await temporaryFolder();
      await importCheckpoint({ source: path.join(fixturesFolder, fixture), modelsFolder: folder.path, id: 'm' });
      const { model } = await loadModel(path.join(folder.path, 'm'), defaultSessionSettings);
      await using _disposed = model;
      const [reference] = await readReferenceCases(fixture);
      if (reference === undefined) throw new Error('no case');
      const pixels = await readReferenceTensor(fixture, `${reference.name}/pixel_values`);
      const vision = await model.visionOutput(pixels);
      const features = await model.encodeImages(pixels);
      expect(floatsOf(await model.featuresOf(vision))).toEqual(floatsOf(features));
      if (model.keepsPatches) expect(floatsOf(vision)).toEqual(floatsOf(features));

      const asked = {
        vision,
        empty: await model.visionOutput(new Float32Array(pixels.length)),
        prompt: reference.prompt,
        text: 'a red boat on the sea',
      };
      const tokenizer = new TextTokenizerAdapter(model.tokenizer);
      const signal = new AbortController().signal;
      const options = { model, tokenizer, textWithPrompt: fixture === 'blip-caption', maxGrid: 3, signal };
      const { words, text, grid } = await explainText(asked, { ...options, rows: 16 });
      expect(words.map(({ start, end }) => text.slice(start, end)).join(' ')).toBe('a red boat on the sea');
      expect(grid).toBe(3);
      for (const { gain, heat, regions } of words) {
        expect(gain).not.toBeNaN();
        expect(heat.length).toBe(regions.length === 0 ? 0 : 9);
      }
      // the values of a view do not depend on which others it is run with
      const others = await explainText(asked, { ...options, rows: 5 });
      for (const [i, { gain }] of others.words.entries()) expect(gain).toBeCloseTo(words[i]?.gain ?? Number.NaN, 3);
      // nor on whether their patches are laid together before or after the keys are computed of them
      expect(model.openPatches !== undefined).toBe(fixture === 'blip-caption');
      const laidFirst: Pick<typeof model, 'featuresOf' | 'prepare'> = {
        featuresOf: (patches) => model.featuresOf(patches),
        prepare: (rows, prompts) => model.prepare(rows, prompts),
      };
      const same = await explainText(asked, { ...options, rows: 16, model: laidFirst });
      for (const [i, { gain, heat }] of same.words.entries()) {
        expect(gain).toBeCloseTo(words[i]?.gain ?? Number.NaN, 4);
        expect(heat.length).toBe(words[i]?.heat.length);
        for (const [cell, value] of heat.entries()) expect(value).toBeCloseTo(words[i]?.heat[cell] ?? Number.NaN, 3);
      }
    });
  },
);
