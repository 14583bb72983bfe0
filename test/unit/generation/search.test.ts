/** @file Greedy and beam search against the naive implementation, over hundreds of random settings. */
import { describe, expect, it } from 'vitest';
import { generate } from '../../../native-models/generation/generate.ts';
import {
  type GenerationSettingsInput,
  generationSettingsSchema,
} from '../../../native-models/generation/generationSettings.ts';
import { sequenceRandom } from '../../../native-models/generation/random.ts';
import { present } from '../../support/present.ts';
import { FakeDecoder, type FakeModel, fakeLogits } from './fakeDecoder.ts';
import { naiveBeamSearch, naiveGreedy } from './naiveSearch.ts';

function settingsOf(input: GenerationSettingsInput) {
  return generationSettingsSchema.parse(input);
}

function randomCase(seed: number, minBeams: number) {
  const random = sequenceRandom(seed, 0);
  const pick = <T>(first: T, ...rest: T[]): T => rest[Math.floor(random() * (rest.length + 1)) - 1] ?? first;
  const numBeams = minBeams + Math.floor(random() * 5) * (minBeams > 1 ? 1 : 0);
  const eosTokenIds = pick([1], [1], [1, 5]);
  const model: FakeModel = {
    vocabSize: 3 * numBeams + 8 + Math.floor(random() * 30),
    eosTokenIds,
    eosBias: pick(-6, 0, 1, 3, 5, 7),
    seed,
  };
  const prompts = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
    pick<number[]>([0], [0], [], [2, 3, 2, 4], [0, 7]),
  );
  const settings = settingsOf({
    numBeams,
    maxNewTokens: 1 + Math.floor(random() * 14),
    minNewTokens: pick(0, 0, 3, 20),
    lengthPenalty: pick(1, -1, -0.5, 0, 0.5, 2),
    repetitionPenalty: pick(1, 1.5, 0.8),
    noRepeatNgramSize: pick(0, 0, 2, 3),
    earlyStopping: pick<boolean | 'never'>(false, true, 'never'),
  });
  return { model, prompts, settings, eosTokenIds };
}

describe('beam search', () => {
  it('returns the ids and scores of the naive implementation, in as many runs of the model, in 600 random settings', async () => {
    let ended = 0;
    for (let seed = 0; seed < 600; seed += 1) {
      const { model, prompts, settings, eosTokenIds } = randomCase(seed, 2);
      const decoder = new FakeDecoder(model, prompts);
      const results = await generate(decoder, { settings, eosTokenIds });
      const { sequences: expected, runs } = naiveBeamSearch(model, prompts, settings);
      expect(
        results.map(({ ids }) => ids),
        `seed ${seed}`,
      ).toEqual(expected.map(({ ids }) => ids));
      expect(1 + decoder.rowCounts.length, `seed ${seed}`).toBe(runs);
      for (const [i, { score }] of results.entries()) expect(score).toBeCloseTo(present(expected[i]?.score), 4);
      ended += results.filter(({ finish }) => finish === 'eos').length;
    }
    // The settings are varied enough to test both ways of ending.
    expect(ended).toBeGreaterThan(200);
  });

  it('finds the best of all sequences when it keeps every one of them', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const model: FakeModel = { vocabSize: 4, eosTokenIds: [1], eosBias: 1, seed };
      const settings = settingsOf({ numBeams: 64, maxNewTokens: 3, lengthPenalty: 0, earlyStopping: 'never' });
      const [result] = await generate(new FakeDecoder(model, [[0]]), { settings, eosTokenIds: [1] });
      expect(result?.ids).toEqual(likeliestTokens(model, 3));
    }
  });

  it('runs only the beams of sequences that are still open', async () => {
    const model: FakeModel = { vocabSize: 40, eosTokenIds: [1], eosBias: 1, seed: 3 };
    const settings = settingsOf({ numBeams: 3, maxNewTokens: 30 });
    const decoder = new FakeDecoder(model, [[0], [0], [0], [0]]);
    const results = await generate(decoder, { settings, eosTokenIds: [1] });
    expect(results).toHaveLength(4);
    expect(decoder.rowCounts[0]).toBe(12);
    expect(decoder.rowCounts.at(-1)).toBeLessThan(12);
    expect(decoder.rowCounts).toEqual([...decoder.rowCounts].sort((a, b) => b - a));
  });

  it('gives each sequence of a batch the answer it gets alone', async () => {
    const model: FakeModel = { vocabSize: 50, eosTokenIds: [1], eosBias: 4, seed: 12 };
    const settings = settingsOf({ numBeams: 4, maxNewTokens: 25 });
    const batch = await generate(new FakeDecoder(model, [[0], [0, 3]]), { settings, eosTokenIds: [1] });
    const alone = await generate(new FakeDecoder(model, [[0]]), { settings, eosTokenIds: [1] });
    expect(batch[0]).toEqual(alone[0]);
  });

  it('says why each sequence ended', async () => {
    const results = await Promise.all(
      [9, -9].map((eosBias) =>
        generate(new FakeDecoder({ vocabSize: 30, eosTokenIds: [1], eosBias, seed: 1 }, [[0]]), {
          settings: settingsOf({ numBeams: 3, maxNewTokens: 5 }),
          eosTokenIds: [1],
        }),
      ),
    );
    expect(results.map(([first]) => first?.finish)).toEqual(['eos', 'length']);
  });
});

describe('greedy search', () => {
  it('returns the ids of the naive implementation in 400 random settings, each sequence ending when it will', async () => {
    for (let seed = 1000; seed < 1400; seed += 1) {
      const { model, prompts, settings, eosTokenIds } = randomCase(seed, 1);
      const decoder = new FakeDecoder(model, prompts);
      const results = await generate(decoder, { settings, eosTokenIds });
      expect(
        results.map(({ ids }) => ids),
        `seed ${seed}`,
      ).toEqual(naiveGreedy(model, prompts, settings));
      for (const { ids, finish } of results) {
        expect(finish).toBe(eosTokenIds.includes(ids.at(-1) ?? -1) ? 'eos' : 'length');
      }
    }
  });

  it('takes the lowest id among equal logits', async () => {
    const decoder = {
      batchSize: 1,
      vocabSize: 4,
      promptIds: [[]],
      prefill: () => Promise.resolve(Float32Array.of(0, 2, 2, 1)),
      step: () => Promise.resolve(Float32Array.of(3, 0, 0, 3)),
    };
    const results = await generate(decoder, { settings: settingsOf({ maxNewTokens: 2 }), eosTokenIds: [] });
    expect(results).toEqual([{ ids: [1, 0], finish: 'length' }]);
  });

  it('returns nothing for an empty batch', async () => {
    const decoder = new FakeDecoder({ vocabSize: 4, eosTokenIds: [1], eosBias: 0, seed: 0 }, []);
    expect(await generate(decoder, { settings: settingsOf({}), eosTokenIds: [1] })).toEqual([]);
  });
});

describe('the histories that parents imply', () => {
  it.each([1, 4])('equal the sequences that %i beams went on with', async (numBeams) => {
    const model: FakeModel = { vocabSize: 30, eosTokenIds: [1], eosBias: -20, seed: 8 };
    const decoder = new FakeDecoder(model, [
      [0, 4],
      [0, 9],
    ]);
    const settings = settingsOf({ numBeams, maxNewTokens: 9, lengthPenalty: 0 });
    const results = await generate(decoder, { settings, eosTokenIds: [1] });
    for (const { ids } of results) {
      // The last token is never fed back.
      expect(decoder.histories).toContainEqual(ids.slice(0, -1));
    }
  });
});

/** Tries all sequences of the tiny vocabulary. */
function likeliestTokens(model: FakeModel, maxNewTokens: number): number[] {
  let best = { ids: [0], score: Number.NEGATIVE_INFINITY };
  const visit = (ids: number[], score: number): void => {
    const last = present(ids.at(-1));
    if (ids.length > 1 && (model.eosTokenIds.includes(last) || ids.length > maxNewTokens)) {
      if (score > best.score) best = { ids, score };
      return;
    }
    const logits = fakeLogits(model, 0, ids);
    const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
    for (const [token, logit] of logits.entries()) visit([...ids, token], score + logit - Math.log(total));
  };
  visit([0], 0);
  return best.ids;
}
