import { describe, expect, it } from 'vitest';
import type { Folder } from '../../../main/library/catalog/photos/folders.ts';
import { parentOf } from '../../../main/library/files/commonFolder.ts';
import { formerFolders, goneFolders, planDescent, planFolder } from '../../../main/library/watch/planFolders.ts';

/** A folder of the catalog, by its path from the root, where case means nothing; its number in the catalog is its place in the list. */
interface Known {
  readonly path: string;
  readonly inode?: number;
  /** Of what is in it. */
  readonly names?: readonly string[];
}

interface Met {
  readonly what: string;
  readonly known?: readonly Known[];
  /** Of the folder that is met, whose number is 5 and in which there are `1.jpg` and the folder `in`. */
  readonly path: string;
  /** Folders of the catalog to be looked for. */
  readonly asked?: readonly number[];
  /** Those of them that are not where the catalog has them. */
  readonly gone?: readonly number[];
  /** As the catalog is by then, if not as it was. */
  readonly since?: readonly Known[];
  readonly planned: string;
}

const table: readonly Met[] = [
  { what: 'is as it was', known: [{ path: 'a', inode: 5 }], path: 'a', planned: 'stay 1' },
  { what: 'got another number', known: [{ path: 'a', inode: 6 }], path: 'a', planned: 'stay 1' },
  { what: 'is written otherwise', known: [{ path: 'a', inode: 5 }], path: 'A', planned: 'move 1 to A' },
  { what: 'is new', path: 'a', planned: 'add a' },
  { what: 'is new, beside others', known: [{ path: 'b', inode: 6 }], path: 'a', planned: 'add a' },
  {
    what: 'was renamed',
    known: [{ path: 'b', inode: 5, names: ['1.jpg', '2.jpg'] }],
    path: 'a',
    asked: [1],
    gone: [1],
    planned: 'move 1 to a',
  },
  {
    what: 'was renamed, and holds the same folder',
    known: [{ path: 'b', inode: 5, names: ['9.jpg', 'in'] }],
    path: 'a',
    asked: [1],
    gone: [1],
    planned: 'move 1 to a',
  },
  {
    what: 'was renamed, and was empty',
    known: [{ path: 'b', inode: 5 }],
    path: 'a',
    asked: [1],
    gone: [1],
    planned: 'move 1 to a',
  },
  {
    what: 'was moved into another',
    known: [{ path: 'b' }, { path: 'c/d', inode: 5 }],
    path: 'b/d',
    asked: [2],
    gone: [2],
    planned: 'move 2 to b/d',
  },
  {
    what: 'has the number of one that is still there, as on a drive that numbers anew',
    known: [{ path: 'b', inode: 5 }],
    path: 'a',
    asked: [1],
    planned: 'add a',
  },
  {
    what: 'happens to have got the number of a deleted one',
    known: [{ path: 'b', inode: 5, names: ['9.jpg'] }],
    path: 'a',
    planned: 'add a',
  },
  {
    what: 'has the number of the one that it lies in',
    known: [{ path: 'a', inode: 5 }],
    path: 'a/a',
    planned: 'add a/a',
  },
  {
    what: 'has the number of two, of which one is gone',
    known: [
      { path: 'b', inode: 5 },
      { path: 'c', inode: 5 },
    ],
    path: 'a',
    asked: [1, 2],
    gone: [2],
    planned: 'move 2 to a',
  },
  {
    what: 'was renamed, when the one that it was has been met meanwhile',
    known: [{ path: 'b', inode: 5 }],
    path: 'a',
    asked: [1],
    gone: [1],
    since: [],
    planned: 'add a',
  },
  {
    what: 'was renamed, when another was taken for it meanwhile',
    known: [{ path: 'b', inode: 5 }],
    path: 'a',
    asked: [1],
    gone: [1],
    since: [{ path: 'a' }, { path: 'b', inode: 5 }],
    planned: 'stay 1',
  },
];

describe('a folder that is met', () => {
  it.each(table)('and $what', ({ known = [], path, asked = [], gone = [], since = known, planned }) => {
    const met = { rootId: 1, relativePath: path, inode: 5, fileNames: ['1.jpg'], folderNames: ['in'] };
    expect(formerFolders(met, snapshotOf(known, path)).map(({ id }) => id)).toEqual(asked);
    const placement = planFolder(met, snapshotOf(since, path), new Set(gone));
    expect(sentence(placement)).toBe(planned);
  });
});

function snapshotOf(known: readonly Known[], path: string) {
  const folders = foldersOf(known);
  return {
    here: folders.find(({ pathKey }) => pathKey === path.toLowerCase()),
    sameNumber: folders
      .map((folder, index) => ({ folder, names: known[index]?.names ?? [] }))
      .filter(({ folder }) => folder.inode === 5),
  };
}

function foldersOf(known: readonly Known[]): Folder[] {
  return known.map(({ path, inode }, index) => ({
    id: index + 1,
    rootId: 1,
    parentId: undefined,
    relativePath: path,
    pathKey: path.toLowerCase(),
    inode,
  }));
}

function sentence(placement: ReturnType<typeof planFolder>): string {
  switch (placement.kind) {
    case 'stay':
      return `stay ${placement.folder.id}`;
    case 'addFolder':
      return `add ${placement.relativePath}`;
    case 'moveFolder':
      return `move ${placement.folderId} to ${placement.relativePath}`;
  }
}

interface Seen {
  readonly what: string;
  readonly folders?: readonly string[];
  readonly links?: readonly string[];
  readonly broken?: readonly string[];
  /** What the catalog has in the folder `x`. */
  readonly known?: readonly string[];
  readonly isDeep?: boolean;
  readonly next: { readonly folders?: readonly string[]; readonly links?: readonly string[] };
  readonly lost?: readonly string[];
  readonly isIncomplete?: boolean;
}

const descents: readonly Seen[] = [
  { what: 'whole: all that is in it', folders: ['a', 'b'], known: ['a'], isDeep: true, next: { folders: ['a', 'b'] } },
  { what: 'by itself: what is new in it', folders: ['a', 'b'], known: ['a'], next: { folders: ['b'] } },
  { what: 'where case means nothing', folders: ['A'], known: ['a'], next: {} },
  { what: 'whole: links', links: ['l'], known: [], isDeep: true, next: { links: ['l'] } },
  { what: 'by itself: no links, of which a known one was followed before', links: ['l'], known: ['l'], next: {} },
  { what: 'by itself: a new link waits for the whole root', links: ['l'], next: {}, isIncomplete: true },
  { what: 'from which one is gone', folders: ['a'], known: ['a', 'b'], next: {}, lost: ['b'] },
  { what: 'with a link whose folder is away, not deleted', broken: ['l'], known: ['l'], next: {} },
];

describe('from a folder that was compared, comparing goes on', () => {
  it.each(descents)('$what', ({ folders = [], links = [], broken = [], known = [], isDeep = false, ...given }) => {
    const below = foldersOf(known.map((name) => ({ path: `x/${name}` })));
    const listing = { folderNames: folders, linkNames: links, brokenLinkNames: broken };
    const find = (path: string) => below.find(({ pathKey }) => pathKey === path.toLowerCase());
    const descent = planDescent({ relativePath: 'x', isDeep }, listing, below, find);
    const visits = (names: readonly string[] = []) =>
      names.map((name) => ({ relativePath: `x/${name}`, isDeep: true }));
    expect(descent).toMatchObject({
      folders: visits(given.next.folders),
      links: visits(given.next.links),
      isIncomplete: given.isIncomplete === true,
    });
    expect(descent.lost.map(({ relativePath }) => relativePath)).toEqual((given.lost ?? []).map((name) => `x/${name}`));
  });
});

describe('folders that are gone', () => {
  const paths = ['a', 'a/b', 'a/b/c', 'a/d', 'e'];
  const named = foldersOf(paths.map((path) => ({ path })));
  const folders = named.map((folder) => ({
    ...folder,
    parentId: named.find(({ relativePath }) => relativePath === parentOf(folder.relativePath))?.id,
  }));
  const idsOf = (some: readonly string[]) => new Set(some.map((path) => paths.indexOf(path) + 1));

  it.each([
    { what: 'none', lost: [], met: [], gone: [] },
    { what: 'one, with what is in it', lost: ['a'], met: [], gone: ['a/b/c', 'a/b', 'a/d', 'a'] },
    { what: 'one and one in it, each once', lost: ['a/b', 'a'], met: [], gone: ['a/b/c', 'a/b', 'a/d', 'a'] },
    { what: 'not one that was met elsewhere', lost: ['a', 'e'], met: ['e'], gone: ['a/b/c', 'a/b', 'a/d', 'a'] },
    { what: 'not what was met elsewhere of its inside', lost: ['a'], met: ['a/b'], gone: ['a/d', 'a'] },
  ])('$what', ({ lost, met, gone }) => {
    expect(goneFolders(folders, idsOf(lost), idsOf(met)).map(({ relativePath }) => relativePath)).toEqual(gone);
  });
});
