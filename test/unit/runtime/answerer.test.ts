/** @file What is told with an answer, and chance in answers: every photo has a stream of its own, by the seed and its pixels. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect } from 'vitest';
import type { ModelManifest } from '../../../native-models/compiler/manifest.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { Answerer } from '../../../native-models/runtime/answerer.ts';
import { floatTensor } from '../../../native-models/runtime/graphSession.ts';
import { ImageTextScorer } from '../../../native-models/runtime/imageTextScorer.ts';
import type { ImageTextMatcher, VisionLanguageModel } from '../../../native-models/runtime/loadedModel.ts';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { it } from '../../support/fixtures.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { FakeDecoder } from '../generation/fakeDecoder.ts';

const signal = new AbortController().signal;

/** A model that sees nothing: whatever differs between its answers is chance. */
async function blindAnswerer(fixture = 'blip2-opt', maxNewTokens?: number): Promise<Answerer> {
  const tokenizer = await loadTokenizer(path.join(fixturesFolder, fixture));
  const model: VisionLanguageModel = {
    eosTokenIds: [],
    cacheBytesPerToken: 1,
    tokenizer,
    visionOutput: async () => floatTensor(new Float32Array(1), [1, 1, 1]),
    encodeImages: async () => floatTensor(new Float32Array(1), [1, 1, 1]),
    keepsPatches: true,
    featuresOf: async (vision) => vision,
    fits: () => true,
    unknownParts: (prompt) => tokenizer.unknownParts(prompt),
    prepare: async () => {
      const decoder = new FakeDecoder({ vocabSize: 400, eosTokenIds: [], eosBias: 0, seed: 1 }, [[]]);
      return { decoder: Object.assign(decoder, { maxNewTokens }), qformerMs: 0, encoderMs: 0 };
    },
    selfTest: async () => [],
    [Symbol.asyncDispose]: async () => undefined,
  };
  return new Answerer(model, manifestOf(), { batch: 1 });
}

function manifestOf(): ModelManifest {
  return {
    formatVersion: 1,
    compilerVersion: '0',
    id: 'blind',
    architecture: 'none',
    kind: 'generator',
    precision: 'fp32',
    source: { name: '', files: [] },
    importedAt: '',
    files: [],
    sizeBytes: 0,
    config: {},
    selfTest: [],
    image: { width: 8, height: 8, resample: 'bicubic', rescaleFactor: 1, mean: [0, 0, 0], std: [1, 1, 1] },
    promptStyle: 'blip2',
  };
}

const picture = (file: string, red: number) =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: red, g: 0, b: 0 } } })
    .png()
    .toFile(file);

describe('sampled answers', () => {
  const settings = (seed: number) => generationSettingsSchema.parse({ sample: true, seed, maxNewTokens: 12 });

  it('to one question with one seed differ from photo to photo, and are the same about the same pixels', async ({
    folder,
  }) => {
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

it('answers and candidates end where the model has no positions left, and beams play no part in candidates', async ({
  folder,
}) => {
  const image = path.join(folder.path, 'a.png');
  await picture(image, 10);
  const answerer = await blindAnswerer('blip2-opt', 5);
  const request = (numBeams: number) => {
    return { image, prompt: 'a', settings: generationSettingsSchema.parse({ maxNewTokens: 12, numBeams }) };
  };
  for (const numBeams of [1, 3]) {
    const answer = await answerer.answer(request(numBeams), { signal, onText: () => undefined });
    expect(answer).toMatchObject({ finish: 'length', tokenIds: { length: 5 } });
  }
  const { candidates } = await answerer.candidates({ ...request(1), count: 2 }, signal);
  for (const candidate of candidates) expect(candidate).toMatchObject({ finish: 'length', tokenIds: { length: 5 } });
  expect((await answerer.candidates({ ...request(3), count: 2 }, signal)).candidates).toEqual(candidates);
});

describe('a question that the model cannot read', () => {
  const settings = generationSettingsSchema.parse({ maxNewTokens: 1 });
  const warningsOf = async (fixture: string, question: string) => {
    await using folder = await temporaryFolder();
    const image = path.join(folder.path, 'a.png');
    await picture(image, 10);
    const request = { image, prompt: question, kind: 'question' as const, settings };
    const answerer = await blindAnswerer(fixture);
    const { warnings } = await answerer.answer(request, { signal, onText: () => undefined });
    expect((await answerer.candidates({ ...request, count: 2 }, signal)).warnings).toEqual(warnings);
    return warnings;
  };

  it('is answered with a warning that names what was not read', async () => {
    expect(await warningsOf('blip2-t5', 'what is 天空天?')).toEqual([
      {
        code: 'TEXT_UNKNOWN',
        message: 'This model has no tokens for “天”, “空” and read the text without them.',
        parts: ['天', '空'],
      },
    ]);
  });

  it('is told from one in whose tokenizer every byte is a token', async () => {
    expect(await warningsOf('blip2-opt', 'what is 天空?')).toEqual([]);
    expect(await warningsOf('blip2-t5', 'what is it?')).toEqual([]);
  });
});

it('a text that a matching model cannot read is told of with its verdict and with its vector', async ({ folder }) => {
  const image = path.join(folder.path, 'a.png');
  await picture(image, 10);
  const tokenizer = await loadTokenizer(path.join(fixturesFolder, 'blip2-itm'));
  const vector = { data: Float32Array.of(1), vectors: 1, size: 1 };
  const matcher: ImageTextMatcher = {
    visionOutput: async () => floatTensor(new Float32Array(1), [1, 1, 1]),
    encodeImages: async () => floatTensor(new Float32Array(1), [1, 1, 1]),
    match: async () => [{ logits: [0, 0], probability: 0.5 }],
    embedImages: async () => vector,
    embedTexts: async () => vector,
    unknownParts: (text) => tokenizer.unknownParts(text),
    selfTest: async () => [],
    [Symbol.asyncDispose]: async () => undefined,
  };
  const scorer = new ImageTextScorer(matcher, manifestOf());
  const texts = ['ठंड boat', 'a boat'];
  const [unread, read] = await scorer.match({ image, texts }, signal);
  expect(unread?.unknown?.length).toBeGreaterThan(0);
  expect(read).not.toHaveProperty('unknown');
  expect((await scorer.match({ image, texts, itmOnly: true }, signal))[0]?.unknown).toEqual(unread?.unknown);
  const [vectorOfUnread, vectorOfRead] = await scorer.embedTexts({ texts }, signal);
  expect(vectorOfUnread?.unknown).toEqual(unread?.unknown);
  expect(vectorOfRead).not.toHaveProperty('unknown');
});
