/** @file Sampling: reproducible draws with the right distribution, and the filters before them. */
import { describe, expect, it } from 'vitest';
import type { Decoder } from '../../../native-models/generation/decoder.ts';
import { generate } from '../../../native-models/generation/generate.ts';
import {
  type GenerationSettingsInput,
  generationSettingsSchema,
} from '../../../native-models/generation/generationSettings.ts';
import { temperature, topK, topP } from '../../../native-models/generation/logitsProcessors.ts';
import { sequenceRandom, xoshiro128 } from '../../../native-models/generation/random.ts';
import { present } from '../../support/present.ts';
import { FakeDecoder, type FakeModel } from './fakeDecoder.ts';

const history = { ids: [], promptLength: 0 };
const forbidden = Number.NEGATIVE_INFINITY;

function sampled(input: GenerationSettingsInput) {
  return generationSettingsSchema.parse({ sample: true, ...input });
}

/** A model without memory: these logits, always, for every sequence. */
function constantDecoder(logits: readonly number[], batchSize: number): Decoder {
  const rows = (count: number) =>
    Promise.resolve(
      Float32Array.from({ length: count * logits.length }, (_, i) => logits[i % logits.length] as number),
    );
  return {
    batchSize,
    vocabSize: logits.length,
    promptIds: Array.from({ length: batchSize }, () => []),
    prefill: () => rows(batchSize),
    step: (tokens) => rows(tokens.length),
  };
}

describe('the random numbers', () => {
  it('are those of the published xoshiro128**', () => {
    const next = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 6 }, next)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });

  it('lie in [0, 1) and differ between seeds, large seeds and sequences', () => {
    const streams = [
      [1, 0],
      [2, 0],
      [1, 1],
      [2 ** 40 + 1, 0],
    ].map(([seed, index]) => Array.from({ length: 1000 }, sequenceRandom(present(seed), present(index))));
    for (const stream of streams) {
      expect(Math.min(...stream)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...stream)).toBeLessThan(1);
      expect(stream.reduce((sum, x) => sum + x) / 1000).toBeCloseTo(0.5, 1);
    }
    expect(new Set(streams.map(([first]) => first)).size).toBe(4);
  });
});

describe('sampling', () => {
  const model: FakeModel = { vocabSize: 30, eosTokenIds: [1], eosBias: 0, seed: 5 };

  it.each([1, 3])('draws the same answers for the same seed, others for another (%i beams)', async (numBeams) => {
    const draw = (seed: number) =>
      generate(new FakeDecoder(model, [[0]]), {
        settings: sampled({ seed, maxNewTokens: 12, numBeams }),
        eosTokenIds: [1],
      });
    expect(await draw(7)).toEqual(await draw(7));
    expect(await draw(7)).not.toEqual(await draw(8));
  });

  it.each([1, 3])('draws for each sequence what it draws in a larger batch (%i beams)', async (numBeams) => {
    const draw = (prompts: number[][]) =>
      generate(new FakeDecoder(model, prompts), {
        settings: sampled({ seed: 3, maxNewTokens: 12, numBeams }),
        eosTokenIds: [1],
      });
    const batch = await draw([[0], [0, 2], [0, 3]]);
    expect((await draw([[0]]))[0]).toEqual(batch[0]);
    expect((await draw([[0], [0, 2]])).slice(0, 2)).toEqual(batch.slice(0, 2));
  });

  it('draws tokens as often as their probabilities say', async () => {
    const probabilities = [0.5, 0.3, 0.15, 0.05];
    const results = await generate(constantDecoder(probabilities.map(Math.log), 4000), {
      settings: sampled({ maxNewTokens: 1 }),
      eosTokenIds: [],
    });
    for (const [token, probability] of probabilities.entries()) {
      const share = results.filter(({ ids }) => ids[0] === token).length / 4000;
      // Four standard deviations; the seed is fixed.
      expect(Math.abs(share - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / 4000));
    }
  });

  it('draws the beams without replacement, likelier ones more often', async () => {
    const probabilities = [0.5, 0.3, 0.15, 0.05];
    const results = await generate(constantDecoder(probabilities.map(Math.log), 2000), {
      settings: sampled({ numBeams: 2, maxNewTokens: 1 }),
      eosTokenIds: [],
    });
    // Of two different tokens drawn, the likelier is kept: token 0 unless neither draw was token 0.
    const neither = [1, 2, 3].reduce((sum, first) => {
      const p = probabilities[first] as number;
      return sum + p * (1 - 0.5 / (1 - p));
    }, 0);
    const share = results.filter(({ ids }) => ids[0] !== 0).length / 2000;
    expect(Math.abs(share - neither)).toBeLessThan(4 * Math.sqrt((neither * (1 - neither)) / 2000));
  });

  it('with top-k 1 is greedy search', async () => {
    const options = { eosTokenIds: [1] };
    const top = await generate(new FakeDecoder(model, [[0]]), {
      settings: sampled({ topK: 1, maxNewTokens: 12 }),
      ...options,
    });
    const greedy = await generate(new FakeDecoder(model, [[0]]), {
      settings: sampled({ sample: false, maxNewTokens: 12 }),
      ...options,
    });
    expect(top).toEqual(greedy);
  });

  it('ignores temperature, top-k and top-p when it is off', async () => {
    const run = (input: GenerationSettingsInput) =>
      generate(new FakeDecoder(model, [[0]]), {
        settings: sampled({ sample: false, numBeams: 2, ...input }),
        eosTokenIds: [1],
      });
    expect(await run({ temperature: 0.2, topK: 1, topP: 0.1 })).toEqual(await run({}));
  });

  it('refuses to draw where the settings forbid every token', async () => {
    const settings = sampled({ noRepeatNgramSize: 1, maxNewTokens: 10 });
    const run = generate(constantDecoder([0, 0, 0], 1), { settings, eosTokenIds: [] });
    await expect(run).rejects.toMatchObject({ code: 'GENERATION_NO_TOKEN_LEFT' });
  });
});

describe('the sampling filters', () => {
  it('divide by the temperature in float32', () => {
    const scores = Float32Array.of(1, -2, 0.3);
    temperature(0.7)(scores, history);
    expect(scores).toEqual(
      Float32Array.of(1 / Math.fround(0.7), -2 / Math.fround(0.7), Math.fround(0.3) / Math.fround(0.7)),
    );
  });

  it('top-k keeps the k largest, and whatever ties with the last of them', () => {
    const scores = Float32Array.of(1, 5, 3, 3, 2);
    topK(2, 5)(scores, history);
    expect([...scores]).toEqual([forbidden, 5, 3, 3, forbidden]);
  });

  it('top-k larger than the vocabulary keeps everything', () => {
    const scores = Float32Array.of(1, 2);
    topK(50, 2)(scores, history);
    expect([...scores]).toEqual([1, 2]);
  });

  it('top-p keeps the smallest set of tokens that holds the probability', () => {
    const logs = Float32Array.from([0.1, 0.5, 0.25, 0.15], Math.log);
    const kept = (p: number, atLeast = 1) => {
      const scores = Float32Array.from(logs);
      topP(p, atLeast, 4)(scores, history);
      return [...scores.keys()].filter((i) => scores[i] !== forbidden);
    };
    expect(kept(0.4)).toEqual([1]);
    expect(kept(0.6)).toEqual([1, 2]);
    expect(kept(0.8)).toEqual([1, 2, 3]);
    expect(kept(0.95)).toEqual([0, 1, 2, 3]);
    expect(kept(0.01)).toEqual([1]);
    expect(kept(0.01, 3)).toEqual([1, 2, 3]);
  });

  it('top-p drops the lowest ids of a tie, as an ascending sort does', () => {
    const scores = Float32Array.of(0, 0, 0, 0);
    topP(0.6, 1, 4)(scores, history);
    expect([...scores]).toEqual([forbidden, 0, 0, 0]);
  });
});
