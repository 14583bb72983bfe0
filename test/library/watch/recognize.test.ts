import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Evidence, recognize } from '../../../main/library/watch/recognize.ts';

const nothing: Evidence = {
  state: 'gone',
  isSamePlace: false,
  isSameFile: false,
  isSameName: false,
  isSameTime: false,
};

/** What docs/library.md says, the likeliest first. */
const table: readonly (readonly [sentence: string, isGuess: boolean, evidence: readonly Partial<Evidence>[]])[] = [
  [
    'the photo whose file number (inode) the file has',
    false,
    [{ isSameFile: true }, { isSameFile: true, state: 'replaced' }, { isSameFile: true, state: 'changed' }],
  ],
  [
    "the photo that was last seen at the file's path",
    false,
    [{ isSamePlace: true }, { isSamePlace: true, state: 'present' }, { isSamePlace: true, isSameFile: true }],
  ],
  [
    "same name and modification time; nothing is left at the photo's path",
    false,
    [{ isSameName: true, isSameTime: true }],
  ],
  ["same name; nothing is left at the photo's path", false, [{ isSameName: true }]],
  [
    "same name and modification time; the photo's path has other content now",
    false,
    [{ isSameName: true, isSameTime: true, state: 'changed' }],
  ],
  ["same name; the photo's path has other content now", false, [{ isSameName: true, state: 'changed' }]],
  ["same modification time; nothing is left at the photo's path", true, [{ isSameTime: true }]],
  ["nothing is left at the photo's path", true, [{}]],
  ["same modification time; the photo's path has other content now", true, [{ isSameTime: true, state: 'changed' }]],
  ["the photo's path has other content now", true, [{ state: 'changed' }]],
];

const moved = { isSameName: true, isSameTime: true };

/** What a person or a program did, and the line of the table that finds the photo; undefined where it stays. */
const events: readonly (readonly [what: string, evidence: Partial<Evidence>, line: number | undefined])[] = [
  ['moved on its drive', { ...moved, isSameFile: true }, 1],
  ['renamed on its drive', { isSameTime: true, isSameFile: true }, 1],
  ['swapped with an equal photo', { isSameTime: true, isSameFile: true, state: 'replaced' }, 1],
  [
    'renumbered in a series, its old name taken by the next',
    { isSameTime: true, isSameFile: true, state: 'changed' },
    1,
  ],
  ['put back where it was', { ...moved, isSamePlace: true }, 2],
  ['back where it was since its place was looked at', { ...moved, isSamePlace: true, state: 'present' }, 2],
  ['moved to another drive', moved, 3],
  ['moved to another drive that rounds times', { isSameName: true }, 4],
  ['copied, and then edited where it was', { ...moved, state: 'changed' }, 5],
  ['copied with a new time, and then edited where it was', { isSameName: true, state: 'changed' }, 6],
  ['renamed on a drive without file numbers', { isSameTime: true }, 7],
  ['swapped on a drive without file numbers', { isSameTime: true, state: 'changed' }, 9],
  ['copied under another name with a new time, and then edited', { state: 'changed' }, 10],
  ['copied', { ...moved, state: 'present' }, undefined],
  ['given a second name by a hard link', { isSameTime: true, isSameFile: true, state: 'present' }, undefined],
  ['replaced by an equal file, and copied', { ...moved, state: 'replaced' }, undefined],
];

describe('the rule by which a file is recognized as a known photo', () => {
  it.each(table.map(([sentence, isGuess, evidence], rank) => ({ sentence, isGuess, evidence, rank })))(
    'rank $rank: $sentence',
    ({ isGuess, evidence, rank }) => {
      for (const some of evidence) expect(recognize({ ...nothing, ...some })).toEqual({ rank, isGuess });
    },
  );

  it.each(events)('decides about a photo that was %s', (_, evidence, line) => {
    const rank = recognize({ ...nothing, ...evidence })?.rank;
    expect(rank).toBe(line === undefined ? undefined : line - 1);
  });

  it('takes no photo whose own file, or an equal one, is where it was', () => {
    const signs = { isSameName: true, isSameTime: true };
    expect(recognize({ ...nothing, ...signs, isSameFile: true, state: 'present' })).toBeUndefined();
    expect(recognize({ ...nothing, ...signs, state: 'replaced' })).toBeUndefined();
  });

  it('is what the documentation says', async () => {
    const text = await readFile('docs/library.md', 'utf8');
    const [, list = ''] = /belongs to the first of these that fits\..*?\n\n(.*?)\n\n/s.exec(text) ?? [];
    expect(list.split('\n')).toEqual(table.map(([sentence], index) => `${index + 1}. ${sentence}`));
  });
});
