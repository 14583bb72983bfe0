import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Evidence, recognize } from '../../../../main/library/watch/recognize.ts';

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

describe('the rule by which a file is recognized as a known photo', () => {
  it.each(table.map(([sentence, isGuess, evidence], rank) => ({ sentence, isGuess, evidence, rank })))(
    'rank $rank: $sentence',
    ({ isGuess, evidence, rank }) => {
      for (const some of evidence) expect(recognize({ ...nothing, ...some })).toEqual({ rank, isGuess });
    },
  );

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
