/** @file Comparing the disk with the catalog: what is found, what is passed over, and what stands in the way. */
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

describe('the first scan', () => {
  it('finds the photos of nested folders, and passes over hidden and system files and what is no photo', async () => {
    await using library = await WatchedLibrary.with(
      'a.jpg',
      'trip/b.HEIC',
      'trip/day 1/c.nef',
      'trip/notes.txt',
      '.hidden/d.jpg',
      'trip/._c.jpg',
      '@eaDir/e.jpg',
    );
    expect(library.present()).toEqual(['a.jpg', 'trip/b.HEIC', 'trip/day 1/c.nef']);
    const found = library.events.flatMap((event) => (event.kind === 'found' ? event.photoIds : []));
    expect(found).toHaveLength(3);
  });

  it('keeps size, time and content of each file', async () => {
    await using library = await WatchedLibrary.with();
    await library.write('a.jpg', 'abc', 1_600_000_000_123);
    await library.scan();
    expect(library.at('a.jpg')).toMatchObject({
      sizeBytes: 3,
      modifiedMs: 1_600_000_000_123,
      revision: 1,
      contentSha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  it('costs no reading the second time', async () => {
    await using library = await WatchedLibrary.with('a.jpg', 'b/c.jpg');
    const before = library.all();
    const result = await library.scan();
    expect(result).toMatchObject({ files: 2, found: 0, changed: 0, moved: 0, missing: 0 });
    expect(library.all()).toEqual(before);
  });

  it('obeys ignore patterns, and takes back what is no longer ignored', async () => {
    await using library = await WatchedLibrary.open();
    for (const file of ['a.jpg', 'private/b.jpg', 'trip/rejects/c.jpg', 'trip/d.png']) await library.write(file);
    const root = await library.add('', { ignored: ['/private/', 'rejects', '*.png'] });
    await library.scan();
    expect(library.present()).toEqual(['a.jpg']);
    library.roots.setIgnored(root, ['*.png']);
    await library.scan();
    expect(library.present()).toEqual(['a.jpg', 'private/b.jpg', 'trip/rejects/c.jpg']);
    library.caption('private/b.jpg');
    library.roots.setIgnored(root, ['private']);
    await library.scan();
    expect(library.missing()).toEqual(['private/b.jpg']);
    library.roots.setIgnored(root, []);
    await library.scan();
    expect(library.captionsAt('private/b.jpg')).toEqual(['caption of private/b.jpg']);
  });

  it('follows links to folders elsewhere, once, and ends where links lead in circles', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('../elsewhere/a.jpg');
    await library.write('in/b.jpg');
    await symlink(library.path('../elsewhere'), library.path('in/linked'));
    await symlink(library.path('../elsewhere'), library.path('in/linked again'));
    await symlink(library.path('in'), library.path('in/circle'));
    await symlink('..', library.path('../elsewhere/up'));
    await symlink('nowhere', library.path('in/broken.jpg'));
    await library.add('in');
    await library.scan();
    expect(library.present()).toEqual(['in/b.jpg', 'in/linked/a.jpg']);
    await library.scan();
    expect(library.present()).toEqual(['in/b.jpg', 'in/linked/a.jpg']);
  });

  it('keeps the photos behind a link whose target is away', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('../elsewhere/a.jpg');
    await symlink(library.path('../elsewhere'), library.path('linked'));
    await library.add();
    await library.scan();
    await rename(library.path('../elsewhere'), library.path('../away'));
    await library.scan();
    expect(library.present()).toEqual(['linked/a.jpg']);
  });

  it('can be stopped, keeps what it did, and goes on', async () => {
    await using library = await WatchedLibrary.open();
    for (let folder = 0; folder < 30; folder += 1) await library.write(`${folder}/a.jpg`);
    await library.add();
    const abort = new AbortController();
    library.events.push = (...events) => {
      if (events.some(({ kind }) => kind === 'found')) abort.abort();
      return 0;
    };
    await expect(library.scan({ signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
    const kept = library.all().length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(30);
    const result = await library.scan();
    expect(result.found).toBe(30 - kept);
    expect(library.present()).toHaveLength(30);
  });
});

describe('what cannot be looked at', () => {
  it('is left in the catalog as it is, and named', async () => {
    const unreadable = new Set<string>();
    const refuse = (place: string) => {
      if (unreadable.has(place)) throw Object.assign(new Error('refused'), { code: 'EACCES' });
    };
    await using library = await WatchedLibrary.open({
      disk: {
        ...realDisk,
        list: async (folder) => {
          refuse(folder);
          return await realDisk.list(folder);
        },
        open: async (file) => {
          refuse(file);
          return await realDisk.open(file);
        },
      },
    });
    for (const file of ['a.jpg', 'shut/b.jpg', 'shut/in/c.jpg', 'd/e.jpg']) await library.write(file);
    await library.add();
    await library.scan();
    unreadable.add(library.path('shut'));
    unreadable.add(library.path('f.jpg'));
    await library.write('f.jpg');
    await rm(library.path('d/e.jpg'));
    const result = await library.scan();
    expect(result.problemList.map(({ path: place, error }) => [path.basename(place), error.code]).sort()).toEqual([
      ['f.jpg', 'PATH_UNREADABLE'],
      ['shut', 'PATH_UNREADABLE'],
    ]);
    expect(library.present()).toEqual(['a.jpg', 'shut/b.jpg', 'shut/in/c.jpg']);
    expect(library.missing()).toEqual(['d/e.jpg']);
  });

  it.skipIf(process.platform !== 'linux')('is named when its name is no valid Unicode (Linux allows it)', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    const name = Buffer.concat([Buffer.from(`${library.folder}/`), Buffer.from([0x66, 0xff, 0x2e, 0x6a, 0x70, 0x67])]);
    await writeFile(name, 'x');
    const result = await library.scan();
    expect(result.problemList.map(({ error }) => error.message)).toEqual([
      'The file cannot be reached: its name is not valid Unicode; rename it.',
    ]);
    expect(library.present()).toEqual(['a.jpg']);
    await rm(name);
  });
});
