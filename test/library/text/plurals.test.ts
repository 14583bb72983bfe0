/** @file Words in the other number: what is looked for when a list does not have the word itself. */
import { describe, expect, it } from 'vitest';
import { otherNumbers } from '../../../main/library/text/plurals.ts';

const pairs = [
  ['dog', 'dogs'],
  ['puppy', 'puppies'],
  ['movie', 'movies'],
  ['boy', 'boys'],
  ['box', 'boxes'],
  ['glass', 'glasses'],
  ['bus', 'buses'],
  ['bench', 'benches'],
  ['house', 'houses'],
  ['shoe', 'shoes'],
  ['tomato', 'tomatoes'],
  ['leaf', 'leaves'],
  ['knife', 'knives'],
  ['wave', 'waves'],
  ['cliff', 'cliffs'],
  ['woman', 'women'],
  ['child', 'children'],
  ['person', 'people'],
  ['sea gull', 'sea gulls'],
] as const;

describe('the other number of a word', () => {
  it.each(pairs)('of %s and %s is the other', (singular, plural) => {
    expect(otherNumbers(singular)).toContain(plural);
    expect(otherNumbers(plural)).toContain(singular);
  });

  it('is not asked of short words, other scripts, and what ends like a plural and is none', () => {
    expect(['ox', 'été', '狗', '12', '', 'this is', 'ab1s'].flatMap(otherNumbers)).toEqual([]);
    expect(otherNumbers('grass')).toEqual(['grasses']);
  });
});
