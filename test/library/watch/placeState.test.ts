import { describe, expect, it } from 'vitest';
import type { Candidate, ReadFile } from '../../../main/library/catalog/photos/photoPlaces.ts';
import type { DiskState } from '../../../main/library/photos/disk.ts';
import {
  type PlaceState,
  stateByCatalog,
  stateByContent,
  stateByEntry,
  stateByError,
} from '../../../main/library/watch/placeState.ts';

const read: ReadFile = {
  sizeBytes: 1,
  modifiedMs: 1,
  changedMs: 1,
  modifiedNs: 0,
  changedNs: 0,
  fileNumber: 5,
  fingerprint: Buffer.from('A'),
  contentSha256: null,
};
const photo: Candidate = {
  ...read,
  id: 1,
  folderId: 1,
  name: 'a.jpg',
  nameKey: 'a.jpg',
  missingSinceMs: null,
  path: '/a.jpg',
  rootState: 'online',
};
const entry: DiskState = { ...read, kind: 'file', device: 1, inode: 5 };

interface Given {
  readonly what: string;
  readonly photo?: Partial<Candidate>;
  readonly isTaken?: boolean;
  /** A code where it could not be looked at. */
  readonly entry?: Partial<DiskState> | string;
  /** What was read where the entry does not tell; `equal` of the photo's content. */
  readonly read?: Partial<ReadFile> | 'writing';
  readonly isEqual?: boolean;
  /** How far one has to look for it. */
  readonly by: 'catalog' | 'entry' | 'content';
  readonly state: PlaceState;
}

const table: readonly Given[] = [
  { what: 'as the catalog knows it', by: 'entry', state: 'present' },
  { what: 'deleted', entry: 'ENOENT', by: 'entry', state: 'gone' },
  { what: 'deleted with its folder, for which a file stands now', entry: 'ENOTDIR', by: 'entry', state: 'gone' },
  { what: 'not to be read', entry: 'EACCES', by: 'entry', state: 'present' },
  { what: 'a folder now', entry: { kind: 'folder' }, by: 'entry', state: 'gone' },
  {
    what: "missing, and another photo's file is there",
    photo: { missingSinceMs: 5 },
    isTaken: true,
    by: 'catalog',
    state: 'gone',
  },
  { what: 'missing, and back', photo: { missingSinceMs: 5 }, by: 'entry', state: 'present' },
  { what: 'on a drive that is away', photo: { rootState: 'offline' }, by: 'catalog', state: 'present' },
  {
    what: 'missing from a drive that is away',
    photo: { rootState: 'offline', missingSinceMs: 5 },
    by: 'catalog',
    state: 'gone',
  },
  {
    what: 'in a folder that was taken out of the library',
    photo: { rootState: 'removed', missingSinceMs: 5 },
    by: 'catalog',
    state: 'gone',
  },
  { what: 'touched', entry: { modifiedMs: 2 }, isEqual: true, by: 'content', state: 'present' },
  { what: 'edited', entry: { modifiedMs: 2 }, isEqual: false, by: 'content', state: 'changed' },
  { what: 'being written', entry: { modifiedMs: 2 }, read: 'writing', by: 'content', state: 'changed' },
  {
    what: 'replaced by an equal file',
    entry: { fileNumber: 6 },
    read: { fileNumber: 6 },
    isEqual: true,
    by: 'content',
    state: 'replaced',
  },
  {
    what: 'replaced by an equal file, on a drive without file numbers',
    photo: { fileNumber: null },
    entry: { modifiedMs: 2, fileNumber: null },
    read: { fileNumber: null },
    isEqual: true,
    by: 'content',
    state: 'present',
  },
  {
    what: 'of equal state, where an earlier version noted no number',
    photo: { fileNumber: null },
    isEqual: false,
    by: 'content',
    state: 'changed',
  },
];

/** As the disk is looked at: no further than it takes. */
function look(given: Given): { readonly by: Given['by']; readonly state: PlaceState } {
  const known = { ...photo, ...given.photo };
  const byCatalog = stateByCatalog(known, given.isTaken === true);
  if (byCatalog !== undefined) return { by: 'catalog', state: byCatalog };
  if (typeof given.entry === 'string') return { by: 'entry', state: stateByError(given.entry) };
  const byEntry = stateByEntry(known, { ...entry, ...given.entry });
  if (byEntry !== undefined) return { by: 'entry', state: byEntry };
  const content = given.read === 'writing' ? undefined : { ...read, ...given.read };
  return { by: 'content', state: stateByContent(known, content, given.isEqual === true) };
}

describe('the place of a photo', () => {
  it.each(table)('that is $what: $state, by the $by', (given) => {
    expect(look(given)).toEqual({ by: given.by, state: given.state });
  });
});
