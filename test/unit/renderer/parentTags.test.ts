/** @file The tags above the answers to a question: a few words of what is asked. */
import { describe, expect, it } from 'vitest';
import { parentTags, shortName } from '../../../renderer/state/runs/parentTags.ts';

const field = { id: 9, name: 'time/of day', type: 'text' as const, values: [], questions: [] };
const parentsOf = (...questions: readonly { text: string; field: typeof field | null }[]) => [
  ...parentTags(questions.map((question, index) => ({ ...question, id: index + 1 }))),
];

describe('the name of a question', () => {
  it.each([
    ['what color is the sky?', 'color sky'],
    ['How many boats are there in the picture?', 'boats'],
    ['Is it day?', 'day'],
    ['What\u2019s the weather like?', 'weather like'],
    ['what is it?', ''],
    ['天空是什么颜色？', '天空 颜色'],
    ['图片里有多少艘船？', '艘船'],
    ['x'.repeat(50), ''],
  ])('%s', (question, name) => {
    expect(shortName(question)).toBe(name);
  });
});

describe('the tags above', () => {
  it('are a field\u2019s name, else short names of their own', () => {
    expect(
      parentsOf(
        { text: 'how many boats?', field: null },
        { text: 'when was it?', field },
        { text: 'are there boats?', field: null },
        { text: 'is it noon?', field },
        { text: 'what is it?', field: null },
      ).toSorted(([one], [other]) => one - other),
    ).toEqual([
      [1, 'boats'],
      [2, 'time of day'],
      [3, 'boats 2'],
      [4, 'time of day'],
      [5, ''],
    ]);
  });

  it('are none where one question was asked', () => {
    expect(parentsOf({ text: 'how many boats?', field: null })).toEqual([]);
  });
});
