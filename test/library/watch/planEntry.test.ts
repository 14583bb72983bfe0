import { describe, expect, it } from 'vitest';
import type { PlacedPhoto } from '../../../main/library/catalog/photos/photoPlaces.ts';
import type { DiskState } from '../../../main/library/photos/disk.ts';
import { isReplaced, planEntry } from '../../../main/library/watch/planEntry.ts';

const state = { sizeBytes: 10, modifiedMs: 1, changedMs: 2, modifiedNs: 3, changedNs: 4, fileNumber: 5 };
const photo: PlacedPhoto = { ...state, id: 1, folderId: 1, name: 'a.jpg', nameKey: 'a.jpg', missingSinceMs: null };
const entry: DiskState = { ...state, kind: 'file', device: 1, inode: 5 };

interface Given {
  readonly what: string;
  readonly name?: string;
  /** Undefined for a file that is new at its place. */
  readonly own?: Partial<PlacedPhoto> | 'none';
  readonly entry?: Partial<DiskState>;
  readonly isOtherFolder?: boolean;
  readonly planned: ReturnType<typeof planEntry>;
}

const table: readonly Given[] = [
  { what: 'is as it was', planned: 'leave' },
  { what: 'is new', own: 'none', planned: 'read' },
  { what: 'became a folder', entry: { kind: 'folder' }, planned: 'ignore' },
  { what: 'became a pipe', entry: { kind: 'other' }, planned: 'ignore' },
  { what: 'has another size', entry: { sizeBytes: 11 }, planned: 'read' },
  { what: 'was touched', entry: { modifiedMs: 9 }, planned: 'read' },
  { what: 'was given other rights', entry: { changedMs: 9 }, planned: 'read' },
  { what: 'was written within the same millisecond', entry: { modifiedNs: 9 }, planned: 'read' },
  { what: 'is another of the same size and times', entry: { fileNumber: 6 }, planned: 'read' },
  { what: 'is written otherwise, where case means nothing', name: 'A.jpg', planned: 'read' },
  { what: 'was noted without nanoseconds', own: { modifiedNs: null, changedNs: null }, planned: 'note' },
  { what: 'is the same one in another folder', isOtherFolder: true, planned: 'leave' },
  {
    what: 'may be another in another folder, where no number was noted',
    own: { fileNumber: null },
    isOtherFolder: true,
    planned: 'read',
  },
  {
    what: 'is as it was, on a drive without file numbers',
    own: { fileNumber: null },
    entry: { fileNumber: null },
    planned: 'leave',
  },
];

describe('a file that', () => {
  it.each(table)('$what: $planned', ({ name = 'a.jpg', own = {}, isOtherFolder = false, planned, ...given }) => {
    const known = own === 'none' ? undefined : { ...photo, ...own };
    expect(planEntry(name, known, { ...entry, ...given.entry }, isOtherFolder)).toBe(planned);
  });
});

describe('a folder', () => {
  const folder = { id: 1, rootId: 1, parentId: undefined, relativePath: 'a', pathKey: 'a', inode: 5 };
  it.each([
    ['is the same by its number', 5, entry, false],
    ['is another by its number', 6, entry, true],
    ['is the same before any number was noted', undefined, entry, false],
    ['is the same on a drive that makes up new numbers', 6, { ...entry, fileNumber: null }, false],
  ])('%s', (_, inode, now, isOther) => {
    expect(isReplaced({ ...folder, inode }, now)).toBe(isOther);
  });
});
