/**
 * @file What a person is told, for every architecture that writes: the reference's text, without the question where the
 * model's ids begin with it, with the beginning of the caption where the caption goes on from it; streamed or whole.
 */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { Answerer } from '../../native-models/runtime/answerer.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import { fixturesFolder, readReferenceCases } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixtures = ['instructblip-t5', 'instructblip-llama', 'blip2-t5', 'blip2-opt', 'blip-caption', 'blip-vqa'];

describe.each(fixtures)('%s', (fixture) => {
  it('tells the reference’s answers, and streams what it tells', async () => {
    await using folder = await temporaryFolder();
    const manifest = await importCheckpoint({
      source: path.join(fixturesFolder, fixture),
      modelsFolder: folder.path,
      id: 'm',
    });
    const { model } = await loadModel(path.join(folder.path, 'm'), defaultSessionSettings);
    await using _disposed = model;
    const answerer = new Answerer(model, manifest, { batch: 1 });
    for (const { image, prompt, runs } of await readReferenceCases(fixture)) {
      const run = runs[0];
      if (run === undefined) throw new Error('the fixture has no run');
      const deltas: string[] = [];
      const request = {
        image: path.join(fixturesFolder, image),
        prompt,
        settings: generationSettingsSchema.parse({ maxNewTokens: run.settings.max_new_tokens }),
      };
      const { text } = await answerer.answer(request, {
        signal: new AbortController().signal,
        onText: (delta) => deltas.push(delta),
      });
      const whole = run.text.trim();
      expect(whole.endsWith(text), `${whole} | ${text}`).toBe(true);
      if (fixture === 'instructblip-llama' || fixture === 'blip2-opt') expect(text.length).toBeLessThan(whole.length);
      else expect(text).toBe(whole);
      expect(deltas.join('').trim()).toBe(text);
    }
  });
});
