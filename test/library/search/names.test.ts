/** @file What the library has names for, by what is typed of them: folders, tags, people, photos. */
import { expect, it } from 'vitest';
import { foundNames } from '../../../main/library/catalog/search/names.ts';
import { testCatalog } from '../../support/testCatalog.ts';

it('folders, tags, people and photos are found by the beginnings of words in their names, of each kind the best few', async () => {
  await using test = await testCatalog();
  const { connection, tags, runs } = test.catalog;
  const photoIds = ['Harbour 1.jpg', 'Harbour 2.jpg', 'Harbour gone.jpg', 'x.jpg'].map(test.addPhoto);
  connection.database.exec(`
    UPDATE photo SET name_folded = lower(name);
    UPDATE photo SET missing_since_ms = 1 WHERE id = ${photoIds[2]};
    INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (2, 1, '2024/Old harbour', '2024/old harbour');
    INSERT INTO file_person (photo_id, position, name, property) VALUES (${photoIds[0]}, 0, 'Ann Harbour', 'x');
    INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms, state)
      VALUES (2, '/harbour', '/harbour', 'exact', 1, 0, 'removed');
    INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (3, 2, '', '')`);
  runs.within({ kind: 'edit', description: { kind: 'named', name: 'Tags' } }, (runId) => {
    for (const path of ['places/Le Havre', 'harbour', 'Häfen/harbour', 'seaharbour'])
      tags.add(photoIds[0] ?? 0, runId, { path, source: 'human' });
  });
  const found = (typed: string, limit = 8) =>
    foundNames(connection, { typed, limit }).map(({ kind, name, photoId }) => [kind, name, photoId]);
  expect(found('harb')).toEqual([
    ['folder', 'photos/2024/Old harbour', null],
    ['tag', 'harbour', null],
    ['tag', 'Häfen/harbour', null],
    ['person', 'Ann Harbour', null],
    ['photo', 'Harbour 1.jpg', photoIds[0]],
    ['photo', 'Harbour 2.jpg', photoIds[1]],
  ]);
  expect(found('harb', 1).map(([kind]) => kind)).toEqual(['folder', 'tag', 'person', 'photo']);
  expect(found('hafen harb')).toEqual([['tag', 'Häfen/harbour', null]]);
  expect(found(' ')).toEqual([]);
});
