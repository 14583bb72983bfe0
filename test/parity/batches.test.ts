/**
 * @file Requests whose prompts are read together and that share one decoder, coming and going as they like, on every architecture that writes: each gets the
 * reference's tokens, and where the reference has none, those that it gets alone.
 */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { loadModel } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { RepeatedDecoder } from '../../native-models/generation/decoder.ts';
import { generate } from '../../native-models/generation/generate.ts';
import {
  type GenerationSettings,
  generationSettingsSchema,
} from '../../native-models/generation/generationSettings.ts';
import type { GeneratedSequence } from '../../native-models/generation/stoppingCriteria.ts';
import { DecodingBatch } from '../../native-models/runtime/decodingBatch.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import type { ImageFeatures, VisionLanguageModel } from '../../native-models/runtime/loadedModel.ts';
import { PromptBatch } from '../../native-models/runtime/promptBatch.ts';
import { TextTokenizerAdapter } from '../../native-models/tokenizers/textTokenizerAdapter.ts';
import { settingsOf } from '../support/generatorParity.ts';
import { fixturesFolder, readReferenceCases, readReferenceTensor } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixtures = ['instructblip-t5', 'instructblip-llama', 'blip2-t5', 'blip2-opt', 'blip-caption', 'blip-vqa'];

interface Asked {
  readonly features: ImageFeatures;
  readonly prompt: string;
  readonly settings: GenerationSettings;
  readonly candidates: number;
}

/** Beside the reference's runs: what it does not know. */
const moreSettings: readonly (readonly [Parameters<typeof generationSettingsSchema.parse>[0], number])[] = [
  [{ maxNewTokens: 14, sample: true, seed: 3, topK: 20 }, 1],
  [{ maxNewTokens: 9, sample: true, seed: 4, temperature: 1.5 }, 3],
  [{ maxNewTokens: 12, sample: true, numBeams: 3, seed: 5 }, 1],
  [{ choices: ['yes', 'no', 'a boat', 'a red boat'] }, 1],
  [{ tags: { vocabulary: ['boat', 'sea', 'red'], min: 1, max: 2 } }, 1],
  [{ maxNewTokens: 20, stop: ['a', 'e'] }, 1],
  [{ maxNewTokens: 40, minNewTokens: 40 }, 1],
];

describe.each(fixtures)('%s', (fixture) => {
  it('gives every request of a batch the tokens that it gets alone', async () => {
    await using folder = await temporaryFolder();
    await importCheckpoint({ source: path.join(fixturesFolder, fixture), modelsFolder: folder.path, id: 'm' });
    const { model } = await loadModel(path.join(folder.path, 'm'), defaultSessionSettings);
    await using _disposed = model;
    const cases = await readReferenceCases(fixture);
    const asked: Asked[] = [];
    const expected: (readonly number[])[] = [];
    for (const { name, prompt, runs } of cases) {
      const features = await model.encodeImages(await readReferenceTensor(fixture, `${name}/pixel_values`));
      for (const run of runs) {
        asked.push({ features, prompt, settings: settingsOf(run), candidates: 1 });
        expected.push(run.ids);
      }
      for (const [settings, candidates] of moreSettings) {
        asked.push({ features, prompt, settings: generationSettingsSchema.parse(settings), candidates });
        expected.push((await ask(workerOf(model, 64), asked.at(-1) as Asked)).flatMap(({ ids }) => ids));
      }
    }
    const prepare = vi.spyOn(model, 'prepare');
    const worker = workerOf(model, 12);
    const answers = asked.map(async (request, i) => {
      // some come later, to a batch that is far on
      for (let turn = 0; turn < (i % 7) * 9; turn++) await nextTurn();
      return (await ask(worker, request)).flatMap(({ ids }) => ids);
    });
    // one that is stopped leaves the others as they are
    const stop = new AbortController();
    const stopped = ask(worker, asked[0] as Asked, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await Promise.allSettled([stopped]);
    expect(await Promise.all(answers)).toEqual(expected);
    const together = prepare.mock.calls.map(([, prompts]) => prompts);
    expect(Math.max(...together.map((prompts) => prompts.length))).toBeGreaterThan(2);
    // of different lengths, too
    expect(together.some((prompts) => new Set(prompts.map((prompt) => tokens(model, prompt))).size > 1)).toBe(true);
  });
});

function tokens({ tokenizer }: VisionLanguageModel, prompt: string): number {
  return tokenizer.encode(prompt).length;
}

interface Worker {
  readonly model: VisionLanguageModel;
  readonly batch: DecodingBatch;
  readonly prompts: PromptBatch;
}

function workerOf(model: VisionLanguageModel, rows: number): Worker {
  const batch = new DecodingBatch(rows);
  return { model, batch, prompts: new PromptBatch(model, batch, rows) };
}

async function ask(
  { model, batch, prompts }: Worker,
  { features, prompt, settings, candidates }: Asked,
  signal = new AbortController().signal,
): Promise<GeneratedSequence[]> {
  using slot = await batch.acquire({ rows: Math.max(candidates, settings.numBeams), isUrgent: false, signal });
  const open = async () => (await prompts.read({ slot, features, prompt })).decoder;
  const decoder = await open();
  return await generate(candidates === 1 ? decoder : new RepeatedDecoder(decoder, candidates), {
    settings,
    signal,
    eosTokenIds: model.eosTokenIds,
    text: new TextTokenizerAdapter(model.tokenizer),
    reopen: candidates === 1 ? open : undefined,
  });
}
