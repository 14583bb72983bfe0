/** @file Chance in answers: every photo has a stream of its own, which depends on the seed and on its pixels alone. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ModelManifest } from '../../../native-models/compiler/manifest.ts';
import { Answerer } from '../../../native-models/runtime/answerer.ts';
import { floatTensor } from '../../../native-models/runtime/graphSession.ts';
import { generationSettingsSchema } from '../../../native-models/runtime/protocol.ts';
import type { VisionLanguageModel } from '../../../native-models/runtime/visionLanguageModel.ts';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { FakeDecoder } from '../generation/fakeDecoder.ts';

const signal = new AbortController().signal;

/** A model that sees nothing: whatever differs between its answers is chance. */
async function blindAnswerer(): Promise<Answerer> {
  const tokenizer = await loadTokenizer(path.join(fixturesFolder, 'blip2-opt'));
  const model: VisionLanguageModel = {
    eosTokenIds: [],
    tokenizer,
    encodeImages: async () => floatTensor(new Float32Array(1), [1, 1, 1]),
    fits: () => true,
    prepare: async () => {
      const decoder = new FakeDecoder({ vocabSize: 400, eosTokenIds: [], eosBias: 0, seed: 1 }, [[]]);
      return { decoder, qformerMs: 0, encoderMs: 0 };
    },
    selfTest: async () => [],
    [Symbol.asyncDispose]: async () => undefined,
  };
  const image = {
    width: 8,
    height: 8,
    resample: 'bicubic',
    rescaleFactor: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  } as const;
  const manifest: Partial<ModelManifest> = {
    image: { ...image, mean: [0, 0, 0], std: [1, 1, 1] },
    promptStyle: 'blip2',
  };
  return new Answerer(model, manifest as ModelManifest);
}

const picture = (file: string, red: number) =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: red, g: 0, b: 0 } } })
    .png()
    .toFile(file);

describe('sampled answers', () => {
  const settings = (seed: number) => generationSettingsSchema.parse({ sample: true, seed, maxNewTokens: 12 });

  it('to one question with one seed differ from photo to photo, and are the same about the same pixels', async () => {
    await using folder = await temporaryFolder();
    const [first, second, copy] = ['a.png', 'b.png', 'copy.png'].map((name) => path.join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    await picture(first, 10);
    await picture(second, 11);
    await copyFile(first, copy);
    const answerer = await blindAnswerer();
    const ask = async (image: string, seed: number) => {
      const request = { image, prompt: 'a', settings: settings(seed) };
      return (await answerer.answer(request, { signal, onText: () => undefined })).tokenIds.join();
    };
    const alone = await ask(first, 7);
    expect(await ask(second, 7)).not.toBe(alone);
    expect(await ask(first, 8)).not.toBe(alone);
    expect(await ask(copy, 7)).toBe(alone);
    const candidates = async (image: string) => {
      const request = { image, prompt: 'a', settings: settings(7), count: 3 };
      return (await answerer.candidates(request, signal)).candidates.map(({ tokenIds }) => tokenIds.join());
    };
    const three = await candidates(first);
    expect(new Set(three).size).toBe(3);
    expect(three[0]).toBe(alone);
    expect(await candidates(copy)).toEqual(three);
    for (const candidate of await candidates(second)) expect(three).not.toContain(candidate);
  });
});
