/** @file Forbidden words and the sequences of tokens that spell them. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { forbiddenSequences } from '../../../native-models/generation/logitsProcessors.ts';
import { forbiddenWordSequences } from '../../../native-models/generation/tokenizerAdapter.ts';
import { TextTokenizerAdapter } from '../../../native-models/tokenizers/textTokenizerAdapter.ts';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { FakeDecoder, type FakeModel } from './fakeDecoder.ts';
import { letters, letterTokenizer } from './letterTokenizer.ts';

const forbidden = Number.NEGATIVE_INFINITY;

describe('forbidden sequences', () => {
  it('lose their last token where the others stand before it, and single tokens always', () => {
    const process = forbiddenSequences([[3], [1, 2], [4, 1, 5], [0, 0, 0]]);
    const banned = (ids: number[]) => {
      const scores = new Float32Array(6);
      process(scores, { ids, promptLength: 1 });
      return [...scores.keys()].filter((id) => scores[id] === forbidden);
    };
    expect(banned([])).toEqual([3]);
    expect(banned([1])).toEqual([2, 3]);
    expect(banned([4, 1])).toEqual([2, 3, 5]);
    expect(banned([1, 4])).toEqual([3]);
    expect(banned([0, 0])).toEqual([0, 3]);
    expect(banned([0])).toEqual([3]);
  });

  it.each([{ numBeams: 1 }, { numBeams: 4 }, { numBeams: 1, sample: true }])(
    'do not occur in what is generated: %o',
    async (input) => {
      const words = ['a', 'bc', 'def'];
      let changed = 0;
      for (let seed = 0; seed < 60; seed += 1) {
        const model: FakeModel = { vocabSize: 9, eosTokenIds: [1], eosBias: -2, seed };
        const options = { eosTokenIds: [1], text: letterTokenizer };
        const textOf = async (forbid: string[]) => {
          const settings = generationSettingsSchema.parse({ ...input, forbid, maxNewTokens: 20 });
          const [sequence] = await generate(new FakeDecoder(model, [[0]]), { ...options, settings });
          return (sequence?.ids ?? []).map((id) => letters[id]).join('');
        };
        const text = await textOf(words);
        for (const word of words) expect(text).not.toContain(word);
        if (text !== (await textOf([]))) changed += 1;
      }
      expect(changed).toBeGreaterThan(50);
    },
  );
});

it('a word that was typed with a capital is forbidden in lower case, too', () => {
  const lower = [...'boat'].map((letter) => letters.indexOf(letter));
  expect(forbiddenWordSequences(['Boat'], letterTokenizer)).toEqual([lower]);
  expect(forbiddenWordSequences(['BOAT'], letterTokenizer)).toEqual([lower]);
});

describe('settings that forbid every token', () => {
  it.each([{}, { sample: true }])('are an error, and no answer: %o', async (input) => {
    const logits = new Float32Array(letters.length).fill(forbidden);
    logits[letters.indexOf('a')] = 0;
    const decoder = {
      batchSize: 1,
      vocabSize: letters.length,
      promptIds: [[0]],
      prefill: () => Promise.resolve(logits.slice()),
      step: () => Promise.resolve(logits.slice()),
    };
    const settings = generationSettingsSchema.parse({ ...input, forbid: ['a'] });
    await expect(generate(decoder, { settings, eosTokenIds: [1], text: letterTokenizer })).rejects.toMatchObject({
      code: 'GENERATION_NO_TOKEN_LEFT',
    });
  });
});

describe('a forbidden word', () => {
  async function sequencesOf(fixture: string, words: readonly string[]) {
    const tokenizer = await loadTokenizer(path.join(fixturesFolder, fixture));
    const sequences = forbiddenWordSequences(words, new TextTokenizerAdapter(tokenizer));
    return sequences.map((ids) => tokenizer.decode(ids, { skipSpecialTokens: true }));
  }

  it('is forbidden with and without a space before it, small and capitalised, where the tokens differ', async () => {
    expect((await sequencesOf('blip2-opt', ['boat'])).toSorted()).toEqual([' Boat', ' boat', 'Boat', 'boat']);
    expect((await sequencesOf('instructblip-t5', ['there'])).toSorted()).toEqual(['There', 'there']);
    expect(await sequencesOf('blip-caption', ['Boat'])).toEqual(['boat']);
  });

  it('is nothing to forbid where the model has no tokens for it', async () => {
    expect(await sequencesOf('instructblip-t5', ['日本'])).toEqual([]);
    expect(await sequencesOf('blip-caption', ['\u0001'])).toEqual([]);
  });

  it('never forbids the end of an answer, whatever it spells', async () => {
    const tokenizer = await loadTokenizer(path.join(fixturesFolder, 'blip2-opt'));
    const sequences = forbiddenWordSequences(['</s>'], new TextTokenizerAdapter(tokenizer));
    expect(sequences.flat()).not.toContain(tokenizer.eosTokenId);
  });
});
