/** @file Names of photos in outputs. */
import { describe, expect, it } from 'vitest';
import {
  captionName,
  captionNames,
  nameLevel,
  nameLevels,
  withoutExtension,
} from '../../../main/library/interchange/captionNames.ts';

describe('the names of photos in an output', () => {
  it.each([
    [
      ['a.jpg', 'x/b.png'],
      ['a', 'b'],
    ],
    [
      ['x/1.jpg', 'y/1.jpg', '2.jpg'],
      ['x/1', 'y/1', '2'],
    ],
    [
      ['x/1.jpg', 'x/1.png', 'y/1.jpg'],
      ['x/1.jpg', 'x/1.png', 'y/1'],
    ],
    [
      ['1.jpg', '1.png'],
      ['1.jpg', '1.png'],
    ],
    [
      ['1.jpg', '1.png', '1.jpg.gif'],
      ['1.jpg', '1.png', '1.jpg.gif'],
    ],
    [
      ['noextension', 'noextension.jpg'],
      ['noextension', 'noextension.jpg'],
    ],
    [[], []],
  ])('of %j are %j', (paths, names) => {
    expect(captionNames(paths)).toEqual(names);
  });

  it('never meet, whatever the paths', () => {
    const parts = ['a', 'a.jpg', 'a.jpg.png', 'a.png', 'b'];
    const paths = parts.flatMap((folder) => parts.map((file) => `${folder}/${file}`)).concat(['c', 'c.jpg']);
    for (let start = 0; start < paths.length; start += 1) {
      for (let length = 1; length <= 6; length += 1) {
        const some = paths.filter((_, index) => (index * 7 + start) % paths.length < length);
        expect(new Set(captionNames(some)).size).toBe(some.length);
      }
    }
  });

  it('are found with a few paths at a time, and only once where nobody shares a name', () => {
    const paths = Array.from({ length: 2400 }, (_, index) => `${index % 7}/${index < 1200 ? index : index - 1200}.jpg`);
    const asked: number[][] = [];
    const levels = nameLevels(paths.length, (indexes) => {
      asked.push([...indexes]);
      return indexes.map((index) => paths[index] ?? '');
    });
    expect(paths.map((file, index) => captionName(file, levels[index]))).toEqual(captionNames(paths));
    expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(500);
    const unshared = paths.slice(0, 1200);
    asked.length = 0;
    nameLevels(unshared.length, (indexes) => {
      asked.push([...indexes]);
      return indexes.map((index) => unshared[index] ?? '');
    });
    expect(asked.flat()).toEqual([...unshared.keys()]);
  });

  it('differ also when case is ignored, where that is asked for', () => {
    const options = { shortest: nameLevel.path, fold: (name: string) => name.toLowerCase() };
    expect(captionNames(['x/A.jpg', 'x/a.png', 'y/a.jpg'], options)).toEqual(['x/A.jpg', 'x/a.png', 'y/a']);
  });

  it('lose their extension as in Python', () => {
    const names = ['a.tar.gz', '.hidden', '..jpg', 'x.y/z', 'x/.a.jpg', 'a.', 'a..jpg'];
    expect(names.map(withoutExtension)).toEqual(['a.tar', '.hidden', '..jpg', 'x.y/z', 'x/.a', 'a', 'a.']);
  });
});
