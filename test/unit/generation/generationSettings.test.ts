/** @file The settings that say what an answer may be: what is refused, and in which words. */
import { describe, expect, it } from 'vitest';
import {
  type GenerationSettingsInput,
  generationSettingsSchema,
} from '../../../native-models/generation/generationSettings.ts';

function problemsOf(input: GenerationSettingsInput): string[] {
  return generationSettingsSchema.safeParse(input).error?.issues.map(({ message }) => message) ?? [];
}

describe('generation settings', () => {
  it('are those of the reference unless told otherwise', () => {
    expect(generationSettingsSchema.parse({})).toMatchObject({ stop: [], forbid: [], stopOnLoop: false });
    expect(generationSettingsSchema.parse({})).not.toHaveProperty('choices');
    expect(generationSettingsSchema.parse({})).not.toHaveProperty('tags');
  });

  it('take white space around words, choices and tags away, and keep it in stop strings', () => {
    const tags = { vocabulary: [' a', 'b '], required: [' b'] };
    expect(generationSettingsSchema.parse({ choices: [' a ', 'b'] }).choices).toEqual(['a', 'b']);
    expect(generationSettingsSchema.parse({ tags }).tags).toEqual({
      vocabulary: ['a', 'b'],
      min: 1,
      max: 10,
      required: ['b'],
      excluded: [],
    });
    expect(generationSettingsSchema.parse({ stop: [' a\n'], forbid: [' b'] })).toMatchObject({
      stop: [' a\n'],
      forbid: ['b'],
    });
  });

  const vocabulary = ['a', 'b'];
  it.each<[string, GenerationSettingsInput]>([
    ['It is empty.', { choices: ['a', ' '] }],
    ['There must be at least two choices.', { choices: ['a'] }],
    ['The choice "a" is there twice.', { choices: ['a', 'b', ' a'] }],
    ['It is longer than 200 characters.', { choices: ['a', 'b'.repeat(201)] }],
    ['There can be at most 4096 choices.', { choices: Array.from({ length: 4097 }, (_, i) => `c${i}`) }],
    ['It is empty.', { forbid: [''] }],
    ['There are no tags.', { tags: { vocabulary: [] } }],
    ['The tag "a" is there twice.', { tags: { vocabulary: ['a', 'b', 'a'] } }],
    ['A tag cannot contain a comma or a line break.', { tags: { vocabulary: ['a, b'] } }],
    ['The required tag "c" is not in the vocabulary.', { tags: { vocabulary, required: ['c'] } }],
    ['The required tag "a" is there twice.', { tags: { vocabulary, required: ['a', 'a'] } }],
    ['The tag "a" is both required and excluded.', { tags: { vocabulary, required: ['a'], excluded: ['a'] } }],
    ['Every tag of the vocabulary is excluded.', { tags: { vocabulary, excluded: ['b', 'a'] } }],
    ['At least 3 tags and at most 2 contradict each other.', { tags: { vocabulary: ['a', 'b', 'c'], min: 3, max: 2 } }],
    ['There must be at least 2 tags, but only 1 can be used.', { tags: { vocabulary, min: 2, excluded: ['a'] } }],
    ['2 tags are required, but the list has at most 1.', { tags: { vocabulary, max: 1, required: ['a', 'b'] } }],
    ['An answer is one of the choices or a list of tags, not both.', { choices: ['a', 'b'], tags: { vocabulary } }],
    ['Stop strings have no meaning for choices and tags.', { choices: ['a', 'b'], stop: ['a'] }],
    ['Forbidden words have no meaning for choices and tags.', { tags: { vocabulary }, forbid: ['a'] }],
  ])('are refused: %s', (message, input) => {
    expect(problemsOf(input)).toEqual([message]);
  });

  it('refuse an empty stop string', () => {
    expect(problemsOf({ stop: [''] })).toHaveLength(1);
  });

  it('take an excluded tag that is not in the vocabulary', () => {
    expect(problemsOf({ tags: { vocabulary, excluded: ['z'] } })).toEqual([]);
  });
});
