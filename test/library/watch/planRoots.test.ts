import { describe, expect, it } from 'vitest';
import type { Root, VolumePlace } from '../../../main/library/catalog/photos/roots.ts';
import {
  holdsEnough,
  isSameFolder,
  planReturn,
  planVolume,
  type RootAction,
} from '../../../main/library/watch/planRoots.ts';

const stick: VolumePlace = { id: 'uuid 1', path: 'in' };
const root: Root = {
  id: 1,
  path: '/media/stick/in',
  nameRule: 'exact',
  volume: stick,
  state: 'offline',
  watched: true,
  ignored: [],
  liveSidecars: false,
  addedAtMs: 0,
};
const other: Root = { ...root, id: 2, state: 'online' };

interface Folder {
  readonly what: string;
  /** Of the drive, as it was noted and as it is. */
  readonly drives?: readonly [known: string | undefined, now: string | undefined];
  readonly numbers?: readonly [known: number | undefined, now: number];
  readonly roots?: readonly Root[];
  readonly isSame: boolean;
}

const folders: readonly Folder[] = [
  { what: 'is on its drive', drives: ['uuid 1', 'uuid 1'], isSame: true },
  { what: 'is on its drive, which numbers anew', drives: ['uuid 1', 'uuid 1'], numbers: [5, 6], isSame: true },
  { what: 'is on another drive', drives: ['uuid 1', 'uuid 2'], isSame: false },
  { what: 'has its number, where drives have no names', isSame: true },
  { what: 'has its number, where its drive had no name', drives: [undefined, 'uuid 1'], isSame: true },
  { what: 'has another number: an empty mount point, say', numbers: [5, 6], isSame: false },
  { what: 'is there before any number was noted', numbers: [undefined, 6], isSame: true },
  { what: "has its number, at another root's mount point", roots: [root, other], isSame: false },
  { what: 'has its number, beside other roots', roots: [root, { ...other, path: '/elsewhere' }], isSame: true },
];

describe("a folder at a root's path", () => {
  it.each(folders)('that $what: the same $isSame', (given) => {
    const {
      drives: [known, now] = [undefined, undefined],
      numbers: [knownInode, inode] = [5, 5],
      roots = [root],
    } = given;
    const onDisk = { inode, volume: { id: now, path: 'in' } };
    expect(isSameFolder({ ...root, volume: { id: known, path: 'in' } }, knownInode, onDisk, roots)).toBe(given.isSame);
  });
});

describe('a folder holds the photos of a root', () => {
  const known = { sizeBytes: 10, modifiedMs: 1_600_000_000_000 };
  const hourMs = 3_600_000;
  it.each([
    ['when there was none to look for', [], true],
    ['when all are there', [known, known], true],
    ['when one of ten is there', [known, ...Array.from({ length: 9 }, () => undefined)], true],
    ['not when one of eleven is there', [known, ...Array.from({ length: 10 }, () => undefined)], false],
    ['not when none is there', [undefined], false],
    ['not when they have other sizes', [{ ...known, sizeBytes: 11 }], false],
    ['not when they have other times', [{ ...known, modifiedMs: known.modifiedMs + hourMs / 2 }], false],
    ['when daylight saving moved their times', [{ ...known, modifiedMs: known.modifiedMs + hourMs }], true],
  ])('%s', (_, there, holds) => {
    expect(holdsEnough(there.map((seen) => ({ known, there: seen })))).toBe(holds);
  });
});

interface Return {
  readonly what: string;
  readonly isHere?: boolean;
  readonly elsewhere?: { readonly path: string; readonly volume: VolumePlace };
  readonly roots?: readonly Root[];
  readonly planned: readonly RootAction[];
}

const elsewhere = { path: '/media/usb/in', volume: stick };
const back: RootAction = { kind: 'comeBack', rootId: 1 };
const returns: readonly Return[] = [
  { what: 'is still away', planned: [] },
  { what: 'is where it was', isHere: true, planned: [back] },
  { what: 'is where it was, at a mount point that another has now', isHere: true, roots: [root, other], planned: [] },
  { what: 'is mounted elsewhere', elsewhere, planned: [{ kind: 'relocate', root, ...elsewhere }, back] },
  {
    what: 'is mounted elsewhere, and another is where it was',
    roots: [root, other],
    elsewhere,
    planned: [{ kind: 'relocate', root, ...elsewhere }, back],
  },
  { what: 'seems to be where another is', elsewhere, roots: [root, { ...other, path: elsewhere.path }], planned: [] },
  {
    what: 'is where another was that is away',
    isHere: true,
    roots: [root, { ...other, state: 'offline' }],
    planned: [back],
  },
];

describe('a root that was offline', () => {
  it.each(returns)('and $what', ({ roots = [root], isHere = false, planned, ...given }) => {
    expect(planReturn(root, roots, isHere, given.elsewhere)).toEqual(planned);
  });
});

describe('the drive of a root', () => {
  it.each([
    ['is noted when there was none', undefined, stick, true],
    ['is noted when it is another', { id: 'uuid 2', path: 'in' }, stick, true],
    ['is noted when the folder lies elsewhere on it', { id: 'uuid 1', path: '' }, stick, true],
    ['is as it was', stick, stick, false],
  ])('%s', (_, known, now, isNoted) => {
    const planned = planVolume({ ...root, volume: known }, now);
    expect(planned).toEqual(isNoted ? [{ kind: 'noteVolume', rootId: 1, volume: now }] : []);
  });
});
