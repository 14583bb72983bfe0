/** @file What is made from other rows is made as the last part of a transaction: once, and with it or not at all. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;

beforeEach(async () => {
  test = await testCatalog();
});
afterEach(() => test[Symbol.asyncDispose]());

it('is done once in a transaction, after all else of it, and at once outside of one', () => {
  const { connection } = test.catalog;
  const done: string[] = [];
  connection.write(() => {
    connection.beforeCommit('one', () => done.push('one'));
    connection.write(() => connection.beforeCommit('one', () => done.push('one')));
    connection.beforeCommit('two', () => {
      done.push('two');
      connection.beforeCommit('three', () => done.push('three'));
    });
    done.push('work');
  });
  expect(done).toEqual(['work', 'one', 'two', 'three']);
  connection.beforeCommit('one', () => done.push('again'));
  expect(done.at(-1)).toBe('again');
});

it('is not done where the transaction fails, nor in the next one; where it fails itself, nothing is kept', () => {
  const { connection, tags } = test.catalog;
  const photoId = test.addPhoto('boat.jpg');
  const done: string[] = [];
  const fail = () => {
    throw new Error('on purpose');
  };
  expect(() =>
    connection.write(() => {
      connection.beforeCommit('one', () => done.push('one'));
      fail();
    }),
  ).toThrow('on purpose');
  connection.write(() => {});
  expect(done).toEqual([]);
  expect(() =>
    connection.write(() => {
      const run = test.catalog.runs.begin({ kind: 'edit', description: { kind: 'editCaption' } });
      tags.add(photoId, run, { path: 'sea', source: 'human' });
      connection.beforeCommit('fails', fail);
    }),
  ).toThrow('on purpose');
  expect(tags.of(photoId)).toEqual([]);
});

it('lets a photo be found by all that one transaction wrote about it', () => {
  const { connection, captions, tags, runs } = test.catalog;
  const photoId = test.addPhoto('boat.jpg');
  connection.write(() => {
    const run = runs.begin({ kind: 'import', description: { kind: 'named', name: 'test' } });
    captions.add(photoId, run, { text: 'a seal', source: 'import' });
    tags.add(photoId, run, { path: 'sea', source: 'import' });
    captions.add(photoId, run, { text: 'a rock', source: 'import' });
  });
  const found = connection.prepare<[string], number>('SELECT rowid FROM photo_text WHERE photo_text MATCH ?').pluck();
  for (const word of ['seal', 'sea', 'rock']) expect(found.all(word), word).toEqual([photoId]);
});
