/** @file Patterns with wildcards against names and paths: what they match, and that no pattern keeps the process busy. */
import { describe, expect, it } from 'vitest';
import type { LabelTest } from '../../../main/library/query/ast.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { globOf, labelMatcher, pathMatcher } from '../../../main/library/query/patternMatch.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { searchLibrary } from '../search/searchLibrary.ts';

function testOf(value: string): LabelTest {
  const query = parseQuery(`lens:${value}`);
  if (query.kind !== 'label') throw new Error(`${value} is no label`);
  return query;
}

describe('a label with a pattern', () => {
  it.each<[pattern: string, label: string, matches: boolean]>([
    ['50mm', 'Summicron 50mm f/2', true],
    ['=50mm', 'Summicron 50mm f/2', false],
    ['50*2', 'Summicron 50mm f/2', false],
    ['*50*2', 'Summicron 50mm f/2', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['**b', 'aab', true],
    ['a*', 'a', true],
    ['*ab*ab', 'abxab', true],
    ['*ab*ab', 'ab', false],
    ['"a.c"', 'abc', false],
    ['a[b]c', 'abc', false],
    ['a[b]c', 'a[b]c', true],
    ['"a*c"', 'abc', false],
    ['"a*c"', 'a*c', true],
    ['Äpfel', 'apfel', true],
    ['a\\b', 'a\\b', true],
  ])('%s meets %s: %s', (pattern, label, matches) => {
    expect(labelMatcher(testOf(pattern))(label)).toBe(matches);
  });

  it('is what a regular expression would say, for any pattern and any text', () => {
    const random = randomNumbers(3);
    const some = (letters: string, most: number) =>
      Array.from({ length: Math.floor(random() * most) }, () => letters[Math.floor(random() * letters.length)]).join(
        '',
      );
    for (let round = 0; round < 3000; round += 1) {
      const pattern = `a${some('ab*?', 7)}`;
      const text = some('ab', 9);
      const expected = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`, 's').test(text);
      expect(labelMatcher({ ...testOf(pattern), whole: true })(text), `${pattern} on ${text}`).toBe(expected);
    }
  });
});

describe('a pattern with many stars', () => {
  const stars = `${'a*'.repeat(60)}b`;
  const name = 'a'.repeat(250);

  it('does not keep the process busy, on a label, on a path or on names in the catalog', async () => {
    expect(labelMatcher({ ...testOf(stars), whole: true })(name)).toBe(false);
    expect(pathMatcher('folder', testOf(stars))(`${name}/${name}`)).toBe(false);
    await using library = await searchLibrary();
    library.add(name);
    library.add(`${name}b`);
    expect(library.find(`name:${stars}`)).toEqual([`${name}b`]);
  });
});

describe('a pattern for names in the catalog', () => {
  it('takes characters that mean something to GLOB as they are', async () => {
    const { pattern } = testOf('a[1]*');
    expect(globOf(pattern, (text) => text)).toBe('a[[]1]*');
    await using library = await searchLibrary();
    for (const name of ['a[1].jpg', 'a1.jpg', 'a[2].jpg', 'b*c.jpg', 'bxc.jpg', 'd?e.jpg', 'dxe.jpg'])
      library.add(name);
    expect(library.find('name:"a[1]"')).toEqual(['a[1].jpg']);
    expect(library.find('name:a[1]')).toEqual(['a[1].jpg']);
    expect(library.find('name:a[*')).toEqual(['a[1].jpg', 'a[2].jpg']);
    expect(library.find('name:"b*c"')).toEqual(['b*c.jpg']);
    expect(library.find('name:d\\?e')).toEqual(['d?e.jpg']);
    expect(library.find('name:="a[1].jpg"')).toEqual(['a[1].jpg']);
  });

  it('takes them as they are in answers, too', async () => {
    await using library = await searchLibrary();
    library.add('1.jpg', { answers: { 'Which sign?': '[b] or b' } });
    library.add('2.jpg', { answers: { 'Which sign?': 'b or b' } });
    expect(library.find('answer:"which sign?"="[b]"*')).toEqual(['1.jpg']);
  });
});

it('a pattern finds tags with quotation marks and backslashes', async () => {
  await using library = await searchLibrary();
  library.add('1.jpg', { tags: ['a"b\\c'] });
  library.add('2.jpg', { tags: ['abc'] });
  library.add('3.jpg', { tags: ['dir\\"quoted"'] });
  expect(library.find('tag:"a\\"b\\\\c"')).toEqual(['1.jpg']);
  expect(library.find('tag:="a\\"b\\\\c"')).toEqual(['1.jpg']);
  expect(library.find('tag:"dir\\\\\\"quoted\\""')).toEqual(['3.jpg']);
  expect(library.find('tag:a*\\\\c')).toEqual(['1.jpg']);
});
