/** @file Stacks in the catalog: made when photos change, decided by people, folded in lists, found by queries. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { dueStacks } from '../../main/library/catalog/photos/dueStacks.ts';
import { foldStacks } from '../../main/library/catalog/photos/foldedStacks.ts';
import { packIds, photoList } from '../../main/library/catalog/photos/photoList.ts';
import { searchIds } from '../../main/library/catalog/search/searchPhotos.ts';
import { parseQuery } from '../../main/library/query/parseQuery.ts';
import { copyCaptions } from '../../main/library/stacks/copyCaptions.ts';
import { putOnTop, stackTogether, unstack } from '../../main/library/stacks/editStacks.ts';
import { StackKeeper } from '../../main/library/stacks/stackKeeper.ts';
import { updateStacks } from '../../main/library/stacks/updateStacks.ts';
import { it } from '../support/fixtures.ts';
import { plainDetails } from '../support/photoDetails.ts';
import type { TestCatalog } from '../support/testCatalog.ts';

/** As a scan and the reading of its file leave it. @param bits of its hash that are not those of the others */
function addPhoto(test: TestCatalog, name: string, second: number, bits = 0): number {
  const id = test.addPhoto(name);
  read(test, id, second, bits);
  return id;
}

function read({ catalog }: TestCatalog, id: number, second: number, bits: number): void {
  const takenLocal = `2024-05-01T12:00:${String(second).padStart(2, '0')}`;
  catalog.photos.setDetails(id, 1, { ...plainDetails, takenLocal, takenAtMs: Date.parse(`${takenLocal}Z`) });
  const hash = Buffer.alloc(8);
  hash.writeBigUInt64BE(2n ** BigInt(bits) - 1n);
  catalog.photos.setLooks(id, 1, { hash, averageColour: 0 });
}

function find({ catalog }: TestCatalog, query: string): number[] {
  return [...searchIds(catalog.connection, { query: parseQuery(query), nowMs: 0 })].sort((a, b) => a - b);
}

describe('the stacks of a folder', () => {
  it('follow its photos, and nothing is due without a reason', async ({ test }) => {
    const { catalog } = test;
    const [a, b, other] = [addPhoto(test, 'a.jpg', 0), addPhoto(test, 'b.jpg', 1), addPhoto(test, 'c.jpg', 30)];
    await updateStacks(catalog);
    expect(catalog.stacks.photosWith(b)).toEqual([a, b]);
    expect(catalog.stacks.photosWith(other)).toEqual([other]);
    catalog.captions.write(a, 'a boat');
    expect(catalog.stacks.isDue()).toBe(false);
    const raw = addPhoto(test, 'b.cr3', 1);
    await updateStacks(catalog);
    expect(catalog.stacks.photosWith(raw)).toEqual([a, b, raw]);
    read(test, b, 1, 40);
    read(test, raw, 1, 40);
    await updateStacks(catalog);
    expect(catalog.stacks.photosWith(a)).toEqual([a]);
    expect(catalog.stacks.photosWith(b)).toEqual([b, raw]);
    catalog.places.delete(b);
    await updateStacks(catalog);
    expect(find(test, 'stack:any')).toEqual([]);
  });

  it('are, in a folder of many, what all of it gives, after any changes; and a raw file is known by its name when it comes', async ({
    test,
  }) => {
    const { catalog } = test;
    const ids = Array.from({ length: 400 }, (_, index) =>
      addPhoto(test, `x_${index}.jpg`, index % 60, (index * 7) % 41),
    );
    await updateStacks(catalog);
    const differsFromWhole = () => {
      catalog.connection.database.exec(`INSERT OR REPLACE INTO stack_due (folder_id, name, taken)
        SELECT DISTINCT folder_id, '', '' FROM photo`);
      const { placed, left, done } = dueStacks(catalog.connection, { limit: 10 });
      while (!catalog.stacks.done(done));
      return [...placed, ...left];
    };
    const [gone = 0, other = 0, missing = 0, alone = 0] = [10, 70, 130, 190].map((index) => ids[index]);
    const changes: (() => unknown)[] = [
      () => catalog.places.delete(gone),
      () => read(test, other, 3, 0),
      () => catalog.connection.database.exec(`UPDATE photo SET missing_since_ms = 1 WHERE id = ${missing}`),
      () => unstack(catalog, [alone]),
      () => test.addPhoto('x_20.cr3'),
      () =>
        catalog.connection.database.exec(
          `UPDATE photo SET taken_local = NULL, taken_at_ms = NULL WHERE id % 3 = 0 AND id < 60`,
        ),
      () => putOnTop(catalog, ids[80] ?? 0),
    ];
    for (const change of changes) {
      await change();
      await updateStacks(catalog);
      expect(differsFromWhole()).toEqual([]);
    }
    expect(find(test, 'name:x_20.cr3 stack:any')).toHaveLength(1);
  });

  it('are looked at again for what comes, changes or goes while they are looked at; what is due anyway is not noted', async ({
    test,
  }) => {
    const { catalog } = test;
    const noted = () =>
      catalog.connection.database.prepare('SELECT folder_id, name, taken FROM stack_due ORDER BY id').all();
    const [a, b, c] = [addPhoto(test, 'a.jpg', 0), addPhoto(test, 'b.jpg', 1), addPhoto(test, 'c.jpg', 2)];
    expect(noted()).toEqual([]);
    expect(catalog.stacks.isDue()).toBe(true);
    while (!catalog.stacks.noteDue());
    expect(noted()).toEqual([{ folder_id: 1, name: '', taken: '' }]);
    const { placed, left, done } = dueStacks(catalog.connection, { limit: 10 });
    catalog.places.delete(c);
    const lastId = () => catalog.connection.value<number>('SELECT max(id) FROM stack_due');
    const noteId = lastId();
    expect(noteId).toBeGreaterThan(done.lastId);
    read(test, b, 40, 0);
    expect(lastId()).toBe(noteId);
    const d = addPhoto(test, 'd.jpg', 0);
    expect(dueStacks(catalog.connection, { limit: 10 }).placed.map(({ photoId }) => photoId)).not.toContain(d);
    catalog.stacks.apply({ placed, left });
    while (!catalog.stacks.done(done));
    expect(catalog.stacks.isDue()).toBe(true);
    await updateStacks(catalog);
    expect([a, b].map((id) => catalog.stacks.photosWith(id))).toEqual([[a, d], [b]]);
    expect(noted()).toEqual([]);
  });

  it('are kept in step while the library is open', async ({ test }) => {
    const failures: unknown[] = [];
    await using keeper = new StackKeeper(test.catalog, (error) => failures.push(error));
    keeper.start();
    const [a, b] = [addPhoto(test, 'a.jpg', 0), addPhoto(test, 'b.jpg', 1)];
    await expect.poll(() => test.catalog.stacks.photosWith(a), { timeout: 10_000 }).toEqual([a, b]);
    await wait(0);
    expect(test.catalog.stacks.isDue()).toBe(false);
    expect(failures).toEqual([]);
  });

  it('are what people decided, whatever else speaks against it; and undone', async ({ test }) => {
    const { catalog } = test;
    const [a, b, c] = [addPhoto(test, 'a.jpg', 0), addPhoto(test, 'b.jpg', 1), addPhoto(test, 'c.jpg', 30, 40)];
    await updateStacks(catalog);
    const runId = (await stackTogether(catalog, [b, c])) ?? 0;
    await updateStacks(catalog);
    expect([a, b].map((id) => catalog.stacks.photosWith(id))).toEqual([[a], [b, c]]);
    // A photo that would join b by itself.
    const d = addPhoto(test, 'd.jpg', 1);
    await updateStacks(catalog);
    expect([a, b].map((id) => catalog.stacks.photosWith(id))).toEqual([
      [a, d],
      [b, c],
    ]);
    await putOnTop(catalog, c);
    await updateStacks(catalog);
    expect(catalog.stacks.photosWith(b)).toEqual([c, b]);
    expect(await putOnTop(catalog, c)).toBeUndefined();
    await unstack(catalog, [a, d, c]);
    read(test, a, 1, 0);
    await updateStacks(catalog);
    expect(find(test, 'stack:any')).toEqual([]);
    expect(await unstack(catalog, [a, b])).toBeUndefined();
    const [step] = catalog.runs.list({ limit: 1 });
    await catalog.undo.revert(step?.id ?? 0);
    await updateStacks(catalog);
    expect([a, b].map((id) => catalog.stacks.photosWith(id))).toEqual([
      [a, d],
      [c, b],
    ]);
    await catalog.undo.revert(runId);
    await updateStacks(catalog);
    expect(catalog.stacks.photosWith(d)).toEqual([a, b, d]);
    expect(catalog.stacks.photosWith(c)).toEqual([c]);
  });

  it('have the caption of the top photo where they have none, with its author, until the run is undone', async ({
    test,
  }) => {
    const { catalog } = test;
    const [a, b, c] = [addPhoto(test, 'a.jpg', 0), addPhoto(test, 'b.jpg', 1), addPhoto(test, 'c.jpg', 2)];
    const other = addPhoto(test, 'z.jpg', 40);
    await updateStacks(catalog);
    const authorRunId = catalog.runs.begin({ kind: 'caption', description: { kind: 'caption', preset: 'caption' } });
    catalog.captions.add(a, authorRunId, { text: 'a boat', source: 'model' });
    catalog.captions.write(c, 'my words');
    const { runId = 0, photoIds } = await copyCaptions(catalog, [a, b, c, other]);
    expect(photoIds).toEqual([b]);
    expect(catalog.captions.of(b)).toMatchObject([{ text: 'a boat', source: 'model', authorRunId, runId }]);
    expect(catalog.captions.of(c).map(({ text }) => text)).toEqual(['my words']);
    expect(await copyCaptions(catalog, [a, b, c, other])).toEqual({ runId: undefined, photoIds: [] });
    await catalog.undo.revert(runId);
    expect(catalog.captions.of(b)).toEqual([]);
  });

  it('are found by queries', async ({ test }) => {
    const [a, b, c] = [addPhoto(test, 'a.jpg', 0), addPhoto(test, 'b.jpg', 1), addPhoto(test, 'c.jpg', 30)];
    await updateStacks(test.catalog);
    expect(find(test, 'stack:any')).toEqual([a, b]);
    expect(find(test, 'stack:none')).toEqual([c]);
    expect(find(test, `stack:${b}`)).toEqual([a, b]);
    expect(find(test, `-stack:${b}`)).toEqual([c]);
    expect(find(test, `stack:${c}`)).toEqual([]);
  });
});

describe('a list whose stacks are folded', () => {
  it('has of each stack the top one of those that were found, in its own place', async ({ test }) => {
    const { catalog } = test;
    const [a, b, c] = [addPhoto(test, 'a.jpg', 0), addPhoto(test, 'b.jpg', 1), addPhoto(test, 'c.jpg', 30)];
    const [x, y, z] = [addPhoto(test, 'x.jpg', 40), addPhoto(test, 'y.jpg', 41), addPhoto(test, 'z.jpg', 42)];
    await updateStacks(catalog);
    await putOnTop(catalog, y);
    await updateStacks(catalog);
    const folded = foldStacks(catalog.connection, [z, y, x, c, b, a]);
    expect(folded).toEqual({
      listed: [y, c, a],
      heads: [
        [0, 2],
        [2, 1],
      ],
      behind: [x, z, b],
    });
    expect(foldStacks(catalog.connection, [z, x, b])).toEqual({ listed: [x, b], heads: [[0, 1]], behind: [z] });
    const args = { query: { kind: 'everything' }, order: { order: 'taken', descending: false }, nowMs: 0 } as const;
    const list = photoList(catalog.connection, { ...args, stacked: true });
    expect(list.ids).toBe(packIds([a, c, y]));
    expect(list.stacks?.ids).toBe(packIds([b, x, z]));
    expect(list.sections).toBe(packIds([20_240_501, 3]));
    expect(photoList(catalog.connection, args)).toMatchObject({ ids: packIds([a, b, c, x, y, z]), stacks: null });
    // As the whole list does it, from one pass.
    const many = Array.from({ length: 3000 }, (_, index) => 10_000 + index);
    expect(foldStacks(catalog.connection, [...many, x, y]).listed).toEqual([...many, y]);
  });
});
