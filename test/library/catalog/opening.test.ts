/** @file Opening a catalog: also a read-only, newer, foreign, damaged or busy one, and on a disk that is full. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished } from 'vitest';
import { listBackups, type Restored } from '../../../main/library/catalog/backups/backups.ts';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { openDatabase, schemaVersion } from '../../../main/library/catalog/database.ts';
import { migrations } from '../../../main/library/catalog/migrations/migrations.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { it } from '../../support/fixtures.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { testCatalog } from '../../support/testCatalog.ts';

const code = (name: string) => expect.objectContaining({ code: name });

describe('opening a catalog', () => {
  it('makes the folder and the file, at the newest schema', async ({ folder }) => {
    await using catalog = Catalog.open(path.join(folder.path, 'new', 'library'), {
      startReader: startReaderThread,
      owner: 'test',
    });
    expect(schemaVersion(catalog.connection.database)).toBe(migrations.at(-1)?.version);
    expect(catalog.connection.database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(catalog.connection.database.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  it('makes every table STRICT', async ({ test }) => {
    const loose = test.catalog.connection.database
      .prepare(`SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0
                AND name NOT LIKE 'photo_text%' AND name NOT LIKE 'sqlite_%'`)
      .pluck()
      .all();
    expect(loose).toEqual([]);
  });

  it('triggers nothing upon a new photo, which would make SQLite look into all tables that reference photos', async ({
    test,
  }) => {
    const triggers = test.catalog.connection.database
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'photo'
         UNION ALL SELECT name, sql FROM sqlite_temp_schema WHERE type = 'trigger' AND tbl_name = 'photo'`,
      )
      .all();
    expect(triggers.map(({ name }) => name)).toContain('photo_UPDATE');
    expect(triggers.filter(({ sql }) => /(?:BEFORE|AFTER|INSTEAD OF)\s+INSERT\b/i.test(sql))).toEqual([]);
  });

  it('refuses a second owner and names the first, but lets others read', async ({ test }) => {
    test.addPhoto('a.jpg');
    expect(() => Catalog.open(test.folder, { startReader: startReaderThread, owner: 'other' })).toThrow(
      /in use by another Vignette \(test, process \d+\)/,
    );
    expect(() => Catalog.open(test.folder, { startReader: startReaderThread, owner: 'other' })).toThrow(
      code('CATALOG_IN_USE'),
    );
    await using reader = Catalog.openToRead(test.folder, { startReader: startReaderThread });
    expect(reader.connection.prepare('SELECT count(*) FROM photo').pluck().get()).toBe(1);
    expect(() => reader.runs.begin({ kind: 'edit', description: { kind: 'named', name: 'x' } })).toThrow(
      code('CATALOG_READ_ONLY'),
    );
  });

  it('is held although nobody refers to it any more, and free again when its owner was killed', async ({ folder }) => {
    const script = `import { Catalog } from ${JSON.stringify(new URL('../../../main/library/catalog/catalog.ts', import.meta.url).href)};
      import { setImmediate as nextTurn } from 'node:timers/promises';
      Catalog.open(${JSON.stringify(folder.path)}, { startReader: () => { throw new Error('not read'); }, owner: 'victim' });
      setInterval(() => {}, 1000);
      // What is collected as garbage lets go of its files.
      for (let round = 0; round < 5; round += 1) { await nextTurn(); gc(); }
      console.log('open');`;
    const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Whatever goes wrong below: a process that is left behind keeps the suite from ending.
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    expect(() => Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' })).toThrow(
      /\(victim, process \d+\)/,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
    expect(catalog.runs.list()).toEqual([]);
  });

  it('leaves a catalog of a newer Vignette as it is', async ({ folder }) => {
    {
      await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
      catalog.connection.database.pragma('user_version = 999');
    }
    expect(() => Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' })).toThrow(
      code('CATALOG_NEWER'),
    );
    expect(() => Catalog.openToRead(folder.path, { startReader: startReaderThread })).toThrow(code('CATALOG_NEWER'));
    const file = new Sqlite(path.join(folder.path, 'catalog.db'), { readonly: true });
    expect(file.pragma('user_version', { simple: true })).toBe(999);
    file.close();
  });

  it('leaves the database of another program as it is', async ({ folder }) => {
    const file = path.join(folder.path, 'catalog.db');
    const foreign = new Sqlite(file);
    foreign.exec('CREATE TABLE theirs (x)');
    foreign.close();
    expect(() => Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' })).toThrow(
      code('CATALOG_NOT_A_CATALOG'),
    );
  });

  it('says that there is none to read before anything was added', async ({ folder }) => {
    expect(() => Catalog.openToRead(folder.path, { startReader: startReaderThread })).toThrow(
      code('CATALOG_NOT_FOUND'),
    );
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('names a library folder that cannot be made', async ({ folder }) => {
    await writeFile(path.join(folder.path, 'file'), '');
    expect(() =>
      Catalog.open(path.join(folder.path, 'file', 'library'), { startReader: startReaderThread, owner: 'test' }),
    ).toThrow(code('CATALOG_UNREADABLE'));
  });

  it.skipIf(!canMakeSmallDisks)('on a read-only disk can be read, and says why not more', async () => {
    await using disk = await makeSmallDisk(8);
    {
      await using catalog = Catalog.open(disk.path, { startReader: startReaderThread, owner: 'test' });
      catalog.vocabulary.set([{ path: 'kept' }]);
    }
    await disk.makeReadOnly();
    expect(() => Catalog.open(disk.path, { startReader: startReaderThread, owner: 'test' })).toThrow(
      code('CATALOG_READ_ONLY'),
    );
    await using reader = Catalog.openToRead(disk.path, { startReader: startReaderThread });
    expect(reader.vocabulary.list().map(({ path }) => path)).toEqual(['kept']);
    expect(await reader.reader.read('tags', undefined)).toMatchObject([{ path: 'kept' }]);
  });
});

describe('backups', () => {
  it('are taken when something changed and the newest is an hour old, and kept of eight hours', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    await using test = await testCatalog(() => nowMs);
    expect(await test.catalog.backUpIfDue()).toBeDefined();
    expect(await test.catalog.backUpIfDue()).toBeUndefined();
    const photoId = test.addPhoto('a.jpg');
    for (let hour = 0; hour < 9; hour += 1) {
      test.catalog.captions.write(photoId, `hour ${hour}`);
      expect(await test.catalog.backUpIfDue()).toBeUndefined();
      nowMs += 60 * 60 * 1000;
      expect(await test.catalog.backUpIfDue()).toMatchObject({ takenAtMs: nowMs });
      nowMs += 1000;
    }
    expect(listBackups(test.folder)).toHaveLength(8);
    expect(await readdir(path.join(test.folder, 'backups'))).toHaveLength(8);
  });

  it.for([
    ['its first page is overwritten', (bytes: Buffer) => bytes.fill(0x55, 0, 4096)],
    ['it is cut off in its first page', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['its schema is unreadable', (bytes: Buffer) => bytes.fill(0xff, 100, 4096)],
  ] as const)(
    'the newest sound one takes the place of a catalog when %s, which is kept',
    async ([_how, damage], { folder }) => {
      {
        await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
        catalog.vocabulary.set([{ path: 'beach' }]);
        await catalog.backUpIfDue();
      }
      const file = path.join(folder.path, 'catalog.db');
      const damaged = damage(await readFile(file));
      await writeFile(file, damaged);
      // A newer backup that is no good is passed over.
      await writeFile(path.join(folder.path, 'backups', 'catalog-2999-01-01T00-00-00Z.db'), damaged);
      const restored: Restored[] = [];
      await using catalog = Catalog.open(folder.path, {
        startReader: startReaderThread,
        owner: 'test',
        onRestored: (notice) => restored.push(notice),
      });
      expect(catalog.vocabulary.list().map(({ path }) => path)).toEqual(['beach']);
      expect(restored).toHaveLength(1);
      expect(await readFile(restored[0]?.damagedFile ?? '')).toEqual(damaged);
    },
  );

  it('a damaged catalog without one is named and left alone', async ({ folder }) => {
    const file = path.join(folder.path, 'catalog.db');
    await writeFile(file, 'not a database, whatever it is, but long enough to be looked at');
    expect(() => Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' })).toThrow(
      code('CATALOG_DAMAGED'),
    );
    expect(await readFile(file, 'utf8')).toMatch(/^not a database/);
  });
});

describe.skipIf(!canMakeSmallDisks)('on a disk that is full (needs the right to mount a tmpfs)', () => {
  it('says so, keeps what is there, and goes on when there is room', async () => {
    await using disk = await makeSmallDisk(3);
    await using catalog = Catalog.open(disk.path, { startReader: startReaderThread, owner: 'test' });
    catalog.vocabulary.set([{ path: 'kept' }]);
    const ballast = path.join(disk.path, 'ballast');
    await writeFile(ballast, Buffer.alloc(8 << 20)).catch(() => {});
    const big = Array.from({ length: 5000 }, (_, index) => `tag number ${index} of a long list of names`);
    expect(() => catalog.vocabulary.set(big.map((path) => ({ path })))).toThrow(code('CATALOG_DISK_FULL'));
    expect(catalog.vocabulary.list().map(({ path }) => path)).toEqual(['kept']);
    await expect(catalog.backUpIfDue()).rejects.toThrow(code('CATALOG_DISK_FULL'));
    await writeFile(ballast, '');
    catalog.vocabulary.set([{ path: 'kept' }, { path: 'and more' }]);
    expect(catalog.vocabulary.list().map(({ path }) => path)).toEqual(['and more', 'kept']);
    expect(catalog.connection.database.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

describe('migrations', () => {
  it('each leads to the next version, and one that fails leaves the schema before it', async ({ folder }) => {
    const file = path.join(folder.path, 'catalog.db');
    const versions = migrations.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    const next = (migrations.at(-1)?.version ?? 0) + 1;
    openDatabase(file).close();
    const failing = {
      version: next,
      up: (database: Sqlite.Database) => database.exec('CREATE TABLE half (x INTEGER) STRICT; SELECT nonsense'),
    };
    expect(() => openDatabase(file, { migrations: [...migrations, failing] })).toThrow();
    const database = openDatabase(file);
    expect(schemaVersion(database)).toBe(next - 1);
    expect(database.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half'`).pluck().get()).toBe(0);
    database.close();
  });
});
