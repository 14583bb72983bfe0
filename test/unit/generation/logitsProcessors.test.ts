/** @file The filters of sampling within beam search: a beam must always find a token that does not end it. */
import { describe, expect, it } from 'vitest';
import { generate } from '../../../native-models/generation/generate.ts';
import {
  type GenerationSettingsInput,
  generationSettingsSchema,
} from '../../../native-models/generation/generationSettings.ts';
import { createLogitsProcessors } from '../../../native-models/generation/logitsProcessors.ts';
import { FakeDecoder } from './fakeDecoder.ts';

const eosTokenIds = [0, 1];

/** The tokens that the filters leave of scores in which the end tokens come first. */
function kept(settings: GenerationSettingsInput): number[] {
  const scores = Float32Array.from([9, 8, 3, 2, 1, 0]);
  const history = { ids: [], promptLength: 0 };
  for (const process of createLogitsProcessors(generationSettingsSchema.parse(settings), eosTokenIds, scores.length))
    process(scores, history);
  return [...scores.keys()].filter((token) => scores[token] !== Number.NEGATIVE_INFINITY);
}

describe('with beams, as many tokens as can end them and one more are kept', () => {
  it.each([
    ['top-k', { topK: 1 }],
    ['top-p', { topP: 0.01 }],
    ['both', { topK: 2, topP: 0.01, temperature: 0.5 }],
  ])('by %s', (_, filter) => {
    expect(kept({ sample: true, numBeams: 2, ...filter })).toEqual([0, 1, 2]);
  });

  it('and no more than were asked for without them', () => {
    expect(kept({ sample: true, topK: 1 })).toEqual([0]);
    expect(kept({ sample: true, topP: 0.01 })).toEqual([0]);
    expect(kept({ numBeams: 2, topK: 1, topP: 0.01 })).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

it('sampled beams whose likeliest tokens all end them go on to the length that was asked for', async () => {
  const model = { vocabSize: 20, eosTokenIds, eosBias: 40, seed: 3 };
  const settings = { sample: true, numBeams: 3, topK: 1, minNewTokens: 0, maxNewTokens: 6, lengthPenalty: 50 };
  const options = { settings: generationSettingsSchema.parse(settings), eosTokenIds };
  const [sequence] = await generate(new FakeDecoder(model, [[5]]), options);
  expect(sequence?.ids).toHaveLength(1 + settings.maxNewTokens);
  for (const id of sequence?.ids.slice(1, -1) ?? []) expect(eosTokenIds).not.toContain(id);
  expect(sequence?.score).toBeGreaterThan(-1e9);
});
