/** @file Which photos of a folder make a stack, by table. */
import { expect, it } from 'vitest';
import { type StackablePhoto, stackPhotos } from '../../../main/library/photos/stackPhotos.ts';

/** A hash that differs from the one of zeros in so many bits. */
function bits(count: number): StackablePhoto['hash'] {
  const ones = (n: number) => (n <= 0 ? 0 : n >= 32 ? 0xffffffff : 2 ** n - 1);
  return [ones(count - 32), ones(Math.min(32, count))];
}

interface Given {
  readonly second?: number | null;
  readonly bits?: number | null;
  readonly camera?: string;
}

/** In the order given; raw by the ending .cr3. */
function photosOf(given: Readonly<Record<string, Given>>): StackablePhoto[] {
  return Object.entries(given).map(([name, { second = null, bits: differing = 0, camera = 'A' }], index) => ({
    id: index + 1,
    name,
    nameOrder: name,
    takenAtMs: second === null ? null : second * 1000,
    camera,
    isRaw: name.endsWith('.cr3'),
    hash: differing === null ? null : bits(differing),
  }));
}

const cases: readonly (readonly [title: string, given: Readonly<Record<string, Given>>, stacks: readonly string[]])[] =
  [
    [
      'a burst',
      { 'a.jpg': { second: 0 }, 'b.jpg': { second: 1, bits: 8 }, 'c.jpg': { second: 3, bits: 14 } },
      ['a.jpg b.jpg c.jpg'],
    ],
    [
      'in whatever order they come',
      { 'c.jpg': { second: 3 }, 'a.jpg': { second: 0 }, 'b.jpg': { second: 1 } },
      ['a.jpg b.jpg c.jpg'],
    ],
    ['not after more than two seconds', { 'a.jpg': { second: 0 }, 'b.jpg': { second: 2.001 } }, []],
    ['not what looks otherwise', { 'a.jpg': { second: 0 }, 'b.jpg': { second: 1, bits: 19 } }, []],
    [
      'a pan ends where it is far from its first',
      { 'a.jpg': { second: 0 }, 'b.jpg': { second: 1, bits: 18 }, 'c.jpg': { second: 2, bits: 30 } },
      ['a.jpg b.jpg'],
    ],
    [
      'two cameras at one time',
      { 'a.jpg': { second: 0 }, 'b.jpg': { second: 0, camera: 'B' }, 'c.jpg': { second: 1 } },
      ['a.jpg c.jpg'],
    ],
    ['not by the time alone', { 'a.jpg': { second: 0, bits: null }, 'b.jpg': { second: 0, bits: null } }, []],
    ['a JPEG before its raw file', { 'a.cr3': { second: 0, bits: 3 }, 'a.jpg': { second: 0 } }, ['a.jpg a.cr3']],
    ['a raw file that cannot be read', { 'a.cr3': { bits: null }, 'A.JPG': { second: 5 } }, ['A.JPG a.cr3']],
    ['not one name for two pictures', { '1.jpg': {}, '1.png': { bits: 30 } }, []],
    [
      'a burst of pairs',
      { 'a.cr3': { second: 0 }, 'a.jpg': { second: 0 }, 'b.cr3': { second: 1 }, 'b.jpg': { second: 1 } },
      ['a.jpg b.jpg a.cr3 b.cr3'],
    ],
    [
      'edited copies, of any later time',
      {
        'a.jpg': { second: 0 },
        'a-edited.jpg': { second: 900, bits: 18 },
        'a (1).jpg': { bits: 2 },
        'a copy 2.jpg': {},
      },
      ['a-edited.jpg a.jpg a (1).jpg a copy 2.jpg'],
    ],
    [
      'of one time, an edited copy before its original, and other copies behind it',
      { 'a.jpg': { second: 0 }, 'a-small.jpg': { second: 0 }, 'a-Edit.jpg': { second: 0 }, 'a.cr3': { second: 0 } },
      ['a-Edit.jpg a.jpg a-small.jpg a.cr3'],
    ],
    [
      'an edited copy beside its original among others of a burst',
      { 'a.jpg': { second: 0 }, 'b.jpg': { second: 1 }, 'b-已修改.jpg': { second: 90 }, 'c.jpg': { second: 2 } },
      ['a.jpg b-已修改.jpg b.jpg c.jpg'],
    ],
    [
      'a copy of another word, as of a time before',
      { 'a.jpg': { second: 5 }, 'a-editorial.jpg': { second: 0 } },
      ['a.jpg a-editorial.jpg'],
    ],
    [
      'Apple’s edited copies',
      { 'IMG_12.HEIC': { second: 0 }, 'IMG_E12.JPG': { second: 60, bits: 9 } },
      ['IMG_E12.JPG IMG_12.HEIC'],
    ],
    ['not a longer name that looks otherwise', { 'a.jpg': { second: 0 }, 'a-2.jpg': { second: 900, bits: 19 } }, []],
    [
      'near-duplicates without a time, neighbours by name',
      { 'f1.png': {}, 'f2.png': { bits: 6 }, 'f3.png': { bits: 7 } },
      ['f1.png f2.png'],
    ],
    ['not a photo alone', { 'a.jpg': { second: 0 } }, []],
  ];

it.for(cases)('stacks: %s', ([, given, expected]) => {
  const photos = photosOf(given);
  const namesOf = (list: readonly StackablePhoto[]) =>
    stackPhotos(list).map((stack) => stack.map(({ name }) => name).join(' '));
  expect(namesOf(photos)).toEqual(expected);
  expect(namesOf(photos.toReversed())).toEqual(expected);
});
