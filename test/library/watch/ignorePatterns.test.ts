/** @file Patterns of ignored files: they mean what they mean in a .gitignore, and none keeps the process busy. */
import ignore from 'ignore';
import { describe, expect, it } from 'vitest';
import { ignorePatterns } from '../../../main/library/watch/ignorePatterns.ts';

const paths = [
  'a.jpg',
  'b.JPG',
  'raw/a.jpg',
  'raw/old/a.jpg',
  '2024/raw/a.jpg',
  '2024/raw/deep/b.jpg',
  '2024/x y.jpg',
  '2024/#1.jpg',
  '2024/!1.jpg',
  '2024/[1].jpg',
  '2024/a1.jpg',
  '2024/a-.jpg',
  '2024/a].jpg',
  'exports',
  'exports/web/a.jpg',
  'foo',
  'foo/bar',
  'foo/bar/baz',
  'x/foo/bar/baz.jpg',
  'é.jpg',
  'back\\slash.jpg',
  'end ',
];

const cases: readonly (readonly string[])[] = [
  ['*.jpg'],
  ['raw'],
  ['raw/'],
  ['/raw'],
  ['/raw/'],
  ['raw/*'],
  ['raw/old'],
  ['**/raw'],
  ['**/raw/**'],
  ['2024/**/b.jpg'],
  ['2024/**'],
  ['foo/**/baz'],
  ['**/foo/bar'],
  ['foo/*', '!foo/bar'],
  ['*', '!a.jpg'],
  ['*.jpg', '!2024/a1.jpg'],
  ['2024/', '!2024/a1.jpg'],
  ['exports/web'],
  ['exports'],
  ['# comment'],
  ['\\#1.jpg'],
  ['\\!1.jpg'],
  ['x y.jpg'],
  ['x\\ y.jpg'],
  ['end\\ '],
  ['a?.jpg'],
  ['a[0-9].jpg'],
  ['a[!0-9].jpg'],
  ['a[^0-9].jpg'],
  ['\\[1\\].jpg'],
  ['[[]1].jpg'],
  ['a[]-].jpg'],
  ['a[-1].jpg'],
  ['a[[:digit:]].jpg'],
  ['?.jpg'],
  [''],
  ['   '],
  ['/'],
  ['foo**'],
  ['f**o/bar'],
  ['*/a.jpg'],
  ['(a|b).jpg'],
  ['a+.jpg'],
];

describe('patterns of ignored files', () => {
  it.each(cases.map((lines) => [lines] as const))('mean what the package "ignore" says of them: %j', (lines) => {
    for (const ignoresCase of [false, true]) {
      const ours = ignorePatterns(lines, { ignoresCase });
      const theirs = ignore({ ignorecase: ignoresCase }).add([...lines]);
      for (const path of paths) {
        expect(ours.ignoresFile(path), `file ${path}`).toBe(theirs.ignores(path));
        expect(ours.ignoresFolder(path), `folder ${path}`).toBe(theirs.ignores(`${path}/`));
      }
    }
  });

  it('ignore nothing where they are broken', () => {
    const { ignoresFile } = ignorePatterns(['[', '[b-a]', 'a\\', '[[:nothing:]]'], { ignoresCase: false });
    expect(['a', '[', 'b', 'a\\'].filter(ignoresFile)).toEqual([]);
  });

  it('hold for each whole part of a path, and for what lies in an ignored folder', () => {
    const { ignoresFile } = ignorePatterns(['cache'], { ignoresCase: false });
    expect(['cache', 'a/cache/b/c.jpg', 'cached/a.jpg', 'a/my cache/b.jpg'].filter(ignoresFile)).toEqual([
      'cache',
      'a/cache/b/c.jpg',
    ]);
  });

  it('take no time that grows with their stars', () => {
    const name = 'a'.repeat(250);
    const { ignoresFile } = ignorePatterns([`${'*a'.repeat(60)}b`, `${'**/'.repeat(30)}x${'*'.repeat(50)}y`], {
      ignoresCase: true,
    });
    expect(ignoresFile(`${name}/${name}`)).toBe(false);
    expect(ignoresFile(`${name}/${name}b`)).toBe(true);
  });
});
