/** @file A catalog that somebody else made: its names lead nowhere else, and its schema does nothing on its own. */
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import type { SidecarOutcome } from '../../../main/library/interchange/exportSidecars.ts';
import { exportSidecars } from '../../../main/library/interchange/exportSidecars.ts';
import { soundName, soundPath } from '../../../main/library/photos/soundNames.ts';
import type { SidecarFormat } from '../../../schemas/exports.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

describe('names of a catalog', () => {
  it.each(['', '.', '..', 'a/b', '../x', '/etc/x', 'a\0b'])('hold no %j', (name) => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) expect(soundName(name, platform)).toBe('\ufffd');
  });

  it.each(['..\\x', 'C:', 'C:x', '\\\\server\\x'])('hold no %j on Windows, where other systems may', (name) => {
    expect(soundName(name, 'win32')).toBe('\ufffd');
    expect(soundName(name, 'linux')).toBe(name);
  });

  it.each(['a.jpg', '...', '..a', ' ', '.hidden', 'ё ½.jpg'])('may be %j', (name) => {
    expect(soundName(name)).toBe(name);
  });

  it('are looked at one by one in a path', () => {
    expect(soundPath('')).toBe('');
    expect(soundPath('a/b/c.jpg')).toBe('a/b/c.jpg');
    expect(soundPath('a/../../c.jpg')).toBe('a/\ufffd/\ufffd/c.jpg');
    expect(soundPath('/etc//x')).toBe('\ufffd/etc/\ufffd/x');
  });
});

describe('a catalog of somebody else', () => {
  let test: TestCatalog;
  let out: string;

  beforeEach(async () => {
    test = await testCatalog();
    out = path.join(test.folder, 'a', 'b', 'out');
    await mkdir(out, { recursive: true });
  });
  afterEach(() => test[Symbol.asyncDispose]());

  /** A photo with a caption, in the folder. */
  function photo(folder: string, name: string): number {
    const { database } = test.catalog.connection;
    const id = test.addPhoto(name);
    const folderId = database
      .prepare('INSERT INTO folder (root_id, parent_id, relative_path, path_key) VALUES (1, 1, ?, ?)')
      .run(folder, `${folder} ${id}`).lastInsertRowid;
    database.prepare('UPDATE photo SET folder_id = ? WHERE id = ?').run(folderId, id);
    test.catalog.captions.write(id, 'a boat');
    return id;
  }

  async function exported(format: SidecarFormat, photoIds: readonly number[], folder = out): Promise<SidecarOutcome> {
    const { catalog } = test;
    const { writtenFiles, writtenXmp } = catalog;
    const filter = { included: captionsOnly, humanOnly: false, approvedToo: false, withoutDoubtful: false };
    return await exportSidecars(
      { catalog, writtenFiles, writtenXmp, temporaryFolder: tmpdir() },
      { format, photoIds, filter, folder },
    );
  }

  async function filesIn(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  }

  it('writes nothing outside the folder of an export, whatever its photos are called', async () => {
    const before = (await filesIn(test.folder)).length;
    const ids = [
      photo('x', '../../evil.jpg'),
      photo('../..', 'evil.jpg'),
      photo('x/../../..', 'other.jpg'),
      photo('/etc', '..'),
      photo('good', 'good.jpg'),
    ];
    for (const format of ['txt', 'caption'] as const) await exported(format, ids);
    const outside = (await filesIn(test.folder)).filter((file) => !file.startsWith(out + path.sep));
    expect(outside).toHaveLength(before);
    expect(await filesIn(out)).toContain(path.join(out, 'good', 'good.txt'));
  });

  it('names no file outside the folders of the library', () => {
    const ids = [photo('x', '../../../etc/passwd'), photo('../../etc', 'passwd'), photo('.', '..')];
    for (const id of ids) {
      const { path: file, relativePath, folderId } = test.catalog.photos.get(id);
      for (const place of [file, test.catalog.photos.photoFile(id), test.catalog.places.candidate(id)?.path ?? '']) {
        expect(place.startsWith('/photos/'), place).toBe(true);
        expect(path.posix.normalize(place)).toBe(place);
      }
      expect(relativePath.split('/')).not.toContain('..');
      expect(test.catalog.folders.get(folderId).relativePath.split('/')).not.toContain('..');
    }
    expect(test.catalog.roots.photoSample(1, 10).filter(({ relativePath }) => relativePath.includes('..'))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'follows no link in the folder of an export but the folder itself',
    async () => {
      const elsewhere = path.join(test.folder, 'elsewhere');
      const own = path.join(test.folder, 'own');
      await mkdir(elsewhere);
      await mkdir(own);
      await symlink(elsewhere, path.join(own, 'trip'));
      await symlink(own, path.join(out, 'link'));
      await writeFile(path.join(elsewhere, 'kept.txt'), 'kept');
      await mkdir(path.join(own, 'files'));
      await symlink(path.join(elsewhere, 'kept.txt'), path.join(own, 'files', 'c.txt'));
      await symlink(path.join(elsewhere, 'made.txt'), path.join(own, 'files', 'd.txt'));
      const ids = [
        photo('trip', 'a.jpg'),
        photo('trip/deep', 'b.jpg'),
        photo('files', 'c.jpg'),
        photo('files', 'd.jpg'),
      ];
      const good = photo('home', 'e.jpg');
      const outcome = await exported('txt', [...ids, good], path.join(out, 'link'));
      expect(outcome.failures.map(({ file, code }) => [file, code])).toEqual([
        ['trip/a.jpg', 'OUTPUT_NOT_WRITABLE'],
        ['trip/deep/b.jpg', 'OUTPUT_NOT_WRITABLE'],
      ]);
      expect(outcome).toMatchObject({ written: 1, kept: 2 });
      expect(await filesIn(elsewhere)).toEqual([path.join(elsewhere, 'kept.txt')]);
      expect(await filesIn(path.join(own, 'home'))).toEqual([path.join(own, 'home', 'e.txt')]);
    },
  );

  it('cannot have its schema call functions, load extensions or change itself', () => {
    const { database } = test.catalog.connection;
    expect(database.pragma('trusted_schema', { simple: true })).toBe(0);
    expect(() => database.prepare("SELECT load_extension('x')").get()).toThrow(/not authorized|no such function/);
    database.pragma('writable_schema = ON');
    expect(() => database.prepare("UPDATE sqlite_schema SET sql = ''").run()).toThrow();
  });
});
