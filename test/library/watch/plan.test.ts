import { describe, expect, it } from 'vitest';
import type { Candidate, Place, ReadFile } from '../../../main/library/catalog/photos/photoPlaces.ts';
import {
  type Action,
  type CatalogSnapshot,
  type FoundFile,
  type MatchedFile,
  type Occupant,
  placeKey,
  plan,
} from '../../../main/library/watch/plan.ts';

/** A photo of the catalog: its number is its place in the list, beginning with 1. */
interface Known {
  readonly name: string;
  readonly content: string;
  /** Long ago, or so recently that a file at its place is it, saved anew. */
  readonly missing?: 'long' | 'recently' | undefined;
  /** Its place was taken earlier in the pass. */
  readonly isDisplaced?: boolean;
  /** What has its place, though its own file may be elsewhere. */
  readonly kept?: string;
}

interface Given {
  readonly what: string;
  readonly photos?: readonly Known[];
  /** In the order in which they are met; `owner` is the number of the photo whose content it is. */
  readonly files: readonly (Partial<Omit<MatchedFile, 'file' | 'owner'>> & {
    readonly name: string;
    readonly own?: number;
    readonly owner?: number;
  })[];
  /** Where the photos are when the plan is made, if not where they were when the files were matched. */
  readonly since?: readonly Known[];
  readonly edits?: 'now' | 'later';
  readonly planned: readonly string[];
}

const nowMs = 1_000_000;

const table: readonly Given[] = [
  { what: 'a new file', files: [{ name: 'a' }], planned: ['insert a'] },
  {
    what: 'a file that was touched',
    photos: [{ name: 'a', content: 'A' }],
    files: [{ name: 'a', own: 1, isOwnContent: true }],
    planned: ['touch 1'],
  },
  {
    what: 'a name that is written otherwise, where case means nothing',
    photos: [{ name: 'a', content: 'A' }],
    files: [{ name: 'A', own: 1, isOwnContent: true }],
    planned: ['move 1 to A'],
  },
  {
    what: 'a copy',
    photos: [{ name: 'a', content: 'A' }],
    files: [{ name: 'b' }],
    planned: ['insert b'],
  },
  {
    what: 'a rename',
    photos: [{ name: 'a', content: 'A' }],
    files: [{ name: 'b', owner: 1 }],
    planned: ['move 1 to b'],
  },
  {
    what: 'a photo that is back elsewhere',
    photos: [{ name: 'a', content: 'A', missing: 'long' }],
    files: [{ name: 'b', owner: 1 }],
    planned: ['move 1 to b'],
  },
  {
    what: 'two names that were swapped',
    photos: [
      { name: 'a', content: 'A' },
      { name: 'b', content: 'B' },
    ],
    files: [
      { name: 'a', own: 1, owner: 2 },
      { name: 'b', own: 2, owner: 1 },
    ],
    planned: ['displace 1', 'move 2 to a', 'move 1 to b'],
  },
  {
    what: 'a series that moved up by one',
    photos: [
      { name: '1', content: 'A' },
      { name: '2', content: 'B' },
      { name: '3', content: 'C' },
    ],
    files: [
      { name: '2', own: 2, owner: 1 },
      { name: '3', own: 3, owner: 2 },
      { name: '4', owner: 3 },
    ],
    planned: ['displace 2', 'move 1 to 2', 'displace 3', 'move 2 to 3', 'move 3 to 4'],
  },
  {
    what: 'a series that moved down by one',
    photos: [
      { name: '2', content: 'B' },
      { name: '3', content: 'C' },
    ],
    files: [
      { name: '1', owner: 1 },
      { name: '2', own: 1, owner: 2 },
    ],
    planned: ['move 1 to 1', 'move 2 to 2'],
  },
  {
    what: 'a new file under the name of one that was just renamed',
    photos: [{ name: 'b', content: 'A' }],
    files: [
      { name: 'a', owner: 1 },
      { name: 'b', own: 1 },
    ],
    planned: ['move 1 to a', 'insert b'],
  },
  {
    what: "another photo's file in the place of a photo that is not met elsewhere",
    photos: [
      { name: 'a', content: 'A' },
      { name: 'b', content: 'B' },
    ],
    files: [{ name: 'a', own: 1, owner: 2 }],
    planned: ['displace 1', 'move 2 to a'],
  },
  {
    what: 'an edit, before every other file is known',
    photos: [{ name: 'a', content: 'A' }],
    files: [{ name: 'a', own: 1 }],
    planned: ['defer a as edit of 1'],
  },
  {
    what: 'an edit, at the end',
    photos: [{ name: 'a', content: 'A' }],
    files: [{ name: 'a', own: 1 }],
    edits: 'now',
    planned: ['edit 1'],
  },
  {
    what: 'other keywords',
    photos: [{ name: 'a', content: 'A' }],
    files: [{ name: 'a', own: 1, isOwnPicture: true }],
    edits: 'now',
    planned: ['edit 1, the same picture'],
  },
  {
    what: 'a picture that was compared with that of another photo',
    photos: [
      { name: 'a', content: 'A' },
      { name: 'b', content: 'B' },
    ],
    files: [{ name: 'a', own: 2, isOwnPicture: true }],
    edits: 'now',
    planned: ['edit 1'],
  },
  {
    what: 'a file that was deleted and saved anew',
    photos: [{ name: 'a', content: 'A', missing: 'recently' }],
    files: [{ name: 'a' }],
    planned: ['defer a as edit of 1'],
  },
  {
    what: 'a file where a photo went missing long ago',
    photos: [{ name: 'a', content: 'A', missing: 'long' }],
    files: [{ name: 'a' }],
    planned: ['insert a'],
  },
  {
    what: 'a file where a photo had to make room, and whose file was renamed since',
    photos: [{ name: 'a', content: 'A', missing: 'recently', isDisplaced: true }],
    files: [{ name: 'a' }],
    planned: ['insert a'],
  },
  {
    what: 'a missing photo that is met where it was',
    photos: [{ name: 'a', content: 'A', missing: 'recently' }],
    files: [{ name: 'a', own: 1, isOwnContent: true }],
    planned: ['move 1 to a'],
  },
  {
    what: 'a file that may be any of several equal photos',
    photos: [
      { name: 'a', content: 'A' },
      { name: 'b', content: 'A' },
    ],
    files: [{ name: 'c', isAmbiguous: true }],
    planned: ['defer c as ambiguous'],
  },
  {
    what: 'two files that would both be one photo',
    photos: [{ name: 'a', content: 'A' }],
    files: [
      { name: 'b', owner: 1 },
      { name: 'c', owner: 1 },
    ],
    planned: ['move 1 to b', 'defer c as ambiguous'],
  },
  {
    what: 'a photo that was found elsewhere in the meantime',
    photos: [{ name: 'a', content: 'A' }],
    since: [{ name: 'c', content: 'A' }],
    files: [{ name: 'b', owner: 1 }],
    planned: ['defer b as ambiguous'],
  },
  {
    what: 'a photo that came back in the meantime',
    photos: [{ name: 'a', content: 'A', missing: 'long' }],
    since: [{ name: 'a', content: 'A' }],
    files: [{ name: 'b', owner: 1 }],
    planned: ['defer b as ambiguous'],
  },
  {
    what: 'a photo that went missing in the meantime, as its drive did',
    photos: [{ name: 'a', content: 'A' }],
    since: [{ name: 'a', content: 'A', missing: 'recently' }],
    files: [{ name: 'b', owner: 1 }],
    planned: ['move 1 to b'],
  },
  {
    what: 'a photo that was edited in the meantime',
    photos: [{ name: 'a', content: 'A' }],
    since: [{ name: 'a', content: 'B' }],
    files: [{ name: 'b', owner: 1 }],
    planned: ['defer b as ambiguous'],
  },
  {
    what: 'a photo that left the catalog in the meantime',
    photos: [{ name: 'a', content: 'A' }],
    since: [],
    files: [{ name: 'b', owner: 1 }],
    planned: ['defer b as ambiguous'],
  },
  {
    what: 'an equal file in the place of a photo',
    photos: [{ name: 'a', content: 'A' }],
    files: [{ name: 'a', own: 1, isOwnContent: true, isReplaced: true }],
    planned: ['touch 1', 'keep a for 1'],
  },
  {
    what: "an equal file in the place of a photo whose own is met after it: that one is somebody's, too",
    photos: [{ name: 'a', content: 'A' }],
    files: [
      { name: 'a', own: 1, isOwnContent: true, isReplaced: true },
      { name: 'b', owner: 1 },
    ],
    planned: ['touch 1', 'keep a for 1', 'move 1 to b', 'defer a as ambiguous'],
  },
  {
    what: 'the same, met in an earlier part of the pass',
    photos: [{ name: 'a', content: 'A', kept: 'a' }],
    files: [{ name: 'b', owner: 1 }],
    planned: ['move 1 to b', 'defer a as ambiguous'],
  },
  {
    what: 'a name that is met twice',
    files: [{ name: 'a' }, { name: 'a' }],
    planned: ['insert a', 'defer a as ambiguous'],
  },
];

describe('a plan for', () => {
  it.each(table)('$what', ({ photos = [], since = photos, files, edits = 'later', planned }) => {
    const matched = files.map(({ name, own, owner, isOwnContent = false, isAmbiguous = false, ...more }) => {
      const known = owner === undefined ? undefined : photos[owner - 1];
      return {
        file: fileOf(name, name, own),
        isOwnContent,
        isAmbiguous,
        owner: known && candidateOf(known, owner ?? 0),
        ...more,
      };
    });
    expect(plan(matched, snapshotOf(since), edits).map(sentence)).toEqual(planned);
  });

  it('leaves the snapshot as it is', () => {
    const photos: readonly Known[] = [{ name: 'a', content: 'A', kept: 'a' }];
    const catalog = snapshotOf(photos);
    const file = { file: fileOf('b', 'A', undefined), isOwnContent: false, isAmbiguous: false };
    const owner = candidateOf({ name: 'a', content: 'A' }, 1);
    plan([{ ...file, owner }], catalog, 'later');
    expect(catalog).toEqual(snapshotOf(photos));
  });
});

function snapshotOf(photos: readonly Known[]): CatalogSnapshot {
  const present = new Map<string, Occupant>();
  const recent = new Map<string, readonly Occupant[]>();
  const owners = new Map<number, Candidate>();
  const displaced = new Set<number>();
  const kept = new Map<number, FoundFile>();
  for (const [index, photo] of photos.entries()) {
    const id = index + 1;
    owners.set(id, candidateOf(photo, id));
    const key = placeKey(placeOf(photo.name));
    if (photo.missing === undefined) present.set(key, { id, name: photo.name });
    if (photo.missing === 'recently') recent.set(key, [{ id, name: photo.name }]);
    if (photo.isDisplaced === true) displaced.add(id);
    if (photo.kept !== undefined) kept.set(id, fileOf(photo.kept, photo.content, id));
  }
  return { nowMs, present, recent, owners, displaced, kept };
}

function candidateOf({ name, content, missing }: Known, id: number): Candidate {
  const missingSinceMs = missing === undefined ? null : missing === 'long' ? 1 : nowMs - 1;
  return { id, ...placeOf(name), ...readOf(content), missingSinceMs, path: `/${name}`, rootState: 'online' };
}

function fileOf(name: string, content: string, ownId: number | undefined): FoundFile {
  return { place: placeOf(name), path: `/${name}`, ownId, read: readOf(content) };
}

function placeOf(name: string): Place {
  return { folderId: 1, name, nameKey: name.toLowerCase() };
}

function readOf(content: string): ReadFile {
  const times = { modifiedMs: 1, changedMs: 1, modifiedNs: 0, changedNs: 0 };
  return { sizeBytes: 1, ...times, fileNumber: null, fingerprint: Buffer.from(content), contentSha256: null };
}

function sentence(action: Action): string {
  switch (action.kind) {
    case 'insert':
      return `insert ${action.file.place.name}`;
    case 'move':
      return `move ${action.photoId} to ${action.file.place.name}`;
    case 'touch':
    case 'displace':
      return `${action.kind} ${action.photoId}`;
    case 'edit':
      return `edit ${action.photoId}${action.isSamePicture ? ', the same picture' : ''}`;
    case 'keep':
      return `keep ${action.file.place.name} for ${action.photoId}`;
    case 'defer': {
      const { place, ownId } = action.file;
      return `defer ${place.name} as ${action.as}${ownId === undefined ? '' : ` of ${ownId}`}`;
    }
  }
}
