/** @file File systems that take different spellings for one name, played by a double over a real folder. */
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Disk, realDisk } from '../../../main/library/photos/disk.ts';
import { type NameRule, nameKey } from '../../../main/library/photos/nameKey.ts';
import { detectNameRule } from '../../../main/library/photos/nameRule.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

/** Finds entries under every spelling that the rule takes for the same. */
function diskWith(rule: NameRule): Disk {
  const resolve = async (place: string): Promise<string> => {
    const { root, dir, base } = path.parse(place);
    if (base === '') return root;
    const folder = await resolve(dir);
    const entries = await realDisk.list(folder);
    const entry =
      entries.find(({ name }) => name === base) ??
      entries.find(({ name }) => nameKey(rule, name) === nameKey(rule, base));
    return path.join(folder, entry?.name ?? base);
  };
  return {
    list: async (folder) => await realDisk.list(await resolve(folder)),
    state: async (place) => await realDisk.state(await resolve(place)),
    realPath: async (place) => await realDisk.realPath(await resolve(place)),
    open: async (file) => await realDisk.open(await resolve(file)),
  };
}

const composed = 'Caf\u00e9.jpg';
const decomposed = 'Cafe\u0301.jpg';

describe('the way names are compared', () => {
  it.each(['exact', 'normalised', 'caseless'] as const)('is found out without writing: %s', async (rule) => {
    await using library = await WatchedLibrary.open();
    await library.write(composed);
    expect(await detectNameRule(diskWith(rule), library.folder, 'linux')).toBe(rule);
    expect(await detectNameRule(diskWith(rule), library.folder, 'win32')).toBe(rule);
    expect(await detectNameRule(diskWith(rule), library.folder, 'darwin')).toBe(rule);
  });

  it('is not concluded from two entries that differ in nothing but case', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('names/a.jpg');
    await library.write('names/A.JPG');
    expect(await detectNameRule(realDisk, library.path('names'), 'linux')).toBe('exact');
  });

  it('is the platform’s own where no name tells', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('1/2');
    expect(await detectNameRule(realDisk, library.path('1'), 'darwin')).toBe('normalised');
    expect(await detectNameRule(realDisk, library.path('1'), 'win32')).toBe('caseless');
    expect(await detectNameRule(realDisk, library.path('1'), 'linux')).toBe('exact');
  });
});

describe('a file system that ignores case', () => {
  it('has one photo under both spellings, whose texts stay when the spelling changes', async () => {
    await using library = await WatchedLibrary.open({ disk: diskWith('caseless') });
    await library.write('Trip/IMG_1.JPG');
    await library.add();
    await library.scan();
    library.caption('Trip/IMG_1.JPG');
    const id = library.at('Trip/IMG_1.JPG')?.id;
    await rename(library.path('Trip'), library.path('trip'));
    await rename(library.path('trip/IMG_1.JPG'), library.path('trip/img_1.jpg'));
    expect(await library.scan()).toMatchObject({ found: 0, changed: 0, missing: 0 });
    expect(library.at('trip/img_1.jpg')?.id).toBe(id);
    expect(library.captionsAt('trip/img_1.jpg')).toEqual(['caption of Trip/IMG_1.JPG']);
    expect(library.all()).toHaveLength(1);
  });

  it('swaps names like any other', async () => {
    await using library = await WatchedLibrary.open({ disk: diskWith('caseless') });
    await library.write('A.jpg');
    await library.write('b.jpg');
    await library.add();
    await library.scan();
    library.caption('A.jpg');
    await rename(library.path('A.jpg'), library.path('x'));
    await rename(library.path('b.jpg'), library.path('a.jpg'));
    await rename(library.path('x'), library.path('B.jpg'));
    await library.scan();
    expect(library.captionsAt('B.jpg')).toEqual(['caption of A.jpg']);
    expect(library.present()).toEqual(['B.jpg', 'a.jpg']);
  });

  it('may still tell accents apart, as that of Windows does', async () => {
    await using library = await WatchedLibrary.open({ disk: { ...realDisk } });
    await library.write(composed);
    await library.write(decomposed);
    const root = await library.add();
    library.roots.relocate(root, library.folder, 'caseless', { id: undefined, path: '' });
    await library.scan();
    expect(library.present()).toEqual([decomposed, composed].sort());
    library.caption(composed, 'composed');
    library.caption(decomposed, 'decomposed');
    expect(await library.scan()).toMatchObject({ found: 0, changed: 0, moved: 0, missing: 0 });
    expect(library.captionsAt(composed)).toEqual(['composed']);
  });
});

describe('a file system that normalises Unicode', () => {
  it('has one photo, however its accents are composed', async () => {
    await using library = await WatchedLibrary.open({ disk: diskWith('normalised') });
    await library.write(composed);
    await library.add();
    await library.scan();
    library.caption(composed);
    await rename(library.path(composed), library.path(decomposed));
    expect(await library.scan()).toMatchObject({ found: 0, changed: 0, missing: 0 });
    expect(library.captionsAt(decomposed)).toEqual([`caption of ${composed}`]);
    expect(library.all()).toHaveLength(1);
  });
});

describe('a folder that is found to compare names in another way', () => {
  it('keeps its photos under the new keys', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('Trip/IMG_1.JPG');
    const root = await library.add();
    await library.scan();
    library.roots.relocate(root, library.folder, 'caseless', { id: undefined, path: '' });
    expect(library.folders.find(root, 'TRIP')?.relativePath).toBe('Trip');
    expect(await library.scan()).toMatchObject({ found: 0, moved: 0, missing: 0 });
  });
});
