/** @file What is asked of the whole library again and again: from memory, and never older than what was written. */
import Database from 'better-sqlite3';
import { expect, vi } from 'vitest';
import { defaultDirection } from '../../../main/library/catalog/search/orders.ts';
import { it } from '../../support/fixtures.ts';

const byTime = defaultDirection('taken');

it('a read of the whole library is made once for all who ask, until something is written', async ({ test }) => {
  const { reader, wholeLibrary } = test.catalog;
  const read = vi.spyOn(reader, 'read');
  const id = test.addPhoto('a.jpg');
  const answers = await Promise.all([wholeLibrary.photoList(byTime), wholeLibrary.photoList(byTime)]);
  expect(await wholeLibrary.photoList(byTime)).toEqual(answers[0]);
  expect(answers[1]).toEqual(answers[0]);
  expect((await wholeLibrary.overview()).counts.photos).toBe(1);
  expect((await wholeLibrary.overview()).counts.photos).toBe(1);
  expect(read.mock.calls.map(([name]) => name)).toEqual(['photoList', 'overview']);

  test.addPhoto('b.jpg');
  expect((await wholeLibrary.overview()).counts.photos).toBe(2);
  expect(await wholeLibrary.photoList(byTime)).not.toEqual(answers[0]);
  test.catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Tag' } }, (runId) =>
    test.catalog.tags.add(id, runId, { path: 'sea', source: 'human' }),
  );
  expect(await wholeLibrary.tags()).toMatchObject([{ path: 'sea', photos: 1 }]);
});

it('a read of the whole library keeps the orders apart', async ({ test }) => {
  for (const name of ['a.jpg', 'b.jpg']) test.addPhoto(name);
  const { wholeLibrary } = test.catalog;
  const [up, down] = [false, true].map((descending) => wholeLibrary.photoList({ order: 'added', descending }));
  expect((await up)?.ids).not.toBe((await down)?.ids);
});

it('a read of the whole library notices what another process wrote', async ({ test }) => {
  test.addPhoto('a.jpg');
  const { wholeLibrary, connection } = test.catalog;
  expect((await wholeLibrary.overview()).counts.photos).toBe(1);
  const other = new Database(connection.file);
  other.exec(`UPDATE photo SET missing_since_ms = 1`);
  other.close();
  expect((await wholeLibrary.overview()).counts).toMatchObject({ photos: 0, missing: 1 });
});

it('a read of the whole library asks again after a failure', async ({ test }) => {
  const { reader, wholeLibrary } = test.catalog;
  vi.spyOn(reader, 'read').mockRejectedValueOnce(new Error('the thread ended'));
  await expect(wholeLibrary.overview()).rejects.toThrow('the thread ended');
  expect((await wholeLibrary.overview()).counts.photos).toBe(0);
});
