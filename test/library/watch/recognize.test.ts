import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../main/library/catalog/photos/photoPlaces.ts';
import type { PlaceState } from '../../../main/library/watch/placeState.ts';
import type { FoundFile } from '../../../main/library/watch/plan.ts';
import { type Considered, type Evidence, likeliest, recognize } from '../../../main/library/watch/recognize.ts';

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

/** A photo with the content of the file `/a.jpg`, in another folder; its number is its place in the list, beginning with 1. */
interface Equal {
  readonly name?: string;
  readonly folder?: string;
  readonly missingSinceMs?: number;
  readonly modifiedMs?: number;
  readonly fileNumber?: number;
  readonly state?: PlaceState;
}

const choices: readonly (readonly [
  what: string,
  ownId: number | undefined,
  photos: readonly Equal[],
  chosen: string,
])[] = [
  ['no photo', undefined, [], 'none'],
  ['one that is where it was', undefined, [{ state: 'present' }], 'none'],
  ['one that is gone', undefined, [{}], '1, the only one'],
  ['the photo of its own place, which was asked before', 1, [{}], 'none'],
  ['one that is gone beside one that is where it was', undefined, [{ state: 'present' }, {}], '2, the only one'],
  ['the one of its name, of three', undefined, [{}, { name: 'a.jpg' }, {}], '2'],
  ['the one of its number before the one of its name', undefined, [{ name: 'a.jpg' }, { fileNumber: 9 }], '2'],
  ['the one of its path, which is back', undefined, [{ name: 'a.jpg' }, { folder: '', name: 'a.jpg' }], '2'],
  ['the one of its time, of three', undefined, [{ modifiedMs: 5 }, {}, { modifiedMs: 5 }], '2, at a guess'],
  ['the first of two', undefined, [{}, {}], '1, at a guess'],
  ['the one that went missing last', undefined, [{ missingSinceMs: 1 }, { missingSinceMs: 2 }], '2, at a guess'],
  ['one that is gone just now', undefined, [{ missingSinceMs: 1 }, {}], '2, at a guess'],
  ['one whose place is empty', undefined, [{ state: 'changed' }, {}], '2, at a guess'],
];

describe('of several photos with its content, a file is', () => {
  it.each(choices)('%s', (_, ownId, photos, chosen) => {
    const best = likeliest(fileOf(ownId), photos.map(consideredOf));
    const how = best?.isOnly ? ', the only one' : best?.recognition.isGuess ? ', at a guess' : '';
    expect(best === undefined ? 'none' : `${best.considered.candidate.id}${how}`).toBe(chosen);
  });
});

const read = { sizeBytes: 1, modifiedMs: 1, changedMs: 1, modifiedNs: 0, changedNs: 0, contentSha256: null };

function fileOf(ownId: number | undefined): FoundFile {
  const place = { folderId: 1, name: 'a.jpg', nameKey: 'a.jpg' };
  return { place, path: '/a.jpg', ownId, read: { ...read, fileNumber: 9, fingerprint: Buffer.from('A') } };
}

function consideredOf({ state = 'gone', ...photo }: Equal, index: number): Considered {
  const { name = `${index}.jpg`, folder = '/old', missingSinceMs = null, modifiedMs = 1, fileNumber = index } = photo;
  const candidate: Candidate = {
    ...read,
    id: index + 1,
    folderId: 2,
    name,
    nameKey: name,
    missingSinceMs,
    modifiedMs,
    fileNumber,
    fingerprint: Buffer.from('A'),
    path: `${folder}/${name}`,
    rootState: 'online',
  };
  return { candidate, state };
}
