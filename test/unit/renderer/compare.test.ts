/** @file Where texts and tags that stand side by side differ. */
import { describe, expect, it } from 'vitest';
import { comparedTags } from '../../../renderer/state/compare/photoDifferences.ts';
import { wordDifferences } from '../../../renderer/state/compare/wordDifferences.ts';

/** Differences in brackets. */
const marked = (...texts: string[]): string[] =>
  wordDifferences(texts).map((parts) => parts.map(({ text, differs }) => (differs ? `[${text}]` : text)).join(''));

describe('the words in which texts differ', () => {
  it('are those that the others do not have at that place, in runs', () => {
    expect(marked('three brown boats on the sea', 'two white boats on a lake')).toEqual([
      '[three brown] boats on [the sea]',
      '[two white] boats on [a lake]',
    ]);
    expect(marked('a dog and a cat', 'a cat and a dog')).toEqual(['a [dog] and a [cat]', 'a [cat] and a [dog]']);
  });

  it('are, of three texts, those that not all have', () => {
    expect(marked('a red boat', 'a blue boat', 'a red boat at night')).toEqual([
      'a [red] boat',
      'a [blue] boat',
      'a [red] boat [at night]',
    ]);
  });

  it('are none of what differs in capitals, punctuation and spaces', () => {
    expect(marked('A boat, at night.', 'a boat  at night')).toEqual(['A boat, at night.', 'a boat  at night']);
    expect(marked('alone')).toEqual(['alone']);
  });

  it('are found in Chinese, which has no spaces', () => {
    expect(marked('三艘船在海上', '两艘船在海上')).toEqual(['[三]艘船在海上', '[两]艘船在海上']);
  });

  it('are sought at the beginning of a very long text, all of which is shown', () => {
    const long = 'boat '.repeat(20_000);
    const [parts, other] = wordDifferences([`${long}red`, `${long}blue`]);
    expect(parts).toEqual([{ text: `${long}red`, differs: false }]);
    expect(other).toHaveLength(1);
  });
});

it('tags that not all photos have come after those that all have', () => {
  expect(comparedTags([['a', 'b', 'c'], ['c', 'd'], ['c']])).toEqual([
    [
      { path: 'c', differs: false },
      { path: 'a', differs: true },
      { path: 'b', differs: true },
    ],
    [
      { path: 'c', differs: false },
      { path: 'd', differs: true },
    ],
    [{ path: 'c', differs: false }],
  ]);
});
