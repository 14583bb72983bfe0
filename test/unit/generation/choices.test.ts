/** @file One of given choices: probabilities against scoring every choice by itself, in full. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Decoder } from '../../../native-models/generation/decoder.ts';
import { generate } from '../../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { sequenceRandom } from '../../../native-models/generation/random.ts';
import type { TokenizerAdapter } from '../../../native-models/generation/tokenizerAdapter.ts';
import { TextTokenizerAdapter } from '../../../native-models/tokenizers/textTokenizerAdapter.ts';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { FakeDecoder, type FakeModel, fakeLogits } from './fakeDecoder.ts';
import { encodeLetters, letterTokenizer } from './letterTokenizer.ts';

const settingsOf = (choices: readonly string[]) => generationSettingsSchema.parse({ choices: [...choices] });

/** The probability of these tokens, one after another, and of an end after them. */
function probabilityOf(model: FakeModel, sequence: number, prompt: readonly number[], ids: readonly number[]): number {
  let probability = 1;
  for (let place = 0; place <= ids.length; place += 1) {
    const exps = [...fakeLogits(model, sequence, [...prompt, ...ids.slice(0, place)])].map(Math.exp);
    const total = exps.reduce((sum, x) => sum + x, 0);
    const wanted = place < ids.length ? [ids[place] ?? -1] : model.eosTokenIds;
    probability *= wanted.reduce((sum, id) => sum + (exps[id] as number), 0) / total;
  }
  return probability;
}

function bruteForce(
  model: FakeModel,
  sequence: number,
  prompt: readonly number[],
  spellings: readonly (readonly (readonly number[])[])[],
): number[] {
  const each = spellings.map((some) => some.reduce((sum, ids) => sum + probabilityOf(model, sequence, prompt, ids), 0));
  const total = each.reduce((sum, x) => sum + x, 0);
  return each.map((x) => x / total);
}

function randomChoices(seed: number, count: number): string[] {
  const random = sequenceRandom(seed, 0);
  const choices = new Set<string>();
  while (choices.size < count) {
    const length = 1 + Math.floor(random() * 4);
    // Few letters, so that many choices begin alike, and some are the beginning of others.
    choices.add(Array.from({ length }, () => 'abc'[Math.floor(random() * 3)]).join(''));
  }
  return [...choices];
}

describe('choices', () => {
  it('have the probabilities that scoring each by itself gives, for every sequence of a batch', async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const eosTokenIds = seed % 2 === 0 ? [1] : [1, 6];
      const model: FakeModel = { vocabSize: 12, eosTokenIds, eosBias: (seed % 3) - 1, seed };
      const prompts = [[0], [], [0, 7, 8]].slice(0, 1 + (seed % 3));
      const choices = randomChoices(seed, 2 + (seed % 20));
      const results = await generate(new FakeDecoder(model, prompts), {
        settings: settingsOf(choices),
        eosTokenIds,
        text: letterTokenizer,
      });
      expect(results).toHaveLength(prompts.length);
      for (const [sequence, result] of results.entries()) {
        const spellings = choices.map((choice) => [encodeLetters(choice) ?? []]);
        const expected = bruteForce(model, sequence, prompts[sequence] ?? [], spellings);
        expect(result.choices?.map(({ text }) => text)).toEqual(choices);
        for (const [i, { probability }] of (result.choices ?? []).entries()) {
          expect(Math.abs(probability - (expected[i] as number))).toBeLessThan(1e-6);
        }
        const best = choices[expected.indexOf(Math.max(...expected))];
        expect(result).toMatchObject({ text: best, finish: 'eos' });
        expect(letterTokenizer.decode(result.ids.slice(prompts[sequence]?.length))).toContain(best);
        expect(eosTokenIds).toContain(result.ids.at(-1));
      }
    }
  });

  it('are run together as far as they begin alike', async () => {
    const decoder = new FakeDecoder({ vocabSize: 12, eosTokenIds: [1], eosBias: 0, seed: 1 }, [[0]]);
    const settings = settingsOf(['abc', 'abd', 'ab', 'ba']);
    await generate(decoder, { settings, eosTokenIds: [1], text: letterTokenizer });
    // a, b · ab, ba · abc, abd
    expect(decoder.rowCounts).toEqual([2, 2, 2]);
  });

  it('are scored in groups where they are many, with the same probabilities', async () => {
    const model: FakeModel = { vocabSize: 12, eosTokenIds: [1], eosBias: 0, seed: 4 };
    const choices = randomChoices(9, 110);
    const prompts = [[0], [0, 9]];
    const decoders: FakeDecoder[] = [];
    const open = () => {
      const decoder = new FakeDecoder(model, prompts);
      decoders.push(decoder);
      return decoder;
    };
    const options = { settings: settingsOf(choices), eosTokenIds: [1], text: letterTokenizer };
    const grouped = await generate(open(), { ...options, reopen: () => Promise.resolve(open()) });
    const [together] = [await generate(new FakeDecoder(model, prompts), options)];
    expect(decoders).toHaveLength(4);
    expect(Math.max(...decoders.flatMap(({ rowCounts }) => rowCounts))).toBeLessThanOrEqual(64);
    expect(grouped.map(({ text }) => text)).toEqual(together.map(({ text }) => text));
    for (const [sequence, result] of grouped.entries()) {
      for (const [i, { probability }] of (result.choices ?? []).entries()) {
        expect(probability).toBeCloseTo(together[sequence]?.choices?.[i]?.probability ?? -1, 9);
      }
    }
  });

  it('count all their spellings together where a tokenizer has several', async () => {
    const tokenizer = await loadTokenizer(path.join(fixturesFolder, 'blip2-opt'));
    const text = new TextTokenizerAdapter(tokenizer);
    const model: FakeModel = { vocabSize: 420, eosTokenIds: [2], eosBias: 3, seed: 6 };
    const choices = ['white', 'red', 'sea gull'];
    const spellings = choices.map((choice) => [tokenizer.encodePlain(choice), tokenizer.encodePlain(` ${choice}`)]);
    const [result] = await generate(new FakeDecoder(model, [[]]), {
      settings: settingsOf(choices),
      eosTokenIds: [2],
      text,
    });
    const expected = bruteForce(model, 0, [], spellings);
    for (const [i, { probability }] of (result?.choices ?? []).entries()) {
      expect(probability).toBeCloseTo(expected[i] ?? -1, 6);
    }
    const best = expected.indexOf(Math.max(...expected));
    expect(spellings[best]).toContainEqual(result?.ids.slice(0, -1));
  });

  it('keep the spelling of the person, and the prompt stays out of the answer', async () => {
    const lower: TokenizerAdapter = { ...letterTokenizer, encodeStart: (text) => encodeLetters(text.toLowerCase()) };
    const model: FakeModel = { vocabSize: 12, eosTokenIds: [1], eosBias: 0, seed: 1 };
    const settings = settingsOf(['AB', 'Ba']);
    const tokens: number[] = [];
    const [result] = await generate(new FakeDecoder(model, [[0, 5]]), {
      settings,
      eosTokenIds: [1],
      text: { ...lower, encodeAfterWord: (text) => encodeLetters(text.trim().toLowerCase()) },
      onToken: (_, id) => tokens.push(id),
    });
    expect(['AB', 'Ba']).toContain(result?.text);
    expect(tokens).toEqual(result?.ids.slice(2));
  });
});

describe('choices that cannot be told apart or said', () => {
  const decoder = () => new FakeDecoder({ vocabSize: 40, eosTokenIds: [1], eosBias: 0, seed: 1 }, [[0]]);
  const choose = (choices: string[], text: TokenizerAdapter = letterTokenizer, from: Decoder = decoder()) =>
    generate(from, { settings: settingsOf(choices), eosTokenIds: [1], text });

  it('are named before the model runs', async () => {
    const watched = decoder();
    const lower: TokenizerAdapter = { ...letterTokenizer, encodeStart: (text) => encodeLetters(text.toLowerCase()) };
    await expect(choose(['red', 'cat', 'Red'], lower, watched)).rejects.toMatchObject({
      code: 'GENERATION_TEXTS_ALIKE',
      message: '"red" and "Red" are the same to this model; leave one of them out.',
    });
    expect(watched.rowCounts).toEqual([]);
  });

  it('are named where the model has no tokens for them, or none at all', async () => {
    await expect(choose(['red', '日本'])).rejects.toMatchObject({
      code: 'GENERATION_TEXT_UNKNOWN',
      message: 'This model has no tokens for the choice "日本".',
    });
    const bert = new TextTokenizerAdapter(await loadTokenizer(path.join(fixturesFolder, 'blip-caption')));
    await expect(choose(['red', '\u0001'], bert)).rejects.toMatchObject({ code: 'GENERATION_TEXT_UNKNOWN' });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('are not scored by a model that computes %s', async (value) => {
    const inner = decoder();
    const broken: Decoder = {
      batchSize: 1,
      vocabSize: 40,
      promptIds: [[0]],
      prefill: () => inner.prefill(),
      step: async (tokens) => new Float32Array(tokens.length * 40).fill(value),
    };
    await expect(choose(['a', 'b'], letterTokenizer, broken)).rejects.toMatchObject({
      code: 'MODEL_NOT_FINITE',
      details: { newTokens: 1 },
    });
  });

  it('are an error where the model rules every one of them out', async () => {
    const logits = new Float32Array(40).fill(Number.NEGATIVE_INFINITY);
    logits[20] = 0;
    const row = (rows: number) => Float32Array.from({ length: rows * 40 }, (_, i) => logits[i % 40] as number);
    const ruling: Decoder = {
      batchSize: 1,
      vocabSize: 40,
      promptIds: [[0]],
      prefill: async () => row(1),
      step: async (tokens) => row(tokens.length),
    };
    await expect(choose(['a', 'b'], letterTokenizer, ruling)).rejects.toMatchObject({
      code: 'GENERATION_NO_TOKEN_LEFT',
    });
  });

  it('can be given up between two runs of the model', async () => {
    const controller = new AbortController();
    const inner = decoder();
    const watched: Decoder = {
      batchSize: 1,
      vocabSize: 40,
      promptIds: [[0]],
      prefill: () => inner.prefill(),
      step: (tokens, parents) => {
        controller.abort();
        return inner.step(tokens, parents);
      },
    };
    const run = generate(watched, {
      settings: settingsOf(['abc', 'abd']),
      eosTokenIds: [1],
      text: letterTokenizer,
      signal: controller.signal,
    });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(inner.rowCounts).toEqual([1]);
  });
});
