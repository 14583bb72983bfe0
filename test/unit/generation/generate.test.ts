/** @file The course of a generation: streaming, cancellation, and models that misbehave. */
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { TopSelection } from '../../../native-models/generation/beamSearch.ts';
import type { Decoder } from '../../../native-models/generation/decoder.ts';
import { generate } from '../../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { minNewTokens, noRepeatNgram, repetitionPenalty } from '../../../native-models/generation/logitsProcessors.ts';
import { FakeDecoder, type FakeModel } from './fakeDecoder.ts';

const endless: FakeModel = { vocabSize: 30, eosTokenIds: [1], eosBias: -50, seed: 2 };

function settingsOf(input: Parameters<typeof generationSettingsSchema.parse>[0]) {
  return generationSettingsSchema.parse(input);
}

describe('streaming', () => {
  it.each([
    { numBeams: 1, sample: false },
    { numBeams: 1, sample: true },
    { numBeams: 4, sample: false },
  ])('reports exactly the new tokens of each sequence, in order: %o', async (input) => {
    const model: FakeModel = { vocabSize: 30, eosTokenIds: [1], eosBias: 2, seed: 4 };
    const prompts = [[0], [0, 5], [0, 6, 7]];
    const streamed: number[][] = [[], [], []];
    const results = await generate(new FakeDecoder(model, prompts), {
      settings: settingsOf({ ...input, maxNewTokens: 15 }),
      eosTokenIds: [1],
      onToken: (sequence, token) => streamed[sequence]?.push(token),
    });
    expect(streamed).toEqual(results.map(({ ids }, i) => ids.slice(prompts[i]?.length)));
  });

  it('reports a token of greedy search before the next one is computed', async () => {
    const decoder = new FakeDecoder(endless, [[0]]);
    const stepsBefore: number[] = [];
    await generate(decoder, {
      settings: settingsOf({ maxNewTokens: 4 }),
      eosTokenIds: [1],
      onToken: () => stepsBefore.push(decoder.rowCounts.length),
    });
    expect(stepsBefore).toEqual([0, 1, 2, 3]);
  });
});

describe('cancellation', () => {
  it.each([1, 3])('stops before the next run of the model (%i beams)', async (numBeams) => {
    const controller = new AbortController();
    const decoder = new FakeDecoder(endless, [[0]]);
    const watched: Decoder = {
      batchSize: decoder.batchSize,
      vocabSize: decoder.vocabSize,
      promptIds: decoder.promptIds,
      prefill: () => decoder.prefill(),
      step: (tokens, parents) => {
        if (decoder.rowCounts.length === 4) controller.abort();
        return decoder.step(tokens, parents);
      },
    };
    const run = generate(watched, {
      settings: settingsOf({ maxNewTokens: 100, numBeams }),
      eosTokenIds: [1],
      signal: controller.signal,
    });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(decoder.rowCounts).toHaveLength(5);
  });

  it('runs nothing when it was cancelled before the start', async () => {
    const decoder = new FakeDecoder(endless, [[0]]);
    const run = generate(decoder, { settings: settingsOf({}), eosTokenIds: [1], signal: AbortSignal.abort('no') });
    await expect(run).rejects.toBe('no');
    expect(decoder.rowCounts).toEqual([]);
  });

  it('reads a message that cancels although no run of the model ever waits', async () => {
    const controller = new AbortController();
    const { port1, port2 } = new MessageChannel();
    port2.on('message', () => controller.abort());
    port1.postMessage('cancel');
    const run = generate(new FakeDecoder(endless, [[0]]), {
      settings: settingsOf({ maxNewTokens: 4096 }),
      eosTokenIds: [1],
      signal: controller.signal,
    });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    port1.close();
  });
});

describe('a model that misbehaves', () => {
  const decoderOf = (prefill: Float32Array, step: Float32Array): Decoder => ({
    batchSize: 1,
    vocabSize: 3,
    promptIds: [[0]],
    prefill: () => Promise.resolve(prefill),
    step: () => Promise.resolve(step),
  });
  const fine = () => Float32Array.of(0, 1, 2);
  const run = (decoder: Decoder, numBeams = 1) =>
    generate(decoder, { settings: settingsOf({ numBeams, maxNewTokens: 3 }), eosTokenIds: [] });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('is reported when it computes %s', async (value) => {
    for (const numBeams of [1, 2]) {
      const broken = Float32Array.of(0, value, 1, 0, 1, value).slice(0, 3 * numBeams);
      await expect(run(decoderOf(fine(), broken), numBeams)).rejects.toMatchObject({
        code: 'MODEL_NOT_FINITE',
        details: { newTokens: 1, value: String(value) },
      });
    }
  });

  it('is reported when it rules every token out', async () => {
    const decoder = decoderOf(new Float32Array(3).fill(Number.NEGATIVE_INFINITY), fine());
    await expect(run(decoder)).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' });
  });

  it('may rule single tokens out', async () => {
    const [result] = await run(decoderOf(Float32Array.of(Number.NEGATIVE_INFINITY, 0, 1), fine()));
    expect(result?.ids).toEqual([0, 2, 2, 2]);
  });

  it('is reported when it returns another number of logits', async () => {
    const decoder = decoderOf(new Float32Array(4), fine());
    await expect(run(decoder)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_SHAPE' });
  });

  it('passes its own failure on', async () => {
    const decoder: Decoder = {
      ...decoderOf(fine(), fine()),
      step: () => Promise.reject(new Error('out of memory')),
    };
    await expect(run(decoder)).rejects.toThrow('out of memory');
  });
});

describe('the penalties', () => {
  const forbidden = Number.NEGATIVE_INFINITY;

  it('penalise a token once however often it occurred, by sign, in float32', () => {
    const scores = Float32Array.of(2, -1, 0.5, 0);
    repetitionPenalty(1.3)(scores, { ids: [1, 0, 0, 99], promptLength: 1 });
    expect(scores).toEqual(Float32Array.of(2 / Math.fround(1.3), -Math.fround(1.3), 0.5, 0));
  });

  it('forbid what would repeat an n-gram, the prompt included', () => {
    const banned = (size: number, ids: number[]) => {
      const scores = new Float32Array(6);
      noRepeatNgram(size)(scores, { ids, promptLength: 1 });
      return [...scores.keys()].filter((i) => scores[i] === forbidden);
    };
    expect(banned(2, [1, 2, 1, 3, 1])).toEqual([2, 3]);
    expect(banned(3, [1, 2, 4, 1, 2])).toEqual([4]);
    expect(banned(1, [5, 2])).toEqual([2, 5]);
    expect(banned(3, [1, 1])).toEqual([]);
    expect(banned(2, [3, 3])).toEqual([3]);
  });

  it('forbid the end until there are enough new tokens, the prompt not counted', () => {
    const process = minNewTokens(2, [1, 3]);
    const scoresAfter = (ids: number[]) => {
      const scores = new Float32Array(4);
      process(scores, { ids, promptLength: 2 });
      return [...scores];
    };
    expect(scoresAfter([7, 8, 9])).toEqual([0, forbidden, 0, forbidden]);
    expect(scoresAfter([7, 8, 9, 9])).toEqual([0, 0, 0, 0]);
  });
});

describe('TopSelection', () => {
  it('keeps the largest, largest first, and of equals the lowest index', () => {
    const selection = new TopSelection(4);
    for (const [index, key] of [1, 5, 3, 5, forbiddenKey, 3, 3].entries()) selection.offer(key, index);
    expect(selection.indices()).toEqual([1, 3, 2, 5]);
  });

  it('keeps forbidden candidates only where there are no others', () => {
    const selection = new TopSelection(3);
    for (const [index, key] of [forbiddenKey, forbiddenKey, 2, forbiddenKey].entries()) selection.offer(key, index);
    expect(selection.indices()).toEqual([2, 0, 1]);
    selection.clear();
    expect(selection.indices()).toEqual([]);
  });
});

const forbiddenKey = Number.NEGATIVE_INFINITY;
