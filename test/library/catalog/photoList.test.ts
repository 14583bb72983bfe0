/** @file The whole list of what a query finds, packed, as the grid asks for it. */
import { expect } from 'vitest';
import { packIds, photoList } from '../../../main/library/catalog/photos/photoList.ts';
import { type ValueOrder, valueColumns } from '../../../main/library/catalog/search/orders.ts';
import { searchPage } from '../../../main/library/catalog/search/searchPhotos.ts';
import { it } from '../../support/fixtures.ts';

const byTime = { order: 'taken', descending: false } as const;
const everything = { query: { kind: 'everything' }, order: byTime, nowMs: 0 } as const;

/** More than one call of a function takes arguments. */
const manyPhotos = 200_000;

function unpacked({ ids, aspects }: { ids: string; aspects: string }) {
  const [idBytes, aspectBytes] = [Buffer.from(ids, 'base64'), Buffer.from(aspects, 'base64')];
  return Array.from({ length: idBytes.length / 4 }, (_, index) => ({
    id: idBytes.readUInt32LE(index * 4),
    thousandths: aspectBytes.readUInt16LE(index * 2),
  }));
}

it.for([10, manyPhotos])(
  'the list of photos has each of %i photos once, in order, with its shape',
  async (count, { test }) => {
    const { connection } = test.catalog;
    // The later the number, the earlier it was taken; every fifth was not read yet.
    connection.database.exec(
      `WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${count})
     INSERT INTO photo (folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint, taken_at_ms, width, height)
     SELECT 1, n, n, 0, 1, 0, CAST(n AS BLOB), -n, iif(n % 5 = 0, NULL, 1000 + n % 3 * 500), iif(n % 5 = 0, NULL, 1000)
     FROM number`,
    );
    const listed = unpacked(photoList(connection, everything));
    expect(listed.length).toBe(count);
    expect(listed.slice(0, 6)).toEqual(
      Array.from({ length: 6 }, (_, index) => {
        const id = count - index;
        return { id, thousandths: id % 5 === 0 ? 0 : 1000 + (id % 3) * 500 };
      }),
    );
    expect(new Set(listed.map(({ id }) => id)).size).toBe(count);
  },
);

it.for(Object.keys(valueColumns) as ValueOrder[])(
  'the list of photos has the whole library by %s as a search finds it',
  async (order, { test }) => {
    const { connection } = test.catalog;
    // Equal values, values that are not there, files that are gone, and a folder that was taken out of the library.
    connection.database.exec(
      `INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms, state)
       VALUES (2, '/removed', '/removed', 'exact', 1, 0, 'removed');
     INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (2, 2, '', '');
     WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 60)
     INSERT INTO photo (folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint, taken_at_ms,
       shown_itm, name_order, missing_since_ms)
     SELECT iif(n % 11 = 0, 2, 1), n, n, n * 7 % 5, n * 3 % 7, n * 5 % 9, CAST(n AS BLOB), iif(n % 4 = 0, NULL, n * 13 % 8),
       iif(n % 3 = 0, NULL, (n * 17 % 10) / 10.0), iif(n % 5 = 0, NULL, n * 11 % 6), iif(n % 7 = 0, n, NULL)
     FROM number`,
    );
    for (const descending of [false, true]) {
      const args = { query: { kind: 'everything' }, order: { order, descending }, nowMs: 0 } as const;
      const { photoIds } = searchPage(connection, { ...args, limit: 1000 });
      expect(photoIds.length).toBe(60 - 5 - 8);
      expect(photoList(connection, args).ids).toBe(packIds(photoIds));
    }
  },
);
