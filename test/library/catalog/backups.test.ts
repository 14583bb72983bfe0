/** @file Backups of the catalog: which are kept, and that a catalog which was lost comes back from one. */
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect } from 'vitest';
import type { Holdings } from '../../../main/library/catalog/backups/backupFile.ts';
import { superfluousBackups } from '../../../main/library/catalog/backups/backupSpread.ts';
import { listBackups, type Restored, restoreChosen } from '../../../main/library/catalog/backups/backups.ts';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { it } from '../../support/fixtures.ts';
import { testCatalog } from '../../support/testCatalog.ts';

const hourMs = 60 * 60 * 1000;

async function libraryWithBackup(folder: string): Promise<void> {
  await using catalog = Catalog.open(folder, { startReader: startReaderThread, owner: 'test' });
  catalog.connection.database.exec(
    `INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms) VALUES (1, '/photos', '/photos', 'exact', 1, 0)`,
  );
  catalog.vocabulary.set([{ path: 'beach' }]);
  await catalog.backUpIfDue();
}

const backupNames = async (folder: string) => (await readdir(path.join(folder, 'backups'))).sort();

describe('a catalog that is lost beside sound backups', () => {
  it.for([
    ['empty', (file: string) => truncate(file, 0)],
    ['missing', (file: string) => rm(file)],
  ] as const)(
    'because it is %s is no new library: the newest backup takes its place',
    async ([loss, lose], { folder }) => {
      await libraryWithBackup(folder.path);
      await lose(path.join(folder.path, 'catalog.db'));
      expect(() => Catalog.openToRead(folder.path, { startReader: startReaderThread })).toThrow(
        expect.objectContaining({ code: 'CATALOG_DAMAGED' }),
      );
      const restored: Restored[] = [];
      await using catalog = Catalog.open(folder.path, {
        startReader: startReaderThread,
        owner: 'test',
        onRestored: (notice) => restored.push(notice),
      });
      expect(catalog.vocabulary.list().map(({ path }) => path)).toEqual(['beach']);
      expect(restored).toMatchObject([{ loss }]);
      expect(restored[0]?.damagedFile === undefined).toBe(loss === 'missing');
    },
  );

  it('is a new library where the person took the backups away, too', async ({ folder }) => {
    await libraryWithBackup(folder.path);
    await rm(path.join(folder.path, 'catalog.db'));
    await rm(path.join(folder.path, 'backups'), { recursive: true });
    await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
    expect(catalog.vocabulary.list().map(({ path }) => path)).toEqual([]);
  });

  it('is a new library where backups hold nothing, or are damaged', async ({ folder }) => {
    {
      await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
      await catalog.backUpIfDue();
    }
    await writeFile(path.join(folder.path, 'backups', 'catalog-2999-01-01T00-00-00Z.db'), 'nonsense');
    await truncate(path.join(folder.path, 'catalog.db'), 0);
    const restored: Restored[] = [];
    await using catalog = Catalog.open(folder.path, {
      startReader: startReaderThread,
      owner: 'test',
      onRestored: (notice) => restored.push(notice),
    });
    expect(catalog.roots.list()).toEqual([]);
    expect(restored).toEqual([]);
  });
});

describe('restoring', () => {
  it('leaves nothing beside the backups, also where an earlier version took them', async ({ folder }) => {
    await libraryWithBackup(folder.path);
    const [backup] = listBackups(folder.path);
    if (backup === undefined) throw new Error('no backup');
    const before = await backupNames(folder.path);
    expect(restoreChosen(folder.path, backup, 1)).toMatch(/catalog\.replaced-1\.db$/);
    expect(await backupNames(folder.path)).toEqual(before);
    // As `VACUUM INTO` and the online backup leave it: with a write-ahead log.
    const old = new Sqlite(backup.file);
    old.pragma('journal_mode = WAL');
    old.close();
    restoreChosen(folder.path, backup, 2);
    expect(await backupNames(folder.path)).toEqual(before);
    await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
    expect(catalog.vocabulary.list().map(({ path }) => path)).toEqual(['beach']);
    expect(catalog.connection.database.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('is possible where the catalog is gone', async ({ folder }) => {
    await libraryWithBackup(folder.path);
    await rm(path.join(folder.path, 'catalog.db'));
    const [backup] = listBackups(folder.path);
    if (backup === undefined) throw new Error('no backup');
    expect(restoreChosen(folder.path, backup, 1)).toBeUndefined();
    await using catalog = Catalog.openToRead(folder.path, { startReader: startReaderThread });
    expect(catalog.vocabulary.list().map(({ path }) => path)).toEqual(['beach']);
  });
});

describe('backups that are kept', () => {
  const dated = (hoursAgo: number) => ({ hoursAgo, takenAtMs: Date.parse('2026-06-10T12:00:00Z') - hoursAgo * hourMs });
  const equal = (): Holdings => ({ byPeople: 5, altogether: 100 });

  it('are spread over hours, days and weeks', () => {
    const hourly = Array.from({ length: 24 * 70 }, (_, index) => dated(index));
    const gone = new Set(superfluousBackups(hourly, equal));
    const kept = hourly.filter((backup) => !gone.has(backup)).map(({ hoursAgo }) => hoursAgo);
    expect(kept.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(kept.filter((hours) => hours >= 24 && hours < 24 * 7).length).toBeGreaterThanOrEqual(5);
    expect(kept.filter((hours) => hours >= 24 * 21).length).toBeGreaterThanOrEqual(4);
    expect(kept.length).toBeLessThanOrEqual(23);
  });

  it('are all of them while there are few, and nothing is opened for it', () => {
    const few = [dated(0), dated(1), dated(30)];
    const refuse = () => {
      throw new Error('was opened');
    };
    expect(superfluousBackups(few, refuse)).toEqual([]);
  });

  it('are those that hold more than all later ones, however old', () => {
    const hourly = Array.from({ length: 24 * 100 }, (_, index) => dated(index));
    const lost = (hoursAgo: number) =>
      hoursAgo < 24 * 90 ? { byPeople: 1, altogether: 50 } : { byPeople: 5, altogether: 60 };
    const gone = new Set(superfluousBackups(hourly, ({ hoursAgo }) => lost(hoursAgo)));
    expect(gone.has(hourly[24 * 90] ?? dated(0))).toBe(false);
    expect(gone.has(hourly[24 * 90 + 1] ?? dated(0))).toBe(true);
    const fewer = (hoursAgo: number) => ({ byPeople: 0, altogether: hoursAgo < 24 * 90 ? 10 : 21 });
    expect(superfluousBackups(hourly, ({ hoursAgo }) => fewer(hoursAgo))).not.toContain(hourly[24 * 90]);
    const purged = (hoursAgo: number) => ({ byPeople: 0, altogether: hoursAgo < 24 * 90 ? 10 : 15 });
    expect(superfluousBackups(hourly, ({ hoursAgo }) => purged(hoursAgo))).toContain(hourly[24 * 90]);
  });

  it('are not pushed out by those of a library that was emptied, in a folder of the product’s own', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    await using test = await testCatalog(() => nowMs);
    const photoId = test.addPhoto('a.jpg');
    test.catalog.captions.write(photoId, 'somebody wrote this');
    const full = await test.catalog.backUpIfDue();
    test.catalog.connection.database.exec('DELETE FROM change; DELETE FROM caption');
    const other = test.addPhoto('b.jpg');
    for (let week = 0; week < 20; week += 1) {
      nowMs += 7 * 24 * hourMs;
      test.catalog.connection.write(() => test.catalog.connection.photoChanged(other));
      await test.catalog.backUpIfDue();
    }
    expect(listBackups(test.folder).at(-1)?.file).toBe(full?.file);
    expect(listBackups(test.folder).length).toBeLessThan(20);
    await writeFile(path.join(test.folder, 'backups', 'catalog-2026-01-01T00-00-00Z.db.part'), 'left by a kill');
    nowMs += 2 * hourMs;
    test.catalog.connection.write(() => test.catalog.connection.photoChanged(other));
    await test.catalog.backUpIfDue();
    expect((await backupNames(test.folder)).every((name) => name.endsWith('Z.db'))).toBe(true);
    expect((await readFile(full?.file ?? '')).subarray(18, 20)).toEqual(Buffer.from([1, 1]));
  });
});
