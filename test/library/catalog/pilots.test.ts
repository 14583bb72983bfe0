/** @file Pilots in the catalog: kept with their photos and attempts, and what there is to be done of many photos. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { openDatabase } from '../../../main/library/catalog/database.ts';
import { dueCount, duePhotos } from '../../../main/library/catalog/jobs/dueCount.ts';
import { fillRun } from '../../../main/library/catalog/jobs/jobFilling.ts';
import { pilots as pilotsMigration } from '../../../main/library/catalog/migrations/0024-pilots.ts';
import { migrations } from '../../../main/library/catalog/migrations/migrations.ts';
import { samplePhotos } from '../../../main/library/catalog/photos/samplePhotos.ts';
import { resultTimes } from '../../../main/library/catalog/runs/resultTimes.ts';
import { runIdentityHash } from '../../../main/library/catalog/runs/runs.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { testCatalog } from '../../support/testCatalog.ts';
import { identityWith } from '../queue/queueLibrary.ts';

const identity = identityWith('writer');
const description = { kind: 'caption', preset: 'caption' } as const;

it('pilots come to a catalog of before that keeps its runs, and those runs can be attempts', async () => {
  await using folder = await temporaryFolder();
  const version = migrations.find(({ up }) => up === pilotsMigration)?.version ?? 0;
  const earlier = migrations.filter((migration) => migration.version < version);
  const old = openDatabase(path.join(folder.path, 'catalog.db'), { migrations: earlier });
  old.exec(
    `INSERT INTO run (id, kind, description, state, created_at_ms)
     VALUES (2, 'caption', '${JSON.stringify(description)}', 'done', 0)`,
  );
  old.close();

  await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
  expect(catalog.runs.get(2)).toMatchObject({ description, state: 'done' });
  const pilotId = catalog.pilots.create({ photoIds: [5, 3, 9], sampleIds: [9] });
  catalog.pilots.addAttempt(pilotId, { runId: 2, request: { kind: 'caption' } });
  catalog.pilots.addAttempt(pilotId, { runId: 2, request: { kind: 'tag' } });
  expect(catalog.pilots.get(pilotId)).toEqual({
    id: pilotId,
    photoIds: [5, 3, 9],
    sampleIds: [9],
    attempts: [{ runId: 2, request: { kind: 'caption' } }],
  });
  expect(catalog.pilots.ofRun(2)).toBe(pilotId);
  expect(catalog.pilots.ofRun(3)).toBeUndefined();
  expect(catalog.connection.database.pragma('foreign_key_check')).toEqual([]);
  expect(catalog.connection.database.pragma('integrity_check', { simple: true })).toBe('ok');
});

it('what is due is exactly what a run would be filled with', async () => {
  await using test = await testCatalog();
  const { catalog } = test;
  const ids = ['captioned', 'undone', 'edited', 'other', 'missing', 'plain'].map((name) => test.addPhoto(name));
  const [captioned = 0, undone = 0, edited = 0, other = 0, missing = 0] = ids;
  const run = (terms = identity) => catalog.runs.begin({ kind: 'caption', description, identity: terms });
  const [kept, reverted, elsewhere] = [run(), run(), run(identityWith('writer', 'another'))];
  const text = { text: 'a cow', source: 'model' } as const;
  for (const photoId of [captioned, edited, missing]) catalog.captions.add(photoId, kept, text);
  catalog.captions.add(undone, reverted, text);
  catalog.captions.add(other, elsewhere, text);
  await catalog.undo.revert(reverted);
  test.editPhoto(edited);
  catalog.connection.database.exec(`UPDATE photo SET missing_since_ms = 1 WHERE id = ${missing}`);
  const questions = ['What is it?', 'what is it', 'is it day?'];
  const asked = catalog.runs.begin({ kind: 'ask', description, identity });
  catalog.answers.add(other, catalog.answers.questionId('what is it?'), asked, text);

  // Of a photo that shows another caption by now, the score says nothing.
  const scored = catalog.runs.begin({ kind: 'score', description, identity });
  const [shown] = catalog.captions.of(captioned);
  for (const photoId of [captioned, other]) {
    catalog.scores.add(photoId, scored, {
      captionId: photoId === captioned ? shown?.id : undefined,
      text: 'a',
      itm: 1,
    });
  }
  for (const photoId of [other, edited]) {
    catalog.embeddings.put('key', [{ photoId, photoRevision: 1, slot: photoId, checksum: 0 }]);
  }

  const { connection } = catalog;
  for (const again of [false, true]) {
    for (const kind of ['caption', 'ask', 'score', 'embed'] as const) {
      const terms = { kind, identityHash: runIdentityHash(identity), embeddingKey: 'key' };
      const args = { photoIds: [...ids, 999], ...terms, questions, again };
      const counted = dueCount(connection, args);
      const listed = duePhotos(connection, args);
      const runId = catalog.runs.begin({ kind, description, identity });
      const jobs = await fillRun(connection, {
        run: { id: runId, begin: () => runId },
        terms,
        photoIds: ids,
        questionIds: kind === 'ask' ? [...new Set(questions.map((one) => catalog.answers.questionId(one)))] : undefined,
        again,
      });
      const due = connection.prepare<[number], number>('SELECT DISTINCT photo_id FROM job WHERE run_id = ?').pluck();
      expect(listed.toSorted((a, b) => a - b)).toEqual(due.all(runId).toSorted((a, b) => a - b));
      expect(counted).toEqual({ photos: listed.length, jobs });
      expect(jobs).toBeGreaterThan(0);
    }
  }
});

it('photos that cannot be tried are in no sample', async () => {
  await using test = await testCatalog();
  const ids = ['a', 'b', 'c', 'd'].map((name) => test.addPhoto(name));
  const [, missing, broken, unasked] = ids;
  const { connection } = test.catalog;
  connection.database.exec(`
    UPDATE photo SET taken_at_ms = 7 WHERE id = ${ids[0]};
    UPDATE photo SET missing_since_ms = 1 WHERE id = ${missing};
    UPDATE photo SET problem_code = 'IMAGE_UNREADABLE' WHERE id = ${broken}`);
  const wanted = ids.filter((id) => id !== unasked);
  expect(samplePhotos(connection, wanted)).toEqual([{ id: ids[0], folderId: 1, takenAtMs: 7 }]);
  connection.database.exec(`UPDATE root SET state = 'offline'`);
  expect(samplePhotos(connection, wanted)).toEqual([]);
});

it('the times of results are those of the latest run that is comparable and long enough', async () => {
  await using test = await testCatalog();
  const { catalog } = test;
  const photoId = test.addPhoto('a.jpg');
  const filled = (device: string, stepMs: number, results: number, more = {}) => {
    const terms = { ...identity, ...more };
    const runId = catalog.runs.begin({ kind: 'caption', description, identity: terms, device });
    for (let index = 0; index < results; index += 1)
      catalog.captions.add(photoId, runId, { text: 'a', source: 'model', createdAtMs: index * stepMs });
    catalog.connection.database.exec(`UPDATE run SET done = ${results} WHERE id = ${runId}`);
  };
  filled('cpu', 900, 5);
  filled('cuda', 100, 5);
  filled('cuda', 1, 3);
  filled('cuda', 5, 5, { textKind: 'altText' });
  filled('cuda', 7, 5, { filter: { model: identity.model, candidates: 3, doubtfulBelow: 0.5 } });
  filled('cuda', 9, 5, identityWith('other'));
  const { sha256: modelSha256, precision } = identity.model;
  const stepOf = (more: { device?: string; textKind?: string; candidates?: number } = {}) => {
    const found = resultTimes(catalog.connection, { kind: 'caption', modelSha256, precision, ...more });
    return found && [found.device, found.timesMs[1]];
  };
  expect(stepOf()).toEqual(['cuda', 100]);
  expect(stepOf({ device: 'cpu' })).toEqual(['cpu', 900]);
  expect(stepOf({ textKind: 'altText' })).toEqual(['cuda', 5]);
  expect(stepOf({ candidates: 3 })).toEqual(['cuda', 7]);
  expect(stepOf({ device: 'webgpu' })).toBeUndefined();
  expect(resultTimes(catalog.connection, { kind: 'ask', modelSha256, precision })).toBeUndefined();

  // The captions of a photo are scored together.
  const scored = catalog.runs.begin({ kind: 'score', description, identity });
  for (let index = 0; index < 8; index += 1) {
    const photo = index % 2 === 0 ? test.addPhoto(`scored ${index}`) : photoId;
    catalog.scores.add(photo, scored, { text: 'a', itm: 1, createdAtMs: index * 10 });
  }
  catalog.connection.database.exec(`UPDATE run SET done = 5 WHERE id = ${scored}`);
  const times = resultTimes(catalog.connection, { kind: 'score', modelSha256, precision });
  expect(times?.timesMs).toEqual([0, 20, 40, 60, 70]);
});
