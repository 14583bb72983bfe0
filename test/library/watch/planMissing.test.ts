import { describe, expect, it } from 'vitest';
import type { Candidate, PlacedPhoto, TextsOfPhoto } from '../../../main/library/catalog/photos/photoPlaces.ts';
import { ignoreRules } from '../../../main/library/watch/ignorePatterns.ts';
import { type AbsentNow, isIgnored, planMissing, planReplacement } from '../../../main/library/watch/planMissing.ts';

const absent = { id: 1, folderId: 7, nameKey: 'a.jpg' };
const nowhere = { id: 1, modifiedMs: 1, changedMs: 1, modifiedNs: 0, changedNs: 0, fileNumber: null, sizeBytes: 1 };
const present: PlacedPhoto = { ...nowhere, folderId: 7, name: 'a.jpg', nameKey: 'a.jpg', missingSinceMs: null };

interface Absent {
  readonly what: string;
  readonly now?: Partial<AbsentNow>;
  readonly isRootThere?: boolean;
  readonly isMissing: boolean;
}

const absentPhotos: readonly Absent[] = [
  { what: 'was deleted', isMissing: true },
  { what: 'has a file again', now: { isGone: false }, isMissing: false },
  { what: 'was met in another folder', now: { row: { ...present, folderId: 8 } }, isMissing: false },
  { what: 'was met under another name', now: { row: { ...present, nameKey: 'b.jpg' } }, isMissing: false },
  { what: 'is missing already', now: { row: { ...present, missingSinceMs: 5 } }, isMissing: false },
  { what: 'left the catalog', now: { row: undefined }, isMissing: false },
  { what: 'is on a drive that was pulled out', isRootThere: false, isMissing: false },
];

describe('a photo without a file', () => {
  it.each(absentPhotos)('that $what: missing $isMissing', ({ now, isRootThere = true, isMissing }) => {
    const plan = planMissing([{ photo: absent, row: present, isGone: true, ...now }], isRootThere);
    expect(plan).toEqual(isMissing ? [{ kind: 'miss', photoId: 1 }] : []);
  });

  it('is decided about by itself', () => {
    const other = { photo: { ...absent, id: 2 }, row: { ...present, id: 2 }, isGone: true };
    const plan = planMissing([{ photo: absent, row: present, isGone: false }, other], true);
    expect(plan).toEqual([{ kind: 'miss', photoId: 2 }]);
  });

  it('that is named twice, by its folder and by the one around it, is missing once', () => {
    const gone = { photo: absent, row: present, isGone: true };
    expect(planMissing([gone, gone], true)).toEqual([{ kind: 'miss', photoId: 1 }]);
  });
});

const duplicate: Candidate = {
  ...present,
  id: 2,
  fingerprint: Buffer.from('A'),
  contentSha256: null,
  path: '/two/a.jpg',
  rootState: 'online',
};

interface Replacement {
  readonly what: string;
  readonly texts?: readonly [photo: TextsOfPhoto, duplicate: TextsOfPhoto];
  readonly duplicate?: Candidate | undefined;
  readonly isReplaced: boolean;
}

const replacements: readonly Replacement[] = [
  { what: "has a person's texts, and its copy none", texts: ['kept', 'none'], isReplaced: true },
  { what: "has a model's texts, and its copy none", texts: ['replaceable', 'none'], isReplaced: true },
  { what: "has a person's texts, and its copy a model's", texts: ['kept', 'replaceable'], isReplaced: true },
  { what: "has a model's texts, as its copy does", texts: ['replaceable', 'replaceable'], isReplaced: false },
  { what: 'has texts, and someone wrote about its copy', texts: ['kept', 'kept'], isReplaced: false },
  { what: 'has no texts', texts: ['none', 'none'], isReplaced: false },
  { what: 'has a copy that went missing', duplicate: { ...duplicate, missingSinceMs: 5 }, isReplaced: false },
  {
    what: 'has a copy on a drive that went away',
    duplicate: { ...duplicate, rootState: 'offline' },
    isReplaced: false,
  },
  { what: 'has a copy that moved on', duplicate: { ...duplicate, path: '/two/b.jpg' }, isReplaced: false },
];

describe('a missing photo with an equal file elsewhere', () => {
  it.each(replacements)('that $what: goes on there $isReplaced', (given) => {
    const { texts: [texts, others] = ['kept', 'none'], isReplaced } = given;
    const now = { duplicate: given.duplicate ?? duplicate, texts: others };
    const plan = planReplacement({ id: 1, texts }, duplicate, now);
    expect(plan).toEqual(isReplaced ? [{ kind: 'replace', photoId: 1, duplicate }] : []);
  });

  it('stays missing when the other photo left the catalog', () => {
    expect(planReplacement({ id: 1, texts: 'kept' }, duplicate, { duplicate: undefined, texts: 'none' })).toEqual([]);
  });
});

describe('the disk is not asked about a file', () => {
  const rules = ignoreRules({ ignored: ['/old/', '*.tmp.jpg'], nameRule: 'exact' });

  it.each([
    ['a.jpg', false],
    ['2024/trip/a.jpg', false],
    ['old/deep/a.jpg', true],
    ['2024/a.tmp.jpg', true],
    ['2024/.hidden/a.jpg', true],
    ['notes.txt', true],
  ])('%s: %s', (relativePath, isOut) => {
    expect(isIgnored(rules, relativePath)).toBe(isOut);
  });
});
