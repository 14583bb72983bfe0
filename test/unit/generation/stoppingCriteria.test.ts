/** @file Stop strings and repetitions: when a sequence ends, and which text is left of it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AnswerTextStream } from '../../../native-models/generation/answerTextStream.ts';
import type { Decoder } from '../../../native-models/generation/decoder.ts';
import { generate } from '../../../native-models/generation/generate.ts';
import {
  type GenerationSettingsInput,
  generationSettingsSchema,
} from '../../../native-models/generation/generationSettings.ts';
import { loopPeriod, textBeforeStop } from '../../../native-models/generation/stoppingCriteria.ts';
import { FakeDecoder, type FakeModel } from './fakeDecoder.ts';
import { encodeLetters, letters, letterTokenizer } from './letterTokenizer.ts';
import { naiveBeamSearch, naiveGreedy } from './naiveSearch.ts';

const expectedSchema = z.object({ answers: z.array(z.object({ ids: z.array(z.int()), text: z.string() })) });

function settingsOf(input: GenerationSettingsInput) {
  return generationSettingsSchema.parse(input);
}

/** Writes one given text, letter by letter, and ends. */
function scripted(script: string, prompt: readonly number[] = [0]): Decoder {
  const ids = [...(encodeLetters(script) ?? []), 1];
  let place = 0;
  const next = (rows: number) => {
    const logits = new Float32Array(rows * letters.length);
    for (let row = 0; row < rows; row += 1) logits[row * letters.length + (ids[place] ?? 1)] = 9;
    place += 1;
    return Promise.resolve(logits);
  };
  return {
    batchSize: 1,
    vocabSize: letters.length,
    promptIds: [prompt],
    prefill: () => next(1),
    step: (tokens) => next(tokens.length),
  };
}

async function write(script: string, input: GenerationSettingsInput, prompt?: readonly number[]) {
  const settings = settingsOf({ maxNewTokens: 200, ...input });
  const [sequence] = await generate(scripted(script, prompt), { settings, eosTokenIds: [1], text: letterTokenizer });
  return sequence;
}

describe('a stop string', () => {
  it('ends the sequence with the token that completes it, and the text before it', async () => {
    const sequence = await write('one. two. three', { stop: ['. t'] });
    expect(sequence).toMatchObject({ finish: 'stop', text: 'one' });
    expect(letterTokenizer.decode(sequence?.ids ?? [])).toBe('one. t');
  });

  it('is the first of several to be complete, and the text ends before the earliest', async () => {
    expect(await write('one two three', { stop: ['three', 'wo'] })).toMatchObject({ finish: 'stop', text: 'one t' });
    expect(await write('one two', { stop: ['two', 'e two'] })).toMatchObject({ finish: 'stop', text: 'on' });
  });

  it('is not looked for in the prompt, nor across its end', async () => {
    const prompt = encodeLetters('stop. st') ?? [];
    expect(await write('op, go', { stop: ['stop'] }, prompt)).toMatchObject({ finish: 'eos' });
    expect(await write('op, stop', { stop: ['stop'] }, prompt)).toMatchObject({ finish: 'stop', text: 'stop. stop, ' });
  });

  it('leaves alone what does not contain it', async () => {
    const sequence = await write('one two', { stop: ['three'] });
    expect(sequence).toMatchObject({ finish: 'eos' });
    expect(sequence).not.toHaveProperty('text');
  });

  it('is the reason also where the length limit is reached with it', async () => {
    expect(await write('abcdef', { stop: ['bc'], maxNewTokens: 3 })).toMatchObject({ finish: 'stop', text: 'a' });
  });

  it('ends greedy and beam search as the naive implementation does, in 200 random settings', async () => {
    const ends = new Set<string | undefined>();
    for (let seed = 0; seed < 200; seed += 1) {
      const model: FakeModel = { vocabSize: 14, eosTokenIds: [1], eosBias: (seed % 4) - 3, seed };
      const stop = [['ab', 'c'], ['d'], ['a', 'b', 'e'], ['bcd', 'ef', 'ca', 'fa']][seed % 4] ?? [];
      const settings = settingsOf({ stop, numBeams: 1 + (seed % 3), maxNewTokens: 10, lengthPenalty: (seed % 5) - 1 });
      const prompts = [[0], [0, 3, 4]];
      const results = await generate(new FakeDecoder(model, prompts), {
        settings,
        eosTokenIds: [1],
        text: letterTokenizer,
      });
      const stops = (ids: readonly number[]) => stop.some((string) => letterTokenizer.decode(ids).includes(string));
      const expected =
        settings.numBeams === 1
          ? naiveGreedy(model, prompts, settings, stops)
          : naiveBeamSearch(model, prompts, settings, stops).sequences.map(({ ids }) => ids);
      expect(
        results.map(({ ids }) => ids),
        `seed ${seed}`,
      ).toEqual(expected);
      for (const { finish } of results) ends.add(finish);
    }
    expect(ends).toEqual(new Set(['eos', 'stop', 'length']));
  });

  it('ends each sampled sequence of a batch where it ends alone', async () => {
    const model: FakeModel = { vocabSize: 14, eosTokenIds: [1], eosBias: -1, seed: 5 };
    const settings = settingsOf({ stop: ['ab', 'c'], sample: true, seed: 7, maxNewTokens: 30 });
    const options = { settings, eosTokenIds: [1], text: letterTokenizer };
    const batch = await generate(new FakeDecoder(model, [[0], [0], [0, 5]]), options);
    const alone = await generate(new FakeDecoder(model, [[0]]), options);
    expect(batch[0]).toEqual(alone[0]);
  });

  it('needs a tokenizer', async () => {
    const settings = settingsOf({ stop: ['a'] });
    await expect(generate(scripted('a'), { settings, eosTokenIds: [1] })).rejects.toThrow(TypeError);
  });
});

describe('a repetition', () => {
  const loop = { stopOnLoop: true };

  it.each([
    ['ha'.repeat(40), 'ha'],
    ['a cat on a mat on a mat on a mat on a mat on a mat', 'a cat on a mat'],
    ['red, red, red, red, red, red', 'red'],
    [`so ${'z'.repeat(30)}`, 'so z'],
    // The repetition begins with the "s" of the first word, and is not cut there.
    [`cats ${'boats '.repeat(9)}`, 'cats boats'],
  ])('ends %j, which keeps what was said once', async (script, text) => {
    const sequence = await write(script, loop);
    expect(sequence).toMatchObject({ finish: 'loop', text });
    expect(sequence?.ids.length).toBeLessThanOrEqual(script.length);
  });

  it.each([
    'a red car, a blue car, a green car, a white car, a black car, a brown car',
    'very very very good',
    'no, no, no',
    'one and one and one',
    'aaaaaaaaaaa',
    // Longer than any period that is looked for.
    'the boats are on the sea. '.repeat(5),
  ])('is not seen in %j', async (script) => {
    expect(await write(script, loop)).toMatchObject({ finish: 'eos' });
  });

  it('is not seen in what the reference says about the demo photos', async () => {
    const file = path.join(import.meta.dirname, '../../../resources/demo-photos/expected.json');
    const { answers } = expectedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(answers.length).toBeGreaterThan(100);
    for (const { ids, text } of answers) {
      for (let end = 2; end <= ids.length; end += 1) {
        expect(loopPeriod({ ids: ids.slice(0, end), promptLength: 1 }), text).toBeUndefined();
      }
    }
  });

  it('is left alone unless asked for', async () => {
    expect(await write('ha'.repeat(40), {})).toMatchObject({ finish: 'eos' });
  });

  it('does not count the prompt', () => {
    expect(loopPeriod({ ids: Array(12).fill(5), promptLength: 0 })).toBe(1);
    expect(loopPeriod({ ids: Array(12).fill(5), promptLength: 1 })).toBeUndefined();
  });

  it('takes four repetitions and twelve tokens', () => {
    const repeated = (period: number, count: number) =>
      Array.from({ length: period * count }, (_, i) => 10 + (i % period));
    for (const [period, least] of [
      [1, 12],
      [2, 6],
      [3, 4],
      [7, 4],
      [16, 4],
    ] as const) {
      expect(loopPeriod({ ids: [3, ...repeated(period, least)], promptLength: 0 })).toBe(period);
      expect(loopPeriod({ ids: [3, ...repeated(period, least).slice(1)], promptLength: 0 })).toBeUndefined();
    }
    expect(loopPeriod({ ids: repeated(17, 8), promptLength: 0 })).toBeUndefined();
  });

  it('ends the beams that it is found in', async () => {
    const sequence = await write('ha'.repeat(40), { ...loop, numBeams: 2 });
    expect(sequence).toMatchObject({ finish: 'loop', text: 'ha' });
  });
});

describe('the text of an answer on its way', () => {
  async function streamed(script: string, input: GenerationSettingsInput) {
    const settings = settingsOf({ maxNewTokens: 200, ...input });
    const deltas: string[] = [];
    const source = { push: (id: number) => letterTokenizer.decode([id]), finish: () => '' };
    const stream = new AnswerTextStream(source, settings, (delta) => deltas.push(delta));
    const [sequence] = await generate(scripted(script), {
      settings,
      eosTokenIds: [1],
      text: letterTokenizer,
      onToken: (_, id) => stream.push(id),
    });
    if (sequence !== undefined) stream.finish(sequence);
    return { deltas, text: sequence?.text };
  }

  it('is sent letter by letter', async () => {
    expect((await streamed('abc', {})).deltas).toEqual(['a', 'b', 'c']);
  });

  it('waits where a stop string may have begun, and never shows one', async () => {
    const { deltas, text } = await streamed('so the then.', { stop: ['then'] });
    expect(deltas).toEqual(['s', 'o', ' ', 'the ']);
    expect(deltas.join('')).toBe(text);
  });

  it('is complete where the stop string did not come', async () => {
    expect((await streamed('so the', { stop: ['then'] })).deltas.join('')).toBe('so the');
  });

  it('comes whole where the answer is one of given choices', async () => {
    const { deltas } = await streamed('ab', { choices: ['ab', 'ba'] });
    expect(deltas).toEqual(['ab']);
  });

  it('can be shown up to what may begin a stop string', () => {
    expect(textBeforeStop('a b', ['b c'])).toBe('a ');
    expect(textBeforeStop('a b', ['c', ' b ', 'a b c'])).toBe('');
    expect(textBeforeStop('a b c', ['b'])).toBe('a ');
    expect(textBeforeStop('abc', [])).toBe('abc');
  });
});
