/** @file Each migration, from the schema before it with data in it. */
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { describe, expect } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { checkCatalog } from '../../../main/library/catalog/check.ts';
import { openDatabase } from '../../../main/library/catalog/database.ts';
import { exportRecords } from '../../../main/library/catalog/exports/exportRecords.ts';
import { runsToExport } from '../../../main/library/catalog/exports/exportRuns.ts';
import { DueJobs } from '../../../main/library/catalog/jobs/dueJobs.ts';
import { addFollowUps } from '../../../main/library/catalog/jobs/followUps.ts';
import { libraryStatus } from '../../../main/library/catalog/libraryStatus.ts';
import { embeddedText } from '../../../main/library/catalog/migrations/0016-embeddedText.ts';
import { liveSidecars } from '../../../main/library/catalog/migrations/0018-liveSidecars.ts';
import { liveFolders } from '../../../main/library/catalog/migrations/0019-liveFolders.ts';
import { marks } from '../../../main/library/catalog/migrations/0021-marks.ts';
import { ratings } from '../../../main/library/catalog/migrations/0022-ratings.ts';
import { followUps } from '../../../main/library/catalog/migrations/0023-followUps.ts';
import { stacks } from '../../../main/library/catalog/migrations/0025-stacks.ts';
import { stackJobs } from '../../../main/library/catalog/migrations/0027-stackJobs.ts';
import { copiedCaptions } from '../../../main/library/catalog/migrations/0028-copiedCaptions.ts';
import { askedRuns } from '../../../main/library/catalog/migrations/0029-askedRuns.ts';
import { stackPlaces } from '../../../main/library/catalog/migrations/0030-stackPlaces.ts';
import { rowsOfPhotos } from '../../../main/library/catalog/migrations/0031-rowsOfPhotos.ts';
import { newPhotos } from '../../../main/library/catalog/migrations/0032-newPhotos.ts';
import { editedOnTop } from '../../../main/library/catalog/migrations/0033-editedOnTop.ts';
import { questionTerms } from '../../../main/library/catalog/migrations/0034-questionTerms.ts';
import { type Migration, migrations } from '../../../main/library/catalog/migrations/migrations.ts';
import { OwnerLock } from '../../../main/library/catalog/ownerLock.ts';
import { problemOf } from '../../../main/library/catalog/problems.ts';
import { bulkQuestion, recentQuestions } from '../../../main/library/catalog/runs/askedQuestions.ts';
import { searchIds } from '../../../main/library/catalog/search/searchPhotos.ts';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { isSameState } from '../../../main/library/photos/fileState.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { updateStacks } from '../../../main/library/stacks/updateStacks.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { termsSchema } from '../../../preload/contract/work.ts';
import { runTitle } from '../../../resources/messages/runTitle.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { noFileInfo } from '../../../schemas/fileInfo.ts';
import type { RunDescription } from '../../../schemas/runDescription.ts';
import { it } from '../../support/fixtures.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Columns that are filled in later. */
const ofLaterSchemas = {
  modified_ns: null,
  changed_ns: null,
  file_number: null,
  picture_hash: null,
  problem_facts: null,
  shown_rating: null,
  shown_flag: null,
  shown_label: null,
};

/**
 * The database of a library as the version before a migration would have made it, with the folder /photos, to be filled and closed.
 * @param migration its number, or what it does
 */
function libraryBefore(folder: { readonly path: string }, migration: number | Migration['up']): Database {
  const at = migrations.findIndex(({ version, up }) => version === migration || up === migration);
  const old = openDatabase(path.join(folder.path, 'catalog.db'), { migrations: migrations.slice(0, at) });
  old.exec(`
    INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms) VALUES (1, '/photos', '/photos', 'exact', 1, 0);
    INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (1, 1, '', '');
  `);
  return old;
}

/** A photo in the folder /photos, or another one. @param more columns that its schema has and that are not the plainest */
function addPhoto(old: Database, id: number, name: string, more: Record<string, string | number | Buffer> = {}): void {
  const row = {
    id,
    folder_id: 1,
    name,
    name_key: name,
    name_folded: name,
    name_order: name,
    added_at_ms: 0,
    size_bytes: 1,
    modified_ms: 0,
    fingerprint: Buffer.from([id]),
    ...more,
  };
  const columns = Object.keys(row);
  old.prepare(`INSERT INTO photo (${columns}) VALUES (${columns.map((column) => `@${column}`)})`).run(row);
}

/** As this version opens it, migrated. */
function open(folder: { readonly path: string }): Catalog {
  return Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
}

it('from schema 1 to 2: photos keep everything, and are looked at again for their colour', async ({ folder }) => {
  const old = libraryBefore(folder, 2);
  addPhoto(old, 7, 'a.jpg', {
    details_revision: 1,
    perceptual_hash: Buffer.from('0102030405060708', 'hex'),
    shown_caption_id: 3,
    shown_source: 'human',
    shown_revision: 1,
  });
  old.exec(`
    INSERT INTO run (id, kind, name, state, created_at_ms) VALUES (2, 'edit', 'Edit a caption', 'done', 0);
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, created_at_ms)
      VALUES (3, 7, 'kept', 'human', 2, 1, 0);
  `);
  const before = old.prepare('SELECT * FROM photo').get();
  old.close();

  await using catalog = open(folder);
  const { database } = catalog.connection;
  expect(database.prepare('SELECT * FROM photo').get()).toEqual({
    ...Object(before),
    average_colour: null,
    ...ofLaterSchemas,
  });
  expect(catalog.captions.of(7).map(({ text }) => text)).toEqual(['kept']);
  expect(catalog.photos.withoutLooks(0, 10).map(({ id }) => id)).toEqual([7]);
  expect(catalog.photos.setLooks(7, 1, { hash: Buffer.alloc(8), averageColour: 0x336699 })).toBe(true);
  expect(catalog.photos.withoutLooks(0, 10)).toEqual([]);
  expect((await catalog.reader.read('cards', [7]))[0]).toMatchObject({ averageColour: 0x336699 });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('from schema 2 to 3: photos keep everything, and their shapes are read from an index', async ({ folder }) => {
  const old = libraryBefore(folder, 3);
  addPhoto(old, 7, 'a.jpg', { width: 1500, height: 1000 });
  const before = old.prepare('SELECT * FROM photo').get();
  old.close();

  await using catalog = open(folder);
  const { database } = catalog.connection;
  expect(database.prepare('SELECT * FROM photo').get()).toEqual({ ...Object(before), ...ofLaterSchemas });
  expect(database.prepare('SELECT id FROM photo INDEXED BY photo_shape WHERE height > 0').pluck().all()).toEqual([7]);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('to schema 4: photos keep everything, and only files that nothing told apart are in doubt', async ({ folder }) => {
  const old = libraryBefore(folder, 4);
  addPhoto(old, 7, 'a.jpg', { modified_ms: 2, changed_ms: 3 });
  addPhoto(old, 8, 'b.jpg', { modified_ms: 2, changed_ms: 3 });
  addPhoto(old, 9, 'c.jpg', { modified_ms: 2, changed_ms: 4 });
  const before = old.prepare('SELECT * FROM photo').all();
  old.close();
  await using catalog = open(folder);
  const { database } = catalog.connection;
  const after = database.prepare('SELECT * FROM photo').all();
  const inDoubt = { ...ofLaterSchemas, changed_ns: -1_000_000 };
  expect(after).toEqual(before.map((row, index) => ({ ...Object(row), ...(index < 2 ? inDoubt : ofLaterSchemas) })));
  const seen = { sizeBytes: 1, modifiedMs: 2, modifiedNs: 5, changedNs: 6, fileNumber: 7 };
  const isTrusted = (id: number, changedMs: number) => {
    const known = catalog.places.get(id);
    return known !== undefined && isSameState(known, { ...seen, changedMs });
  };
  expect([isTrusted(7, 3), isTrusted(8, 3), isTrusted(9, 4)]).toEqual([false, false, true]);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('to schema 6: replaced messages become branches, and all conversations of a photo one', async ({ folder }) => {
  const old = libraryBefore(folder, 6);
  addPhoto(old, 7, 'a.jpg');
  addPhoto(old, 8, 'b.jpg');
  old.exec(`
    INSERT INTO conversation (id, photo_id, created_at_ms) VALUES (1, 7, 0), (2, 7, 0), (3, 8, 0);
    -- In the second conversation, question 5 was asked in the place of 3, and 7 in the place of 5 with its answer.
    INSERT INTO message (id, conversation_id, author, text, created_at_ms) VALUES
      (1, 1, 'human', 'q1', 0), (2, 1, 'model', 'a1', 0), (3, 2, 'human', 'q2', 0), (4, 2, 'model', 'a2', 0),
      (5, 2, 'human', 'q3', 0), (6, 2, 'model', 'a3', 0), (7, 2, 'human', 'q4', 0), (8, 2, 'model', 'a4', 0),
      (9, 2, 'human', 'q5', 0);
    UPDATE message SET replaced_by_id = 5 WHERE id IN (3, 4);
    UPDATE message SET replaced_by_id = 7 WHERE id = 6;
  `);
  old.close();

  await using catalog = open(folder);
  const { conversations } = catalog;
  const said = () => conversations.messages(7).map(({ text }) => text);
  expect(said()).toEqual(['q3', 'q4', 'a4', 'q5']);
  expect(conversations.firstMessages(7).map(({ text }) => text)).toEqual(['q1', 'q2', 'q3']);
  conversations.showBranch(7, 3);
  expect(said()).toEqual(['q2', 'a2']);
  conversations.showBranch(7, 6);
  expect(said()).toEqual(['q3', 'a3']);
  conversations.showBranch(7, 1);
  expect(said()).toEqual(['q1', 'a1']);
  expect(catalog.places.hasTexts(8)).toBe(false);
  expect(catalog.connection.database.pragma('foreign_key_check')).toEqual([]);
  expect(catalog.connection.database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('to schema 7: what was read of files stands, and they are read again', async ({ folder }) => {
  const old = libraryBefore(folder, 7);
  addPhoto(old, 7, 'read.jpg', { revision: 1, details_revision: 1, format: 'JPEG', rating: 3 });
  addPhoto(old, 8, 'changed.jpg', { revision: 3, details_revision: 3, format: 'PNG' });
  addPhoto(old, 9, 'new.jpg', { revision: 1, details_revision: 0 });
  addPhoto(old, 10, 'broken.jpg', { revision: 1, details_revision: 1, problem_code: 'IMAGE_CORRUPT' });
  old.close();
  await using catalog = open(folder);
  expect(catalog.photos.withoutDetails(0, 10).map(({ id }) => id)).toEqual([7, 8, 9]);
  expect(catalog.photos.get(7).details).toMatchObject({ format: 'JPEG', rating: 3 });
  expect(catalog.photos.get(8).details).toMatchObject({ format: 'PNG' });
  expect(catalog.photos.get(9).details).toBeUndefined();
  expect(catalog.photos.get(10).problem).toMatchObject({ code: 'IMAGE_CORRUPT' });
});

describe('to schema 8', () => {
  /** Photos as an earlier version left them: with what they were found by then. */
  function fillOld(folder: { readonly path: string }): void {
    const old = libraryBefore(folder, 8);
    addPhoto(old, 7, 'नाव.jpg');
    addPhoto(old, 8, 'مُحَمَّد.jpg');
    old.exec(`
      INSERT INTO run (id, kind, name, state, created_at_ms) VALUES (2, 'edit', 'Edit a caption', 'done', 0);
      INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, created_at_ms)
        VALUES (3, 7, 'two boats', 'human', 2, 1, 0), (4, 8, 'gone', 'human', 2, 1, 0);
      UPDATE caption SET removed_run_id = 2 WHERE id = 4;
      UPDATE photo SET shown_caption_id = 3, shown_source = 'human', shown_revision = 1 WHERE id = 7;
      INSERT INTO photo_text (rowid, name, caption, answer, tag) VALUES (7, 'न व jpg', 'two boats', '', '');
      INSERT INTO photo_word (word) VALUES ('two'), ('boats');
    `);
    old.close();
  }

  const found = ({ connection }: Catalog, query: string) =>
    [...searchIds(connection, { query: parseQuery(query), nowMs: 0 })].sort();

  it('photos are found by words as they are cut and folded now, and are told to be rebuilt', async ({ folder }) => {
    fillOld(folder);
    const rebuilt: number[] = [];
    const options = {
      startReader: startReaderThread,
      owner: 'test',
      onRebuild: (photos: number) => rebuilt.push(photos),
    };
    {
      await using catalog = Catalog.open(folder.path, options);
      expect([found(catalog, 'नाव'), found(catalog, 'boat'), found(catalog, 'محمد')]).toEqual([[7], [7], [8]]);
      expect([found(catalog, 'name:محمد'), found(catalog, 'gone')]).toEqual([[8], []]);
      expect(checkCatalog(catalog.connection).problems).toEqual([]);
      expect(rebuilt).toEqual([2]);
    }
    await using again = Catalog.open(folder.path, options);
    expect([found(again, 'boat'), rebuilt]).toEqual([[7], [2]]);
  });

  it('a command that only looks brings the library up to date, where nobody else works with it', async ({ folder }) => {
    fillOld(folder);
    {
      using _owner = OwnerLock.take(folder.path, 'an earlier version');
      expect(() => Catalog.openToRead(folder.path, { startReader: startReaderThread })).toThrow(
        expect.objectContaining({ code: 'CATALOG_IN_USE' }),
      );
    }
    await using catalog = Catalog.openToRead(folder.path, { startReader: startReaderThread });
    expect(found(catalog, 'boat')).toEqual([7]);
    using _owner = OwnerLock.take(folder.path, 'somebody who works with it');
    await using beside = Catalog.openToRead(folder.path, { startReader: startReaderThread });
    expect(found(beside, 'boat')).toEqual([7]);
  });

  it('a rebuild that was cut short is begun again', async ({ folder }) => {
    fillOld(folder);
    // As after a kill: the schema is new, and nobody is found yet.
    openDatabase(path.join(folder.path, 'catalog.db')).close();
    {
      await using catalog = Catalog.openToRead(folder.path, { startReader: startReaderThread });
      expect(found(catalog, 'boat')).toEqual([7]);
    }
    await using catalog = open(folder);
    expect(found(catalog, 'boat')).toEqual([7]);
  });
});

it('to schema 5: what was accepted, pinned or confirmed of a model’s is the model’s again, approved by the person', async ({
  folder,
}) => {
  const old = libraryBefore(folder, 5);
  addPhoto(old, 7, 'a.jpg', { shown_caption_id: 2, shown_source: 'human', shown_revision: 1 });
  addPhoto(old, 8, 'b.jpg', { shown_caption_id: 4, shown_source: 'human', shown_revision: 1 });
  addPhoto(old, 9, 'c.jpg', { shown_caption_id: 6, shown_source: 'human', shown_revision: 1 });
  addPhoto(old, 10, 'd.jpg', { shown_caption_id: 8, shown_source: 'human', shown_revision: 1 });
  old.exec(`
    INSERT INTO run (id, kind, name, state, model, created_at_ms) VALUES
      (1, 'caption', 'Caption', 'done', '{"id":"demo","sha256":"ab","precision":"fp32"}', 0),
      (2, 'edit', 'Edit a caption', 'done', NULL, 10), (3, 'edit', 'Edit a caption', 'done', NULL, 20),
      (4, 'chat', 'Chat', 'done', '{"id":"talker","sha256":"cd","precision":"fp32"}', 0),
      (5, 'ask', 'Ask: is it indoors?', 'done', '{"id":"asked","sha256":"ef","precision":"fp32"}', 0),
      (6, 'bulk-edit', 'Tag by answers: Ask: is it indoors?', 'done', NULL, 30),
      (7, 'bulk-edit', 'Add the tag mine', 'done', NULL, 40);
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, candidates, based_on_id, created_at_ms) VALUES
      (1, 7, 'a dog', 'model', 1, 1, '[{"text":"a seal","itm":0.2}]', NULL, 0),
      (2, 7, 'a dog', 'human', 2, 1, NULL, 1, 10),                 -- accepted
      (3, 8, 'a cat', 'model', 1, 1, '[{"text":"a grey cat","itm":0.2}]', NULL, 0),
      (4, 8, 'a grey cat', 'human', 2, 1, NULL, 3, 10),            -- a candidate was chosen
      (5, 9, 'a car', 'model', 1, 1, NULL, NULL, 0),
      (6, 9, 'our car', 'human', 3, 1, NULL, 5, 20),               -- a person's own
      (8, 10, 'two boats', 'human', 3, 1, NULL, NULL, 20);         -- a chat's answer
    INSERT INTO conversation (id, photo_id, created_at_ms) VALUES (1, 10, 0);
    INSERT INTO message (id, conversation_id, author, text, run_id, created_at_ms) VALUES
      (1, 1, 'human', 'what is it?', NULL, 0), (2, 1, 'model', ' two boats ', 4, 0);
    INSERT INTO question (id, text, text_key) VALUES (1, 'is it indoors?', 'is it indoors');
    INSERT INTO answer (photo_id, question_id, text, text_key, source, run_id, shown, photo_revision, created_at_ms)
      VALUES (7, 1, 'yes', 'yes', 'model', 5, 1, 1, 0), (8, 1, 'yes', 'yes', 'model', 5, 1, 1, 0);
    INSERT INTO tag (id, name, path, path_key) VALUES (1, 'indoors', 'indoors', 'indoors'), (2, 'mine', 'mine', 'mine');
    INSERT INTO photo_tag (id, photo_id, tag_id, source, run_id, created_at_ms) VALUES
      (1, 7, 1, 'human', 6, 30), (2, 8, 1, 'human', 6, 30), (3, 8, 1, 'model', 1, 0), (4, 7, 2, 'human', 7, 40);
    INSERT INTO change (run_id, entity, row_id, action) VALUES (1, 'caption', 1, 'add'), (2, 'caption', 2, 'add'),
      (2, 'caption', 4, 'add'), (3, 'caption', 6, 'add'), (3, 'caption', 8, 'add'), (6, 'photo_tag', 1, 'add'),
      (6, 'photo_tag', 2, 'add'), (1, 'photo_tag', 3, 'add'), (7, 'photo_tag', 4, 'add');
  `);
  old.close();

  await using catalog = open(folder);
  const shown = [7, 8, 9, 10].map((id) => catalog.captions.of(id)[0]);
  expect(shown).toMatchObject([
    { id: 2, text: 'a dog', source: 'model', authorRunId: 1, approval: { runId: 2, atMs: 10 } },
    { id: 4, text: 'a grey cat', source: 'model', authorRunId: 1, approval: { runId: 2, atMs: 10 } },
    { id: 6, text: 'our car', source: 'human', approval: undefined },
    { id: 8, text: 'two boats', source: 'model', authorRunId: 4, approval: { runId: 3, atMs: 20 } },
  ]);
  const { database } = catalog.connection;
  expect(database.prepare('SELECT shown_caption_id, shown_source FROM photo ORDER BY id').raw().all()).toEqual([
    [2, 'model'],
    [4, 'model'],
    [6, 'human'],
    [8, 'model'],
  ]);
  expect([...catalog.tags.of(7), ...catalog.tags.of(8)]).toMatchObject([
    { path: 'indoors', source: 'model', modelId: 'asked', approval: { runId: 6, atMs: 30 } },
    { path: 'mine', source: 'human', approval: undefined },
    { id: 3, path: 'indoors', source: 'model', modelId: 'demo', approval: { runId: 6 } },
  ]);
  // The runs can be undone as before, with what they say now.
  await catalog.undo.revert(6);
  expect(catalog.tags.of(8)).toMatchObject([{ id: 3, approval: undefined }]);
  expect(catalog.tags.of(7).map(({ path: tag }) => tag)).toEqual(['mine']);
  await catalog.undo.revert(2);
  expect(catalog.captions.of(7)).toMatchObject([{ id: 1, text: 'a dog', approval: undefined }]);
  expect(database.pragma('foreign_key_check')).toEqual([]);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('to schema 9: photos keep everything, and what is written into their sidecars is remembered as long as they are', async ({
  folder,
}) => {
  const old = libraryBefore(folder, 9);
  addPhoto(old, 7, 'a.jpg');
  const before = old.prepare('SELECT id, name, fingerprint FROM photo').get();
  old.close();

  await using catalog = open(folder);
  expect(catalog.connection.database.prepare('SELECT id, name, fingerprint FROM photo').get()).toEqual(before);
  const written = { description: 'boats', values: { 'XMP-dc:Subject': ['sea'] } };
  catalog.writtenXmp.set(7, '/photos/a.jpg.xmp', { description: null, values: {} });
  catalog.writtenXmp.set(7, '/photos/a.jpg.xmp', written);
  expect([...catalog.writtenXmp.of(7)]).toEqual([['/photos/a.jpg.xmp', written]]);
  catalog.connection.write(() => catalog.places.delete(7));
  expect(catalog.writtenXmp.of(7).size).toBe(0);
  expect(catalog.connection.database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('to schema 10: runs keep their model, and which version of it wrote is told of later ones', async ({ folder }) => {
  const old = libraryBefore(folder, 10);
  const model = { id: 'demo', sha256: 'ab', precision: 'int4' };
  old
    .prepare(
      `INSERT INTO run (id, kind, name, state, created_at_ms, model, prompt, settings)
       VALUES (2, 'caption', 'Caption', 'done', 0, ?, '', '{}'), (3, 'caption', 'Caption', 'done', 0, ?, '', '{}')`,
    )
    .run(JSON.stringify(model), JSON.stringify(model));
  addPhoto(old, 7, 'a.jpg');
  old.exec(`
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, created_at_ms)
      VALUES (4, 7, 'before', 'model', 2, 1, 1), (5, 7, 'after', 'model', 3, 1, 2);
  `);
  old.close();

  await using catalog = open(folder);
  expect(catalog.runs.get(2).identity?.model).toEqual(model);
  expect(catalog.modelVersions.of(2)).toEqual([]);
  const version = { ...model, source: 'Salesforce/demo', revision: '1a2b3c', compiler: '3' };
  catalog.modelVersions.record(3, version);
  catalog.modelVersions.record(3, version);
  expect(catalog.modelVersions.of(3)).toEqual([version]);
  const judge = { ...version, id: 'a-judge', revision: null };
  catalog.modelVersions.record(3, judge);
  catalog.modelVersions.record(3, { ...version, compiler: '4' });
  expect(catalog.modelVersions.of(3)).toEqual([version, { ...version, compiler: '4' }, judge]);
  const captions = { ...captionsOnly, alternatives: true };
  const filter = { included: captions, humanOnly: false, withoutDoubtful: false };
  const records = exportRecords(catalog.connection, { photoIds: [7], filter });
  const { runs } = runsToExport(catalog.connection, { photoIds: [7], filter });
  const models = new Map(runs.map(({ key, model: by }) => [key, by]));
  const written = [...records.values()].flatMap((record) =>
    record.captions.map(({ text, run }) => [text, models.get(run ?? '')]),
  );
  expect(Object.fromEntries(written)).toEqual({ before: model, after: { ...version, compiler: '4' } });
  const { database } = catalog.connection;
  expect(database.pragma('foreign_key_check')).toEqual([]);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
});

describe('to schema 11', () => {
  const ask = { kind: 'ask', question: 'what color is it?' } as const;
  /** Every name that was ever given, and the facts in it. */
  const spellings: readonly (readonly [kind: string, name: string, facts: RunDescription])[] = [
    ['caption', 'Caption: caption', { kind: 'caption', preset: 'caption' }],
    ['caption', 'Caption: my own: preset', { kind: 'caption', preset: 'my own: preset' }],
    ['caption', 'Caption p', { kind: 'captionPaths', path: 'p', more: 0 }],
    ['caption', 'Caption 2024/Norway and 12 more', { kind: 'captionPaths', path: '2024/Norway', more: 12 }],
    ['caption', 'Caption', { kind: 'named', name: 'Caption' }],
    ['ask', 'Ask: what color is it?', { ...ask, more: 0 }],
    ['ask', 'Ask: what color\nis it? and 2 more', { kind: 'ask', question: 'what color\nis it?', more: 2 }],
    ['chat', 'what is this?', { kind: 'chat', question: 'what is this?' }],
    ['chat', 'Undo: Edit a caption', { kind: 'chat', question: 'Undo: Edit a caption' }],
    ['score', 'Judge captions', { kind: 'score' }],
    ['embed', 'Make photos findable by what they show', { kind: 'embed' }],
    ['embed', 'Make photos findable by what they show, with demo', { kind: 'embed', modelId: 'demo' }],
    ['bulk-edit', 'Add the tag sea', { kind: 'addTag', tag: 'sea', more: 0 }],
    ['bulk-edit', 'Add the tag sea and 3 more', { kind: 'addTag', tag: 'sea', more: 3 }],
    ['bulk-edit', 'Remove the tag sea and 1 more', { kind: 'removeTag', tag: 'sea', more: 1 }],
    ['bulk-edit', 'Turn the tag sea into ocean', { kind: 'mergeTags', tag: 'sea', more: 0, into: 'ocean' }],
    ['bulk-edit', 'Turn the tag sea and 1 more into ocean', { kind: 'mergeTags', tag: 'sea', more: 1, into: 'ocean' }],
    ['bulk-edit', 'Move the tag sea below places', { kind: 'moveTag', tag: 'sea', more: 0, parent: 'places' }],
    ['bulk-edit', 'Move the tag sea and 1 more to the top', { kind: 'moveTag', tag: 'sea', more: 1, parent: '' }],
    ['bulk-edit', 'Replace ^sea$ by ocean in tags', { kind: 'replaceInTags', pattern: '^sea$', replacement: 'ocean' }],
    ['bulk-edit', 'Replace x by  in tags', { kind: 'replaceInTags', pattern: 'x', replacement: '' }],
    ['bulk-edit', 'Keep the tags of a vocabulary of 12', { kind: 'restrictTags', vocabulary: 12 }],
    ['bulk-edit', 'Drop tags that deeper ones imply', { kind: 'removeImpliedTags' }],
    [
      'bulk-edit',
      'Tag by answers: Ask: what color is it? and 4 more',
      { kind: 'tagByAnswers', of: { ...ask, more: 4 } },
    ],
    ['edit', 'Edit a caption', { kind: 'editCaption' }],
    ['edit', 'Edit an answer', { kind: 'editAnswer' }],
    ['edit', 'Remove a caption', { kind: 'removeCaption' }],
    ['edit', 'Approve a caption', { kind: 'approveCaption' }],
    ['edit', 'Use an answer as the caption', { kind: 'captionFromAnswer' }],
    ['undo', 'Undo: Undo: Judge captions', { kind: 'undo', of: { kind: 'undo', of: { kind: 'score' } } }],
    ['undo', 'Redo: Edit a caption', { kind: 'redo', of: { kind: 'editCaption' } }],
    ['import', 'Import <b>old</b>', { kind: 'named', name: 'Import <b>old</b>' }],
    ['edit', '', { kind: 'named', name: '' }],
  ];

  async function migrated(fill: (old: Database) => void) {
    const folder = await temporaryFolder();
    const old = libraryBefore(folder, 11);
    fill(old);
    old.close();
    const catalog = open(folder);
    const close = async () => {
      await catalog[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    };
    return { catalog, [Symbol.asyncDispose]: close };
  }

  it('names of runs become facts, and what fits no form stays as it is', async () => {
    await using library = await migrated((old) => {
      const insert = old.prepare(
        `INSERT INTO run (id, kind, name, state, total, created_at_ms) VALUES (?, ?, ?, 'done', 3, 5)`,
      );
      for (const [index, [kind, name]] of spellings.entries()) insert.run(index + 1, kind, name);
    });
    const { catalog } = library;
    for (const [index, [kind, name, description]] of spellings.entries()) {
      expect(catalog.runs.get(index + 1), name).toMatchObject({ kind, state: 'done', total: 3, createdAtMs: 5 });
      expect(catalog.runs.get(index + 1).description, name).toEqual(description);
    }
    expect(catalog.connection.database.pragma('foreign_key_check')).toEqual([]);
    expect(catalog.connection.database.pragma('integrity_check', { simple: true })).toBe('ok');
    const next = catalog.runs.begin({ kind: 'edit', description: { kind: 'editCaption' } });
    expect(next).toBe(spellings.length + 1);
    expect(catalog.runs.get(next).description).toEqual({ kind: 'editCaption' });
  });

  it('an undo is of the run that it goes back to, whatever that is called', async () => {
    await using library = await migrated((old) =>
      old.exec(`
        INSERT INTO run (id, kind, name, state, created_at_ms, reverts_run_id) VALUES
          (1, 'chat', 'Edit a caption', 'done', 0, NULL), (2, 'undo', 'Undo: Edit a caption', 'done', 0, 1),
          (3, 'undo', 'Redo: Edit a caption', 'done', 0, 2), (4, 'edit', 'Edit a caption', 'done', 0, NULL),
          (5, 'undo', 'Undo: Edit a caption', 'done', 0, 4)`),
    );
    const chat = { kind: 'chat', question: 'Edit a caption' };
    expect([2, 3, 5].map((id) => library.catalog.runs.get(id).description)).toEqual([
      { kind: 'undo', of: chat },
      { kind: 'redo', of: chat },
      { kind: 'undo', of: { kind: 'editCaption' } },
    ]);
  });

  it('a name of undos without end stays a name in the end', async () => {
    const name = 'Undo: '.repeat(50_000);
    await using library = await migrated((old) =>
      old.prepare(`INSERT INTO run (id, kind, name, state, created_at_ms) VALUES (1, 'undo', ?, 'done', 0)`).run(name),
    );
    expect(runTitle(library.catalog.runs.get(1).description, texts.en)).toHaveLength(name.length);
  });

  it('rules of folders keep their terms', async () => {
    const terms = {
      kind: 'caption',
      identity: { model: { id: 'demo', sha256: 'ab', precision: 'int4' }, prompt: '', settings: {} },
      questions: [],
      priority: 1,
      preset: 'alt text',
    };
    await using library = await migrated((old) => {
      const action = JSON.stringify({ ...terms, name: 'Caption: alt text' });
      old
        .prepare('INSERT INTO folder_rule (id, folder_id, action, enabled, created_at_ms) VALUES (3, 1, ?, 0, 7)')
        .run(action);
    });
    const [rule] = library.catalog.folderRules.list();
    expect(rule).toMatchObject({ id: 3, folderId: 1, enabled: false, createdAtMs: 7 });
    expect(rule?.action).toMatchObject({
      kind: 'caption',
      questions: [],
      priority: 1,
      preset: 'alt text',
      description: { kind: 'caption', preset: 'alt text' },
      identity: { model: { id: 'demo' } },
    });
    expect(rule?.action).not.toHaveProperty('name');
  });
});

it('to schema 12: failures of before keep their code and their sentence, and those of now their values too', async ({
  folder,
}) => {
  const old = libraryBefore(folder, 12);
  addPhoto(old, 7, 'a.jpg', {
    details_revision: 1,
    problem_code: 'IMAGE_EMPTY',
    problem_message: 'This file is empty.',
  });
  addPhoto(old, 8, 'b.jpg', { details_revision: 1 });
  old.exec(`
    INSERT INTO run (id, kind, description, state, created_at_ms, total, failed)
      VALUES (2, 'caption', '{"kind":"caption","preset":"p"}', 'done', 0, 2, 2);
    INSERT INTO job (id, run_id, photo_id, state, attempts, error_code, error_message, created_at_ms)
      VALUES (3, 2, 7, 'failed', 5, 'OUT_OF_MEMORY', 'No room.', 0), (4, 2, 8, 'set-aside', 1, NULL, NULL, 0);
  `);
  old.close();

  await using catalog = open(folder);
  const { jobs, photos, connection } = catalog;
  expect(photos.get(7).problem).toEqual({ code: 'IMAGE_EMPTY', message: 'This file is empty.' });
  const failed = { runId: 2, question: undefined };
  expect(jobs.failures()).toEqual([
    { ...failed, id: 3, photoId: 7, state: 'failed', attempts: 5, code: 'OUT_OF_MEMORY', message: 'No room.' },
    { ...failed, id: 4, photoId: 8, state: 'set-aside', attempts: 1, code: 'INTERNAL', message: '' },
  ]);
  const status = libraryStatus(connection);
  expect(status.unreadable).toEqual([{ code: 'IMAGE_EMPTY', message: 'This file is empty.', count: 1 }]);
  expect(jobs.retry(2, { codes: ['OUT_OF_MEMORY'] })).toBe(1);
  const problem = problemOf(new ImageError('IMAGE_TOO_LARGE', 'Too large.', { details: { width: 9, height: 8 } }));
  jobs.fail(3, problem);
  photos.setProblem(8, 1, problem);
  const values = { details: { width: 9, height: 8 }, retry: 'never', blames: 'photo' };
  expect(jobs.failures({ limit: 1 })[0]).toMatchObject({ code: 'IMAGE_TOO_LARGE', ...values });
  expect(photos.get(8).problem).toEqual({ code: 'IMAGE_TOO_LARGE', message: 'Too large.', ...values });
  expect(connection.database.pragma('foreign_key_check')).toEqual([]);
  expect(connection.database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('to schema 14 keeps the vocabulary and the terms of runs, which have no synonyms and no tags yet', async () => {
  await using folder = await temporaryFolder();
  const old = libraryBefore(folder, 14);
  old.exec(`
    INSERT INTO tag (id, name, path, path_key, in_vocabulary) VALUES (1, 'Sea', 'Sea', 'sea', 1), (2, 'x', 'x', 'x', 0);
    INSERT INTO run (id, kind, description, state, created_at_ms, model, prompt, settings) VALUES
      (1, 'ask', '{"kind":"ask","question":"what?","more":0}', 'done', 0, '{"id":"demo","sha256":"ab","precision":"fp32"}', 'what?', '{}')`);
  old.close();
  await using catalog = open(folder);
  expect(catalog.vocabulary.list()).toEqual([{ path: 'Sea', synonyms: [] }]);
  expect(catalog.runs.get(1).identity).toMatchObject({ prompt: 'what?' });
  expect(catalog.runs.get(1).identity).not.toHaveProperty('tagPaths');
});

it('to schema 15 keeps runs, and what people wrote goes on being shown in the order in which they wrote it', async () => {
  await using folder = await temporaryFolder();
  const old = libraryBefore(folder, 15);
  addPhoto(old, 7, 'a.jpg');
  old.exec(`
    INSERT INTO run (id, kind, description, state, created_at_ms) VALUES
      (1, 'edit', '{"kind":"editCaption"}', 'done', 0), (2, 'edit', '{"kind":"editCaption"}', 'done', 0);
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, created_at_ms)
      VALUES (3, 7, 'later', 'human', 2, 1, 0), (4, 7, 'earlier', 'human', 1, 1, 0)`);
  old.close();
  await using catalog = open(folder);
  expect(catalog.runs.list().map(({ id }) => id)).toEqual([2, 1]);
  expect(catalog.captions.of(7).map(({ text }) => text)).toEqual(['later', 'earlier']);
});

it('to schema 17: texts are captions, shown as before, and photos are found by their words still', async ({
  folder,
}) => {
  const old = libraryBefore(folder, 17);
  addPhoto(old, 7, 'a.jpg', { revision: 1, shown_caption_id: 3, shown_source: 'model', shown_revision: 1 });
  old.exec(`
    INSERT INTO run (id, kind, description, state, created_at_ms, model, prompt, settings) VALUES
      (2, 'caption', '{"kind":"caption","preset":"p"}', 'done', 0, '{"id":"demo","sha256":"ab","precision":"fp32"}', '', '{}');
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, created_at_ms)
      VALUES (3, 7, 'two boats', 'model', 2, 1, 0);
  `);
  old.close();
  await using catalog = open(folder);
  const { captions, connection, runs } = catalog;
  expect(captions.of(7)).toMatchObject([{ id: 3, kind: 'caption', text: 'two boats' }]);
  expect(captions.of(7, 'altText')).toEqual([]);
  expect(runs.get(2).identity).toMatchObject({ prompt: '' });
  expect(runs.get(2).identity).not.toHaveProperty('textKind');
  const found = (query: string) => [...searchIds(connection, { query: parseQuery(query), nowMs: 0 })];
  expect([found('caption:boat'), found('alt:boat'), found('alt:none')]).toEqual([[7], [], [7]]);
  expect(checkCatalog(connection).problems).toEqual([]);
  captions.write(7, 'Two boats on the shore', { kind: 'altText' });
  expect([found('alt:shore'), found('caption:shore'), found('alt:any')]).toEqual([[7], [], [7]]);
  expect(checkCatalog(connection).problems).toEqual([]);
  expect(connection.database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('to schema 13: photos keep everything, are read again for what their files say, and are found as before', async ({
  folder,
}) => {
  const old = libraryBefore(folder, 13);
  addPhoto(old, 7, 'read.jpg', { revision: 1, details_revision: 1, format: 'JPEG', rating: 3 });
  addPhoto(old, 8, 'new.jpg', { revision: 1, details_revision: 0 });
  addPhoto(old, 9, 'broken.jpg', { revision: 1, details_revision: 1, problem_code: 'IMAGE_CORRUPT' });
  old.exec(`
    INSERT INTO run (id, kind, state, created_at_ms) VALUES (2, 'edit', 'done', 0);
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, created_at_ms)
      VALUES (3, 7, 'two boats', 'human', 2, 1, 0);
    UPDATE photo SET shown_caption_id = 3, shown_source = 'human', shown_revision = 1 WHERE id = 7;
    INSERT INTO photo_text (rowid, name, caption, answer, tag) VALUES (7, 'read jpg', 'two boats', '', '');
  `);
  const before = old.prepare('SELECT * FROM photo WHERE id = 7').get();
  old.close();
  await using catalog = open(folder);
  const { connection, photos } = catalog;
  expect(connection.database.prepare('SELECT * FROM photo WHERE id = 7').get()).toEqual({
    ...Object(before),
    details_revision: 0,
    name_folded: 'read.jpg',
    name_order: expect.any(String),
    shown_rating: 3,
    shown_flag: null,
    shown_label: null,
  });
  expect(photos.withoutDetails(0, 10).map(({ id }) => id)).toEqual([7, 8]);
  expect(photos.get(7).details).toMatchObject({ format: 'JPEG', rating: 3 });
  expect(photos.get(9).problem).toMatchObject({ code: 'IMAGE_CORRUPT' });
  expect(catalog.fileInfo.of(7)).toEqual(noFileInfo);
  expect([...searchIds(connection, { query: parseQuery('boat'), nowMs: 0 })]).toEqual([7]);
  expect(checkCatalog(connection).problems).toEqual([]);
});

it('to the schema with embedded texts: nothing was written into any file so far, and what is leaves with its photo', async ({
  folder,
}) => {
  const old = libraryBefore(folder, embeddedText);
  addPhoto(old, 7, 'a.jpg');
  old.close();
  await using catalog = open(folder);
  expect(catalog.embeddedText.of(7)).toEqual({ texts: {}, tags: {}, previous: {} });
  const written = { texts: { 'XMP-dc:Description': 'a boat' }, tags: {}, previous: {} };
  catalog.embeddedText.set(7, written);
  expect(catalog.embeddedText.of(7)).toEqual(written);
  catalog.places.delete(7);
  expect(catalog.embeddedText.among([7])).toEqual([]);
});

it('to the schema with live folders: what is kept in step stays so', async ({ folder }) => {
  const old = libraryBefore(folder, liveFolders);
  old.exec(`
    INSERT INTO root (id, path, path_key, name_rule, watched, live_sidecars, added_at_ms)
      VALUES (2, '/live', '/live', 'exact', 1, 1, 0);
    INSERT INTO folder (id, root_id, parent_id, relative_path, path_key)
      VALUES (10, 1, 1, 'x', 'x'), (2, 2, NULL, '', ''), (20, 2, 2, 'x', 'x')`);
  addPhoto(old, 1, 'a.jpg', { folder_id: 10 });
  addPhoto(old, 2, 'a.jpg', { folder_id: 20 });
  old.close();
  await using catalog = open(folder);
  expect(catalog.roots.list().map(({ liveSidecars: live }) => live)).toEqual([false, true]);
  expect(catalog.liveSidecars.folders()).toEqual([{ id: 2, rootId: 2, relativePath: '' }]);
  expect(catalog.liveSidecars.among([1, 2])).toEqual([2]);
});

it('to the schema with live sidecars: no folder’s are kept in step before somebody wants it', async ({ folder }) => {
  const old = libraryBefore(folder, liveSidecars);
  addPhoto(old, 7, 'a.jpg');
  old.close();
  await using catalog = open(folder);
  expect(catalog.roots.get(1).liveSidecars).toBe(false);
  expect(catalog.liveSidecars.among([7])).toEqual([]);
  catalog.folders.setLiveSidecars(1, true);
  expect(catalog.roots.get(1).liveSidecars).toBe(true);
  expect(catalog.liveSidecars.among([7])).toEqual([7]);
  const none = { caption: null, altText: null, longDescription: null };
  const state = { seen: '', texts: { ...none, caption: 'a boat' }, tags: ['sea'], contested: none };
  catalog.liveSidecars.set(7, state);
  expect(catalog.liveSidecars.of(7)).toEqual(state);
});

it('to the schema with marks: photos show what their files say, what runs did stays, and can be undone', async ({
  folder,
}) => {
  const old = libraryBefore(folder, marks);
  addPhoto(old, 7, 'a.jpg');
  addPhoto(old, 8, 'b.jpg', { rating: 4 });
  addPhoto(old, 9, 'c.jpg', { rating: -1 });
  old.exec(`
    INSERT INTO file_text (photo_id, position, kind, text, property)
      VALUES (7, 0, 'title', 'A boat', 'XMP-dc:Title'), (7, 1, 'label', 'Red', 'XMP-xmp:Label');
    INSERT INTO run (id, kind, description, state, created_at_ms)
      VALUES (2, 'edit', '{"kind":"editCaption"}', 'done', 0);
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, created_at_ms)
      VALUES (3, 7, 'kept', 'human', 2, 1, 0);
    INSERT INTO change (run_id, entity, row_id, action) VALUES (2, 'caption', 3, 'add')`);
  old.close();
  await using catalog = open(folder);
  expect((await catalog.reader.read('cards', [7, 8, 9])).map(({ marks: shown }) => shown)).toEqual([
    { rating: null, flag: null, label: 'Red' },
    { rating: 4, flag: null, label: null },
    { rating: -1, flag: 'reject', label: null },
  ]);
  await catalog.undo.revert(2);
  expect(catalog.captions.of(7)).toEqual([]);
  expect(checkCatalog(catalog.connection).problems).toEqual([]);
});

it('to the schema with photos by their stars: counting those of three reads no other photo', async ({ folder }) => {
  const old = libraryBefore(folder, ratings);
  addPhoto(old, 7, 'a.jpg', { shown_rating: 3 });
  addPhoto(old, 8, 'b.jpg');
  addPhoto(old, 9, 'c.jpg', { shown_rating: 3 });
  old.close();
  await using catalog = open(folder);
  const { database } = catalog.connection;
  const sql = 'SELECT id FROM photo WHERE shown_rating = 3';
  expect(database.prepare(sql).pluck().all()).toEqual([7, 9]);
  expect(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).get()).toMatchObject({
    detail: 'SEARCH photo USING COVERING INDEX photo_rating (shown_rating=?)',
  });
});

it('to the schema with follow-ups: runs of before have none, and their jobs are done as ever', async ({ folder }) => {
  const old = libraryBefore(folder, followUps);
  addPhoto(old, 7, 'a.jpg');
  old.exec(`
    INSERT INTO run (id, kind, description, state, identity, total, created_at_ms)
      VALUES (2, 'ask', '{"kind":"ask","question":"text?","more":0}', 'running', x'02', 1, 0);
    INSERT INTO question (id, text, text_key) VALUES (3, 'text?', 'text'), (4, 'what?', 'what');
    INSERT INTO job (id, run_id, photo_id, question_id, state, created_at_ms) VALUES (5, 2, 7, 3, 'waiting', 0)`);
  old.close();
  await using catalog = open(folder);
  const job = { id: 5, runId: 2, photoId: 7, photoRevision: 1, identityHash: Buffer.from([2]) };
  const answered = () => void catalog.answers.add(7, 3, 2, { text: 'yes', source: 'model' });
  expect(catalog.jobs.complete(job, answered)).toBe('stored');
  expect(catalog.jobs.finishIfDone(2)).toBe(true);
  addFollowUps(catalog.connection, 2, [{ questionId: 4, afterQuestionId: 3, answers: ['Yes.'] }]);
  expect(catalog.connection.value<string>('SELECT answer_key FROM follow_up')).toBe('yes');
});

it('to the schema with stacks: those of the photos that are there are made, and runs of before are undone as ever', async ({
  folder,
}) => {
  const old = libraryBefore(folder, stacks);
  addPhoto(old, 7, 'a.jpg', { shown_rating: 3 });
  addPhoto(old, 8, 'a.cr3');
  old.exec(`
    INSERT INTO run (id, kind, description, state, created_at_ms)
      VALUES (2, 'edit', '{"kind":"mark","change":{"kind":"rating","value":3}}', 'done', 0);
    INSERT INTO mark (id, photo_id, kind, value, run_id, created_at_ms) VALUES (4, 7, 'rating', '3', 2, 0);
    INSERT INTO change (run_id, entity, row_id, action) VALUES (2, 'mark', 4, 'add')`);
  old.close();
  await using catalog = open(folder);
  await updateStacks(catalog);
  expect(catalog.stacks.photosWith(8)).toEqual([7, 8]);
  expect(await catalog.undo.revert(2)).toMatchObject({ reverted: 1 });
  expect(catalog.marks.of(7)).toEqual([]);
});

it('to the schema with jobs of stacks: those that wait are asked about by themselves, as ever', async ({ folder }) => {
  const old = libraryBefore(folder, stackJobs);
  addPhoto(old, 7, 'a.jpg');
  old.exec(`
    INSERT INTO run (id, kind, description, state, identity, total, created_at_ms)
      VALUES (2, 'ask', '{"kind":"ask","question":"text?","more":0}', 'running', x'02', 1, 0);
    INSERT INTO question (id, text, text_key) VALUES (3, 'text?', 'text');
    INSERT INTO answer (id, photo_id, question_id, text, text_key, source, run_id, shown, photo_revision, created_at_ms)
      VALUES (4, 7, 3, 'yes', 'yes', 'model', 2, 1, 1, 0);
    INSERT INTO job (id, run_id, photo_id, question_id, again, state, created_at_ms) VALUES (5, 2, 7, 3, 1, 'waiting', 0)`);
  old.close();
  await using catalog = open(folder);
  const due = new DueJobs(catalog.connection);
  const terms = { kind: 'ask', identityHash: Buffer.from([2]), embeddingKey: undefined } as const;
  expect(due.head([2], { exclude: [], visiblePhotoIds: [] })).toMatchObject({ photoId: 7 });
  expect(due.take({ photoId: 7 }, [{ id: 2, terms }])?.jobs).toMatchObject([{ id: 5, topPhotoId: undefined }]);
  expect(catalog.answers.of(7)).toMatchObject([{ text: 'yes', copiedFromId: undefined }]);
});

it('to the schema with copied captions: those of before say of which photo they are, and stay so without it', async ({
  folder,
}) => {
  const old = libraryBefore(folder, copiedCaptions);
  addPhoto(old, 7, 'a.jpg');
  addPhoto(old, 8, 'b.jpg');
  old.exec(`
    INSERT INTO run (id, kind, description, state, created_at_ms)
      VALUES (2, 'caption', '{"kind":"caption","preset":"caption"}', 'done', 0);
    INSERT INTO caption (id, photo_id, text, source, run_id, photo_revision, based_on_id, created_at_ms) VALUES
      (4, 7, 'a boat', 'model', 2, 1, NULL, 0), (5, 8, 'a boat', 'model', 2, 1, 4, 0), (6, 8, 'my boat', 'human', 2, 1, 5, 0)`);
  old.close();
  await using catalog = open(folder);
  catalog.places.delete(7);
  const copied = catalog.captions.of(8).map(({ text, copiedFromId }) => [text, copiedFromId]);
  expect(copied).toEqual([
    ['my boat', undefined],
    ['a boat', 7],
  ]);
});

it('to the schema with asked questions of runs: those of this library are found by their question, as new ones are', async ({
  folder,
}) => {
  const old = libraryBefore(folder, askedRuns);
  const add = old.prepare(
    `INSERT INTO run (id, kind, description, state, total, created_at_ms, restored_by_run_id) VALUES (?, ?, ?, 'done', 3, 0, ?)`,
  );
  const asked = (kind: string, question: string) =>
    JSON.stringify({ kind, question, ...(kind === 'ask' && { more: 0 }) });
  add.run(2, 'ask', asked('ask', ' Is it  day? '), null);
  add.run(3, 'chat', asked('chat', 'Où?'), null);
  add.run(4, 'chat', asked('chat', 'is it day'), null);
  add.run(5, 'ask', JSON.stringify({ kind: 'tag', vocabulary: 4 }), null);
  // Brought by an import: no part of this library's history.
  add.run(6, 'ask', asked('ask', 'is it day?'), 2);
  add.run(7, 'chat', asked('chat', 'why?'), 2);
  old.close();
  await using catalog = open(folder);
  expect(bulkQuestion(catalog.connection, 'is it day')).toEqual({ runId: 2, photos: 3 });
  expect(bulkQuestion(catalog.connection, 'where?')).toBeUndefined();
  expect(recentQuestions(catalog.connection, 8)).toEqual(['is it day', 'Où?']);
  catalog.runs.within({ kind: 'chat', description: { kind: 'chat', question: 'IS IT DAY??' } }, () => {});
  expect(recentQuestions(catalog.connection, 1)).toEqual(['IS IT DAY??']);
});

it('to the schema with due places: folders that were due are looked at as a whole, and the others are not', async ({
  folder,
}) => {
  const old = libraryBefore(folder, stackPlaces);
  addPhoto(old, 7, 'a.jpg');
  addPhoto(old, 8, 'a.cr3');
  old.exec('INSERT OR REPLACE INTO stack_due (folder_id) SELECT folder_id FROM photo');
  old.close();
  await using catalog = open(folder);
  await updateStacks(catalog);
  expect(catalog.stacks.photosWith(8)).toEqual([7, 8]);
  expect(catalog.stacks.isDue()).toBe(false);
});

it('to the schema in which a photo leads to all that was said of it: no table is read as a whole for one photo', async ({
  folder,
}) => {
  const old = libraryBefore(folder, rowsOfPhotos);
  addPhoto(old, 7, 'a.jpg');
  old.exec(`
    INSERT INTO run (id, kind, description, state, created_at_ms) VALUES (2, 'bulk-edit', '{"kind":"named","name":"Edit"}', 'done', 0);
    INSERT INTO tag (id, name, path, path_key) VALUES (3, 'a', 'a', 'a');
    INSERT INTO photo_tag (photo_id, tag_id, source, run_id, removed_run_id, created_at_ms) VALUES (7, 3, 'human', 2, 2, 0)`);
  old.close();
  await using catalog = open(folder);
  const { database } = catalog.connection;
  const references = database
    .prepare<[], { name: string; column: string }>(
      `SELECT sqlite_schema.name, "from" AS column FROM sqlite_schema JOIN pragma_foreign_key_list(sqlite_schema.name) AS key
       WHERE type = 'table' AND key."table" = 'photo'`,
    )
    .all();
  expect(references.length).toBeGreaterThan(10);
  for (const { name, column } of references) {
    const sql = `EXPLAIN QUERY PLAN SELECT 1 FROM ${name} WHERE ${column} = 7`;
    expect(database.prepare(sql).get()).toMatchObject({ detail: expect.stringMatching(/^SEARCH /) });
  }
  expect(catalog.places.hasTexts(7)).toBe(true);
  catalog.places.delete(7);
  expect(database.prepare('SELECT count(*) FROM photo_tag').pluck().get()).toBe(0);
});

it('to the schema that knows new photos by their ids: what was due is looked at, and nothing else', async ({
  folder,
}) => {
  const old = libraryBefore(folder, newPhotos);
  addPhoto(old, 7, 'a.jpg');
  addPhoto(old, 8, 'a.cr3');
  old.exec(`DELETE FROM stack_due; INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (2, 1, 'b', 'b')`);
  addPhoto(old, 9, 'b.jpg', { folder_id: 2 });
  addPhoto(old, 10, 'b.cr3', { folder_id: 2 });
  old.close();
  await using catalog = open(folder);
  expect(catalog.stacks.isDue()).toBe(true);
  await updateStacks(catalog);
  expect([8, 10].map((id) => catalog.stacks.photosWith(id))).toEqual([[8], [9, 10]]);
  expect(catalog.stacks.isDue()).toBe(false);
});

it('to the schema of edited copies on top: of stacks that are there, they come first', async ({ folder }) => {
  const old = libraryBefore(folder, editedOnTop);
  addPhoto(old, 7, 'a.jpg');
  addPhoto(old, 8, 'a-edited.jpg');
  old.exec(`UPDATE photo SET perceptual_hash = x'0000000000000001';
    INSERT INTO photo_stack (photo_id, stack_id, rank) VALUES (7, 7, 0), (8, 7, 1);
    DELETE FROM stack_due;
    UPDATE stack_noted SET photo_id = 8`);
  old.close();
  await using catalog = open(folder);
  await updateStacks(catalog);
  expect(catalog.stacks.photosWith(7)).toEqual([8, 7]);
});

it('to the schema with terms of questions: what a pilot said of all its questions is said of each, and read by the contract', async ({
  folder,
}) => {
  const old = libraryBefore(folder, questionTerms);
  const request = (more: object) => JSON.stringify({ kind: 'ask', again: true, ...more });
  const add = old.prepare(
    `INSERT INTO run (id, kind, description, state, created_at_ms) VALUES (?, 'ask', '{}', 'done', 0)`,
  );
  for (const id of [2, 3, 4]) add.run(id);
  old.exec(`INSERT INTO pilot (id, photo_ids, sample_ids, created_at_ms) VALUES (1, '[]', '[]', 0)`);
  const attempt = old.prepare('INSERT INTO pilot_attempt (pilot_id, run_id, request) VALUES (1, ?, ?)');
  const fields = [{ question: 1, name: 'sky', type: 'text' }];
  const followUps = [{ question: 'c?', after: 0, answers: ['x'] }];
  attempt.run(2, request({ questions: ['a?', 'b?'], choices: ['x', 'y'], fields, followUps }));
  attempt.run(
    3,
    request({ questions: ['a?'], fromVocabulary: {}, fields: [{ question: 0, name: 'sky', type: 'yesNo' }] }),
  );
  attempt.run(4, JSON.stringify({ kind: 'caption' }));
  old.close();
  await using catalog = open(folder);
  const choices = ['x', 'y'];
  const read = catalog.pilots.get(1).attempts.map((one) => termsSchema.parse(one.request));
  expect(read).toMatchObject([
    {
      questions: [
        { question: 'a?', choices },
        { question: 'b?', choices, field: { name: 'sky', type: 'text' } },
      ],
      followUps: [{ question: 'c?', after: 0, answers: ['x'], choices }],
      again: true,
    },
    { questions: [{ question: 'a?', fromVocabulary: {}, field: { name: 'sky', type: 'yesNo' } }], followUps: [] },
    { kind: 'caption' },
  ]);
});
