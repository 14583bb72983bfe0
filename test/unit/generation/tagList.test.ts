/** @file Lists of tags from a closed vocabulary: against all lists that there may be, and by what every list must obey. */
import { describe, expect, it } from 'vitest';
import { generate } from '../../../native-models/generation/generate.ts';
import {
  type GenerationSettingsInput,
  generationSettingsSchema,
} from '../../../native-models/generation/generationSettings.ts';
import { sequenceRandom } from '../../../native-models/generation/random.ts';
import type { TokenizerAdapter } from '../../../native-models/generation/tokenizerAdapter.ts';
import { FakeDecoder, type FakeModel, fakeLogits } from './fakeDecoder.ts';
import { encodeLetters, letters, letterTokenizer } from './letterTokenizer.ts';

type TagsInput = NonNullable<GenerationSettingsInput['tags']>;

const vocabSize = letters.length;

/** Letters, and a comma and a space between tags. */
const adapter: TokenizerAdapter = {
  ...letterTokenizer,
  encodeAfterWord: (text) => (text.startsWith(',') ? encodeLetters(text) : letterTokenizer.encodeAfterWord(text)),
};

function randomCase(seed: number): { model: FakeModel; tags: TagsInput } {
  const random = sequenceRandom(seed, 1);
  const below = (n: number) => Math.floor(random() * n);
  // Some begin alike, and some are the beginning of others.
  const all = ['a', 'ab', 'abc', 'b', 'bc', 'c a', 'd'];
  const vocabulary = all.filter(() => random() < 0.7);
  if (vocabulary.length < 3) vocabulary.splice(0, vocabulary.length, 'a', 'ab', 'd');
  const excluded = random() < 0.4 ? vocabulary.slice(-1) : [];
  const usable = vocabulary.filter((tag) => !excluded.includes(tag));
  const required = usable.filter(() => random() < 0.25);
  const max = Math.max(1, required.length, 1 + below(3));
  const min = below(Math.min(max, usable.length) + 1);
  const model: FakeModel = { vocabSize, eosTokenIds: [1], eosBias: below(7) - 2, seed };
  // Of a tag that is not there, of one that is excluded, the same word for two, and one that is a tag itself, too.
  const synonyms = [
    { word: 'e', tag: 'a' },
    { word: 'ae', tag: 'b' },
    { word: 'e', tag: 'd' },
    { word: 'd', tag: 'b' },
    { word: 'dd', tag: 'd' },
  ].filter(() => random() < 0.5);
  return { model, tags: { vocabulary, min, max, required, excluded, synonyms } };
}

interface SaidTag {
  readonly word: string;
  readonly tag: string;
}

/** Every list that the model itself may write: words of distinct usable tags, with places left for the required ones. */
function allLists({
  vocabulary,
  min = 1,
  max = 10,
  required = [],
  excluded = [],
  synonyms = [],
}: TagsInput): SaidTag[][] {
  const usable = vocabulary.filter((tag) => !excluded.includes(tag));
  const words = usable.map((tag): SaidTag => ({ word: tag, tag }));
  for (const synonym of synonyms) {
    const isFree = words.every(({ word }) => word !== synonym.word);
    if (isFree && usable.includes(synonym.tag)) words.push(synonym);
  }
  const lists: SaidTag[][] = [];
  const visit = (said: SaidTag[]): void => {
    const length = new Set([...said.map(({ tag }) => tag), ...required]).size;
    if (length > Math.min(max, usable.length)) return;
    if (length >= min) lists.push(said);
    for (const next of words) if (said.every(({ tag }) => tag !== next.tag)) visit([...said, next]);
  };
  visit([]);
  return lists;
}

/** At each place the likeliest token that begins the rest of some list. */
function naiveList(model: FakeModel, tags: TagsInput): { ids: number[]; text: string } {
  const said = allLists(tags);
  const textOf = (list: readonly SaidTag[]) => list.map(({ word }) => word).join(', ');
  const spelled = said.map((list) => [...[...textOf(list)].map((letter) => letters.indexOf(letter)), 1]);
  const ids = [0];
  while (ids.at(-1) !== 1) {
    const logits = fakeLogits(model, 0, ids);
    const next = new Set(
      spelled.filter((list) => ids.slice(1).every((id, i) => list[i] === id)).map((list) => list[ids.length - 1] ?? 1),
    );
    ids.push([...next].reduce((best, id) => ((logits[id] as number) > (logits[best] as number) ? id : best)));
  }
  const list = (said[spelled.findIndex((candidate) => candidate.join() === ids.slice(1).join())] ?? []).map(
    ({ tag }) => tag,
  );
  const missing = (tags.required ?? []).filter((tag) => !list.includes(tag));
  return { ids, text: [...list, ...missing].join(', ') };
}

function writeTags(model: FakeModel, input: GenerationSettingsInput, text = adapter, prompts: number[][] = [[0]]) {
  const settings = generationSettingsSchema.parse(input);
  return generate(new FakeDecoder(model, prompts), { settings, eosTokenIds: [1], text });
}

describe('a list of tags', () => {
  it('is what greedy search finds among all permitted lists, in 300 random settings', async () => {
    const texts = new Set<string>();
    for (let seed = 0; seed < 300; seed += 1) {
      const { model, tags } = randomCase(seed);
      const [result] = await writeTags(model, { tags });
      const expected = naiveList(model, tags);
      expect(result, `seed ${seed}`).toEqual({ ids: expected.ids, finish: 'eos', text: expected.text });
      texts.add(expected.text);
    }
    expect(texts.size).toBeGreaterThan(50);
  });

  it.each([
    { numBeams: 4 },
    { sample: true },
    { numBeams: 3, sample: true },
    { numBeams: 2, minNewTokens: 30, maxNewTokens: 2, noRepeatNgramSize: 1, repetitionPenalty: 5, stopOnLoop: true },
  ])('obeys its limits whatever the search: %o', async (input) => {
    for (let seed = 0; seed < 100; seed += 1) {
      const { model, tags } = randomCase(seed);
      const results = await writeTags(model, { ...input, tags }, adapter, [[0], [0, 5]]);
      for (const { text = '', finish } of results) {
        const list = text === '' ? [] : text.split(', ');
        expect(finish, `seed ${seed}`).toBe('eos');
        expect(new Set(list).size).toBe(list.length);
        expect(tags.vocabulary).toEqual(expect.arrayContaining(list));
        expect(list).toEqual(expect.arrayContaining(tags.required ?? []));
        for (const tag of tags.excluded ?? []) expect(list).not.toContain(tag);
        expect(list.length).toBeGreaterThanOrEqual(tags.min ?? 1);
        expect(list.length).toBeLessThanOrEqual(tags.max ?? 10);
      }
    }
  });

  it('ends where the model ends it, and required tags that it did not say come last, in the order given', async () => {
    const model: FakeModel = { vocabSize, eosTokenIds: [1], eosBias: 100, seed: 3 };
    const tags = { vocabulary: ['a', 'b', 'c', 'd'], min: 2, required: ['d', 'b'] };
    expect((await writeTags(model, { tags }))[0]?.text).toBe('d, b');
  });

  it('may be empty only where the settings allow it', async () => {
    const model: FakeModel = { vocabSize, eosTokenIds: [1], eosBias: 100, seed: 3 };
    expect((await writeTags(model, { tags: { vocabulary: ['a', 'b'], min: 0 } }))[0]?.text).toBe('');
    expect((await writeTags(model, { tags: { vocabulary: ['a', 'b'] } }))[0]?.text).toMatch(/^[ab]$/);
  });

  it('samples for each sequence what it samples alone', async () => {
    const { model, tags } = randomCase(8);
    const batch = await writeTags(model, { tags, sample: true, seed: 2 }, adapter, [[0], [0, 4]]);
    const [alone] = await writeTags(model, { tags, sample: true, seed: 2 });
    expect(batch[0]).toEqual(alone);
  });

  it('takes a vocabulary of 5,000 tags', async () => {
    const digits = 'abcdefghij';
    const vocabulary = Array.from({ length: 5000 }, (_, i) =>
      [...String(i)].map((digit) => digits[Number(digit)]).join(''),
    );
    const model: FakeModel = { vocabSize, eosTokenIds: [1], eosBias: 0, seed: 3 };
    const [result] = await writeTags(model, { tags: { vocabulary, min: 20, max: 40 }, numBeams: 2 });
    const list = result?.text?.split(', ') ?? [];
    expect(vocabulary).toEqual(expect.arrayContaining(list));
    expect(list.length).toBeGreaterThanOrEqual(20);
    expect(new Set(list).size).toBe(list.length);
  });

  it('is built once for photos that are asked for the same tags one after the other', async () => {
    const { model, tags } = randomCase(8);
    let encoded = 0;
    const counting: TokenizerAdapter = {
      ...adapter,
      encodeStart: (text) => {
        encoded += 1;
        return adapter.encodeStart(text);
      },
    };
    const write = async (some: TagsInput) => (await writeTags(model, { tags: some }, counting))[0]?.text;
    const text = await write(tags);
    const once = encoded;
    expect(await write(structuredClone(tags))).toBe(text);
    expect(encoded).toBe(once);
    expect((await write({ vocabulary: ['d'], max: 1 }))?.split(', ')).toEqual(['d']);
    expect(encoded).toBeGreaterThan(once);
    expect(await write(tags)).toBe(text);
  });

  it('names a tag that the model has no tokens for, and tags that are the same to it', async () => {
    const model: FakeModel = { vocabSize, eosTokenIds: [1], eosBias: 0, seed: 3 };
    await expect(writeTags(model, { tags: { vocabulary: ['a', 'ü'] } })).rejects.toMatchObject({
      code: 'GENERATION_TEXT_UNKNOWN',
      message: 'This model has no tokens for the tag "ü".',
    });
    const lower: TokenizerAdapter = {
      ...adapter,
      encodeStart: (text) => adapter.encodeStart(text.toLowerCase()),
      encodeAfterWord: (text) => adapter.encodeAfterWord(text.toLowerCase()),
    };
    await expect(writeTags(model, { tags: { vocabulary: ['a', 'b', 'B'] } }, lower)).rejects.toMatchObject({
      code: 'GENERATION_TEXTS_ALIKE',
      details: { texts: ['b', 'B'] },
    });
    // What is excluded is not asked for, and need not be sayable.
    const [result] = await writeTags(model, { tags: { vocabulary: ['a', 'ü'], excluded: ['ü'] } });
    expect(result?.text).toBe('a');
  });

  it('says a tag without tokens by a synonym, and passes over those that it cannot say where that is allowed', async () => {
    const model: FakeModel = { vocabSize, eosTokenIds: [1], eosBias: -50, seed: 3 };
    const lower: TokenizerAdapter = {
      ...adapter,
      encodeStart: (text) => adapter.encodeStart(text.toLowerCase()),
      encodeAfterWord: (text) => adapter.encodeAfterWord(text.toLowerCase()),
    };
    const synonyms = [{ word: 'u', tag: 'ü' }];
    const [said] = await writeTags(model, { tags: { vocabulary: ['a', 'ü'], synonyms } });
    expect(said?.text?.split(', ').toSorted()).toEqual(['a', 'ü']);
    const tags = { vocabulary: ['a', 'é', 'b', 'B'], min: 4, skipUnknown: true };
    const [passed] = await writeTags(model, { tags }, lower);
    expect(passed?.text?.split(', ').toSorted()).toEqual(['a', 'b']);
    await expect(writeTags(model, { tags: { vocabulary: ['é', 'ü'], skipUnknown: true } })).rejects.toMatchObject({
      code: 'GENERATION_TEXT_UNKNOWN',
    });
  });
});
