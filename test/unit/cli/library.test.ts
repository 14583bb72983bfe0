/** @file `vignette library …`: folders, scans, status, checks and backups, with real folders and a real catalog. */
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { OwnerLock } from '../../../main/library/catalog/ownerLock.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { CacheFolder } from '../../../native-models/cacheFolder.ts';
import { CliDouble } from './cliDouble.ts';

async function scanned(...files: string[]): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files(...files);
  expect((await cli.run(['library', 'add', 'p'])).code).toBe(0);
  expect((await cli.run(['library', 'scan'])).code).toBe(0);
  return cli;
}

async function json(cli: CliDouble, ...args: string[]) {
  const { code, out, err } = await cli.run([...args, '--json']);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

describe('vignette library add', () => {
  it('adds folders with what to ignore, and lists them', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/x/b.jpg', 'q/c.jpg');
    const added = await cli.run(['library', 'add', 'p', 'q', '--ignore', 'x/', '*.png']);
    expect(added.code).toBe(0);
    expect(added.err).toContain(`Added ${cli.path('p')}.`);
    const scan = await json(cli, 'library', 'scan');
    expect(scan).toMatchObject({ files: 2, found: 2, problems: [] });
    expect(await json(cli, 'library', 'list')).toMatchObject([
      {
        path: cli.path('p'),
        watched: true,
        state: 'online',
        photos: 1,
        missing: 0,
        ignored: ['x/', '*.png'],
        liveSidecars: false,
        liveFolders: [],
      },
      { path: cli.path('q'), photos: 1 },
    ]);
    expect((await cli.run(['library', 'list'])).out).toMatch(/^FOLDER +PHOTOS/);
  });

  it('makes a folder part of the one around it', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/x/b.jpg');
    await cli.run(['library', 'add', 'p/x', '--live-sidecars']);
    const around = await json(cli, 'library', 'add', 'p');
    expect(around).toMatchObject([{ outcome: 'added', absorbed: [cli.path('p', 'x')] }]);
    // What was wanted for the one is wanted for no other.
    expect(await json(cli, 'library', 'list')).toMatchObject([{ liveSidecars: false, liveFolders: ['x'] }]);
    expect(await json(cli, 'library', 'list')).toHaveLength(1);
  });

  it('names what is no folder, and adds the others', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    expect(await cli.run(['library', 'add', 'nowhere'])).toMatchObject({ code: 1, out: '' });
    const result = await cli.run(['library', 'add', 'nowhere', 'p']);
    expect(result.code).toBe(3);
    expect(result.err).toContain('Failed: nowhere: There is no folder');
    expect(await json(cli, 'library', 'list')).toHaveLength(1);
  });
});

describe('vignette library scan', () => {
  it('finds what is new, edited, renamed and gone', async () => {
    const cli = await scanned('p/a.jpg', 'p/b.jpg', 'p/c.jpg', 'p/d.jpg');
    await writeFile(cli.path('p', 'a.jpg'), 'another picture');
    await rename(cli.path('p', 'b.jpg'), cli.path('p', 'renamed.jpg'));
    await rm(cli.path('p', 'c.jpg'));
    await cli.files('p/new.jpg');
    const result = await cli.run(['library', 'scan']);
    expect(result.err).toContain('1 new, 1 changed, 1 moved or back, 1 missing.');
    expect(await json(cli, 'library', 'scan')).toMatchObject({ found: 0, changed: 0, moved: 0, missing: 0 });
  });

  it('reads what files say of themselves, and tells why some cannot be read', async () => {
    const cli = await scanned('p/words.jpg');
    const status = await json(cli, 'library', 'status');
    expect(status).toMatchObject({ photos: 1, unread: 0, unreadable: [{ count: 1 }] });
  });

  it('looks at the folders that are named only, which must be in the library', async () => {
    const cli = await scanned('p/x/a.jpg', 'p/y/b.jpg');
    await cli.files('p/x/new.jpg', 'p/y/new.jpg');
    expect(await json(cli, 'library', 'scan', 'p/x')).toMatchObject({ found: 1 });
    const refused = await cli.run(['library', 'scan', 'q']);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain('q is not in the library');
  });

  it.each(['p', 'link'])('passes over the library’s own folder, reached through %s', async (way) => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/library/thumbnails/b.webp');
    await symlink(cli.path('p'), cli.path('link'), 'junction');
    const at = ['--library', cli.path(way, 'library')];
    await cli.run(['library', 'add', 'p', ...at]);
    expect(await json(cli, 'library', 'scan', ...at)).toMatchObject({ files: 1 });
    expect((await cli.run(['caption', 'p', ...at])).asked).toEqual(['a.jpg']);
  });

  it('leaves photos as they are whose folder is away', async () => {
    const cli = await scanned('p/a.jpg');
    await rename(cli.path('p'), cli.path('elsewhere'));
    const result = await cli.run(['library', 'scan']);
    expect(result).toMatchObject({ code: 0 });
    expect(result.err).toContain(`Offline: ${cli.path('p')}. Its photos are kept.`);
    expect(await json(cli, 'library', 'status')).toMatchObject({ photos: 1, missing: 0, offline: 1 });
  });
});

describe('vignette library status', () => {
  it('tells who captioned how much, what is stale, missing, waiting and failed', async () => {
    const cli = await scanned('p/1.jpg', 'p/2.jpg', 'p/3.jpg', 'p/4.jpg');
    await cli.run(['caption', 'p'], {
      answer: ({ image }) => {
        throw new Error(`no words for ${path.basename(image)}`);
      },
    });
    await cli.run(['caption', 'p/1.jpg', 'p/2.jpg']);
    await writeFile(cli.path('p', '1.jpg'), 'edited');
    await rm(cli.path('p', '2.jpg'));
    await cli.run(['library', 'scan']);
    await using catalog = await Catalog.open(cli.libraryFolder, { startReader: startReaderThread, owner: 'a test' });
    const [third] = catalog.photos.idsIn(1).filter((id) => catalog.photos.get(id).name === '3.jpg');
    catalog.captions.write(third ?? 0, 'written by a person');
    await new CacheFolder(path.join(cli.libraryFolder, 'features')).write('ab', Buffer.alloc(96));
    const status = await json(cli, 'library', 'status');
    expect(status).toMatchObject({
      sizeBytesOf: { features: 100 },
      photos: 3,
      missing: 1,
      captioned: 2,
      stale: 1,
      models: ['tiny'],
      bySource: { human: 1, model: 1, import: 0 },
    });
    const { out } = await cli.run(['library', 'status']);
    expect(out).toMatch(/^Photos +3 \(.*\), 1 missing$/m);
    expect(out).toMatch(/^Captioned +2: 1 by people, 1 by models, 0 imported$/m);
    expect(out).toMatch(/^Failed +2: no words for [34]\.jpg$/m);
  });

  it('is understood before anything was added', async () => {
    const cli = await CliDouble.create();
    const result = await cli.run(['library', 'status']);
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(result.err).toContain('is empty. To add a folder: vignette library add FOLDER');
    expect(await json(cli, 'library', 'status')).toMatchObject({ photos: 0 });
    expect(await json(cli, 'library', 'list')).toEqual([]);
    expect(await json(cli, 'runs', 'list')).toEqual([]);
    expect(await json(cli, 'search', 'dogs')).toEqual([]);
    expect(await readdir(path.dirname(cli.libraryFolder))).not.toContain(path.basename(cli.libraryFolder));
  });

  it('is told while another process works with the library, which others may not change meanwhile', async () => {
    const cli = await scanned('p/a.jpg');
    using _lock = OwnerLock.take(cli.libraryFolder, 'vignette serve');
    expect(await json(cli, 'library', 'status')).toMatchObject({ photos: 1 });
    expect(await json(cli, 'search', 'a')).toHaveLength(1);
    for (const args of [
      ['library', 'scan'],
      ['library', 'add', 'p'],
      ['caption', 'p'],
      ['runs', 'undo', '1'],
    ]) {
      await mkdir(cli.path('p'), { recursive: true });
      const result = await cli.run(args);
      expect(result.code, args.join(' ')).toBe(1);
    }
    const scan = await cli.run(['library', 'scan']);
    expect(scan.err).toMatch(/^vignette: The library .* is in use by another Vignette \(vignette serve, process \d+\)/);
  });
});

describe('vignette library remove', () => {
  it('takes a folder out, and adding it again brings everything back', async () => {
    const cli = await scanned('p/a.jpg');
    await cli.run(['caption', 'p']);
    expect((await cli.run(['library', 'remove', 'p'])).err).toContain(`Removed ${cli.path('p')}`);
    expect(await json(cli, 'library', 'list')).toEqual([]);
    expect(await json(cli, 'library', 'status')).toMatchObject({ photos: 0, missing: 0 });
    await cli.run(['library', 'add', 'p']);
    await cli.run(['library', 'scan']);
    expect(await json(cli, 'library', 'status')).toMatchObject({ photos: 1, missing: 0, captioned: 1 });
  });

  it('names what is no folder of the library', async () => {
    const cli = await scanned('p/a.jpg');
    const result = await cli.run(['library', 'remove', 'q']);
    expect(result).toMatchObject({ code: 1 });
    expect(result.err).toContain('q is not a library folder');
  });
});

describe('vignette library check', () => {
  it('finds and repairs what can be made anew', async () => {
    const cli = await scanned('p/a.jpg');
    expect(await json(cli, 'library', 'check')).toEqual({ ok: true, problems: [] });
    {
      await using catalog = await Catalog.open(cli.libraryFolder, { startReader: startReaderThread, owner: 'a test' });
      catalog.connection.write(() => catalog.connection.prepare('DELETE FROM photo_text').run());
    }
    const found = await cli.run(['library', 'check']);
    expect(found).toMatchObject({ code: 1 });
    expect(found.err).toContain('To repair it: vignette library check --repair');
    expect(await json(cli, 'library', 'check', '--repair')).toMatchObject({
      ok: true,
      problems: [{ code: 'FULL_TEXT', repaired: true }],
    });
    expect((await cli.run(['library', 'check'])).err).toContain('The catalog is not damaged.');
  });

  it('says how to go back when the file itself is damaged', async () => {
    const cli = await scanned('p/a.jpg');
    await writeFile(path.join(cli.libraryFolder, 'catalog.db'), 'this was a catalog');
    const result = await cli.run(['library', 'check']);
    expect(result).toMatchObject({ code: 1 });
    expect(result.err).toContain('To restore a backup: vignette library restore --list');
  });
});

describe('vignette library restore', () => {
  it('goes back to a backup, and keeps the catalog that was there', async () => {
    const cli = await scanned('p/a.jpg');
    const backups = await json(cli, 'library', 'restore', '--list');
    expect(backups).toHaveLength(1);
    await cli.run(['caption', 'p']);
    expect(await json(cli, 'library', 'status')).toMatchObject({ captioned: 1 });
    const { kept } = await json(cli, 'library', 'restore', backups[0].name);
    expect(await json(cli, 'library', 'status')).toMatchObject({ photos: 1, captioned: 0 });
    expect(await readdir(cli.libraryFolder)).toContain(path.basename(kept));
  });

  it('refuses a backup that is not there, or is damaged', async () => {
    const cli = await scanned('p/a.jpg');
    expect(await cli.run(['library', 'restore', 'catalog-1.db'])).toMatchObject({ code: 2 });
    const [{ name }] = await json(cli, 'library', 'restore', '--list');
    await writeFile(path.join(cli.libraryFolder, 'backups', name), 'damaged');
    const result = await cli.run(['library', 'restore']);
    expect(result).toMatchObject({ code: 1 });
    expect(result.err).toContain('is damaged. The catalog was not changed.');
    expect(await json(cli, 'library', 'status')).toMatchObject({ photos: 1 });
  });

  it('happens by itself when the catalog is damaged, and says so', async () => {
    const cli = await scanned('p/a.jpg');
    for (const [LANG, sentence] of [
      ['en_US.UTF-8', 'The catalog was damaged. The backup of '],
      ['zh_CN.UTF-8', '图库数据库已损坏，已用 '],
    ] as const) {
      await writeFile(path.join(cli.libraryFolder, 'catalog.db'), 'this was a catalog');
      const result = await cli.run(['library', 'scan'], { env: { LANG } });
      expect(result).toMatchObject({ code: 0 });
      expect(result.err).toContain(sentence);
    }
    expect(await json(cli, 'library', 'status')).toMatchObject({ photos: 1 });
  });
});
