/** @file Each migration, from the schema before it with data in it. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { openDatabase } from '../../../main/library/catalog/database.ts';
import { migrations } from '../../../main/library/catalog/migrations/migrations.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

it('from schema 1 to 2: photos keep everything, and are looked at again for their colour', async () => {
  await using folder = await temporaryFolder();
  const old = openDatabase(path.join(folder.path, 'catalog.db'), { migrations: migrations.slice(0, 1) });
  old.exec(`
    INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms) VALUES (1, '/photos', '/photos', 'exact', 1, 0);
    INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (1, 1, '', '');
    INSERT INTO photo (id, folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint,
      details_revision, perceptual_hash, shown_caption_id, shown_source, shown_revision)
      VALUES (7, 1, 'a.jpg', 'a.jpg', 0, 1, 0, x'01', 1, x'0102030405060708', 3, 'human', 1);
    INSERT INTO run (id, kind, name, state, created_at_ms) VALUES (2, 'edit', 'Edit a caption', 'done', 0);
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, created_at_ms)
      VALUES (3, 7, 'kept', 'human', 2, 1, 0);
  `);
  const before = old.prepare('SELECT * FROM photo').get();
  old.close();

  await using catalog = Catalog.open(folder.path, { owner: 'test' });
  const { database } = catalog.connection;
  expect(database.prepare('SELECT * FROM photo').get()).toEqual({ ...Object(before), average_colour: null });
  expect(catalog.captions.of(7).map(({ text }) => text)).toEqual(['kept']);
  expect(catalog.photos.withoutLooks(0, 10).map(({ id }) => id)).toEqual([7]);
  expect(catalog.photos.setLooks(7, 1, { hash: Buffer.alloc(8), averageColour: 0x336699 })).toBe(true);
  expect(catalog.photos.withoutLooks(0, 10)).toEqual([]);
  expect((await catalog.reader.read('cards', [7]))[0]).toMatchObject({ averageColour: 0x336699 });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('from schema 2 to 3: photos keep everything, and their shapes are read from an index', async () => {
  await using folder = await temporaryFolder();
  const old = openDatabase(path.join(folder.path, 'catalog.db'), { migrations: migrations.slice(0, 2) });
  old.exec(`
    INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms) VALUES (1, '/photos', '/photos', 'exact', 1, 0);
    INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (1, 1, '', '');
    INSERT INTO photo (id, folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint, width, height)
      VALUES (7, 1, 'a.jpg', 'a.jpg', 0, 1, 0, x'01', 1500, 1000);
  `);
  const before = old.prepare('SELECT * FROM photo').get();
  old.close();

  await using catalog = Catalog.open(folder.path, { owner: 'test' });
  const { database } = catalog.connection;
  expect(database.prepare('SELECT * FROM photo').get()).toEqual(before);
  expect(database.prepare('SELECT id FROM photo INDEXED BY photo_shape WHERE height > 0').pluck().all()).toEqual([7]);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
});
