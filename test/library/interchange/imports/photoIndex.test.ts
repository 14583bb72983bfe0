/** @file Which photo a name in a document means, and which names mean none. */
import { describe, expect, it } from 'vitest';
import { PhotoIndex } from '../../../../main/library/interchange/imports/photoIndex.ts';

const hash = (digit: string) => digit.repeat(64);

const index = new PhotoIndex({
  roots: ['/photos', '/other'],
  photos: [
    { id: 1, file: '/photos/a.jpg', sha256: hash('1') },
    { id: 2, file: '/photos/coast/a.jpg', sha256: hash('2') },
    { id: 3, file: '/photos/coast/b.jpg', sha256: null },
    { id: 4, file: '/photos/coast/b.png', sha256: hash('4') },
    { id: 5, file: '/other/coast/Größe.JPG', sha256: hash('5') },
    { id: 6, file: '/other/copy.jpg', sha256: hash('1') },
    { id: 7, file: '/other/x.jpg.png', sha256: null },
  ],
});

function found(
  name: string,
  changes: { isStem?: boolean; sha256?: string; folder?: string; startsThere?: boolean } = {},
) {
  const { isStem = false, sha256 = null, folder = '/elsewhere', startsThere = false } = changes;
  const match = index.find({ name, isStem, sha256 }, { folder, startsThere });
  return typeof match === 'string' ? match : match.isOtherContent ? `${match.photoId} as it was` : match.photoId;
}

describe('by its path', () => {
  it.each([
    ['coast/a.jpg', 2],
    ['/photos/coast/a.jpg', 2],
    ['a.jpg', 1],
    ['coast/größe.jpg'.normalize('NFD'), 5],
    ['coast\\b.png', 4],
    ['./coast/b.png', 4],
    ['coast/b', 'unmatched'],
    ['town/a.jpg', 'unmatched'],
    ['oast/b.png', 'unmatched'],
  ])('%s', (name, expected) => {
    expect(found(name)).toBe(expected);
  });

  it('seen from the folder of the document, where the format says that names start there', () => {
    expect(found('a.jpg', { folder: '/photos/coast', startsThere: true })).toBe(2);
    // Else it may be either of the two.
    expect(found('a.jpg', { folder: '/photos/coast' })).toBe('ambiguous');
  });
});

describe('by a name without extension', () => {
  it.each([
    ['coast/a', 2],
    ['größe', 5],
    ['coast/b', 'ambiguous'],
    ['coast/b.png', 4],
    ['x.jpg', 7],
    ['nothing', 'unmatched'],
  ])('%s', (name, expected) => {
    expect(found(name, { isStem: true })).toBe(expected);
  });
});

describe('by its content', () => {
  it.each([
    ['renamed.jpg', hash('4'), 4],
    ['copy.jpg', hash('1'), 6],
    ['neither.jpg', hash('1'), 'ambiguous'],
    ['coast/b.jpg', hash('9'), 3],
    ['coast/a.jpg', hash('9'), '2 as it was'],
    ['größe.jpg', hash('9'), 'unmatched'],
  ])('%s', (name, sha256, expected) => {
    expect(found(name, { sha256 })).toBe(expected);
  });
});

it.each([
  ['../coast/a.jpg'],
  ['coast/../../../etc/passwd'],
  ['..\\coast\\a.jpg'],
  ['coast/a.jpg\0.txt'],
  [''],
  ['coast/'],
  [`${'x/'.repeat(5000)}a.jpg`],
])('a name that leads elsewhere, or is none, means no photo: %j', (name) => {
  expect(found(name.slice())).toBe('unsafeName');
});

it.each([['/etc/passwd'], ['C:\\photos\\nothing.jpg'], ['__proto__']])(
  '%s is just a name that no photo has',
  (name) => {
    expect(found(name)).toBe('unmatched');
  },
);
