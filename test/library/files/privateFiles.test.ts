/** @file That nobody but its owner reads a library: what is made anew, and what earlier versions left readable. */
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { Downloads } from '../../../main/api/downloads.ts';
import { CrashReports } from '../../../main/desktop/crashReports.ts';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { DiskCache } from '../../../main/library/files/diskCache.ts';
import { libraryPlaces } from '../../../main/library/files/libraryPlaces.ts';
import { makeTreePrivateSync } from '../../../main/library/files/privateFiles.ts';
import { VectorFiles } from '../../../main/library/search/vectors/vectorFiles.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { serverKey } from '../../../main/server/access.ts';
import { CacheFolder } from '../../../native-models/cacheFolder.ts';
import { it } from '../../support/fixtures.ts';

/** What others may do with the folder and everything in it: `path` to the bits of group and others, where there are any. */
async function openToOthers(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const place of [folder, ...entries.map(({ parentPath, name }) => path.join(parentPath, name))]) {
    const others = (await stat(place)).mode & 0o077;
    if (others !== 0) found[path.relative(folder, place)] = others.toString(8);
  }
  return found;
}

// Windows has no such modes: a person's folder for data is private there.
describe.skipIf(process.platform === 'win32')('a library', () => {
  it('is made for its owner only, with its catalog, logs, lock, backups, caches, features, vectors, downloads and key', async ({
    folder,
  }) => {
    const library = path.join(folder.path, 'above', 'library');
    const places = libraryPlaces(library);
    await using catalog = Catalog.open(library, { startReader: startReaderThread, owner: 'test' });
    catalog.settings.set('tourSeen', true);
    await catalog.backUpIfDue();
    await new DiskCache({ folder: places.thumbnails, maxBytes: 1e6 }).write('abcd', Buffer.from('picture'));
    await new CacheFolder(places.features).write('abcd', Buffer.from('features'));
    const vectors = await VectorFiles.create(path.join(places.vectors, 'model'), { vectors: 1, size: 32 });
    await vectors[Symbol.asyncDispose]();
    await using downloads = new Downloads(places.downloads);
    const file = await downloads.newFile();
    await writeFile(file, 'captions');
    await downloads.offer(file, { fileName: 'captions.txt', contentType: 'text/plain' });
    await serverKey(library);
    const names = (await readdir(library)).sort();
    expect(names).toEqual(
      expect.arrayContaining(['backups', 'catalog.db', 'catalog.db-shm', 'catalog.db-wal', 'serve.key']),
    );
    expect(await openToOthers(library)).toEqual({});
  });

  it('of an earlier version is taken from other eyes when it is opened, and nothing else in its folder is touched', async ({
    folder,
  }) => {
    const library = path.join(folder.path, 'library');
    const places = libraryPlaces(library);
    await Catalog.open(library, { startReader: startReaderThread, owner: 'test' })[Symbol.asyncDispose]();
    await mkdir(path.join(places.thumbnails, 'ab'), { recursive: true });
    await mkdir(places.backups);
    await mkdir(path.join(library, 'own'));
    const ours = ['catalog.db', 'catalog.damaged-1.db', 'backups/catalog-1.db', 'thumbnails/ab/c'];
    const foreign = ['own/photo.jpg', 'photo.jpg'];
    for (const name of [...ours, ...foreign]) {
      await writeFile(path.join(library, name), '', { flag: 'a' });
      await chmod(path.join(library, name), 0o664);
    }
    await writeFile(path.join(folder.path, 'elsewhere'), '');
    await chmod(path.join(folder.path, 'elsewhere'), 0o644);
    await symlink(path.join(folder.path, 'elsewhere'), path.join(places.backups, 'link'));
    for (const name of ['', 'backups', 'thumbnails', 'thumbnails/ab']) await chmod(path.join(library, name), 0o775);
    await Catalog.open(library, { startReader: startReaderThread, owner: 'test' })[Symbol.asyncDispose]();
    expect(Object.keys(await openToOthers(library)).sort()).toEqual(['backups/link', 'own', ...foreign]);
    expect((await stat(library)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(folder.path, 'elsewhere'))).mode & 0o777).toBe(0o644);
  });

  it('leaves the modes alone of what a link in one of its places leads to', async ({ folder }) => {
    const elsewhere = path.join(folder.path, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(path.join(elsewhere, 'file'), '');
    await chmod(path.join(elsewhere, 'file'), 0o644);
    await chmod(elsewhere, 0o755);
    await symlink(elsewhere, path.join(folder.path, 'link'));
    makeTreePrivateSync(path.join(folder.path, 'link'));
    expect(await openToOthers(elsewhere)).toEqual({ '': '55', file: '44' });
    makeTreePrivateSync(folder.path);
    expect((await stat(path.join(elsewhere, 'file'))).mode & 0o777).toBe(0o600);
  });

  it('has a key that is the same at the next start, and another in place of a damaged one', async ({ folder }) => {
    const key = await serverKey(folder.path);
    expect(await serverKey(folder.path)).toEqual(key);
    await writeFile(path.join(folder.path, 'serve.key'), 'short');
    const next = await serverKey(folder.path);
    expect([next.byteLength, Buffer.from(next).equals(key)]).toEqual([32, false]);
  });

  it('shares no crash report, nor those that were readable', async ({ folder }) => {
    const crashes = path.join(folder.path, 'crashes');
    await mkdir(crashes);
    await writeFile(path.join(crashes, 'old.json'), '{}');
    for (const place of [crashes, path.join(crashes, 'old.json')]) await chmod(place, 0o755);
    new CrashReports(crashes, {}).report('test', { message: 'it failed' });
    expect((await readdir(crashes)).length).toBe(2);
    expect(await openToOthers(crashes)).toEqual({});
  });
});
