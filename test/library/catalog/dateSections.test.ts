/** @file The days and months above photos that are listed by date. */
import { afterEach, describe, expect, vi } from 'vitest';
import { type DateOrder, dateSections } from '../../../main/library/catalog/photos/dateSections.ts';
import { photoList } from '../../../main/library/catalog/photos/photoList.ts';
import { decodeIds, decodeSections } from '../../../renderer/state/photoIds.ts';
import { it } from '../../support/fixtures.ts';
import type { TestCatalog } from '../../support/testCatalog.ts';

/** A photo for each date, in this order. */
function sectionsOf(test: TestCatalog, column: string, values: readonly (string | number | null)[], order: DateOrder) {
  const { connection } = test.catalog;
  const set = connection.prepare(`UPDATE photo SET ${column} = ? WHERE id = ?`);
  const ids = values.map((value, index) => {
    const id = test.addPhoto(`${index}.jpg`);
    set.run(value, id);
    return id;
  });
  return dateSections(connection, ids, order).map(({ code, count }) => [code, count]);
}

const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

describe('the sections of a list by date', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are days where a month has four photos a day, else months, and years where no more is known', ({ test }) => {
    const taken = [
      ...times(5, '2024-05-04T10:00:00'),
      ...times(3, '2024-05-02T10:00:00'),
      ...times(3, '2024-04-30T10:00:00'),
      ...times(1, '2024-04-02T10:00:00'),
      '2024-01-01T10:00:00',
      '2023-12',
      '2023-12-05T00:00:00',
      '2019',
      null,
      null,
    ];
    expect(sectionsOf(test, 'taken_local', taken, 'taken')).toEqual([
      [20240504, 5],
      [20240502, 3],
      [20240400, 4],
      [20240101, 1],
      [20231200, 2],
      [20190000, 1],
      [0, 2],
    ]);
  });

  it('are years where their months have few', ({ test }) => {
    const taken = ['2024-05-04T10:00:00', '2024-04-30T10:00:00', '2024-01-01T10:00:00', '2023-12-05T10:00:00'];
    expect(sectionsOf(test, 'taken_local', taken, 'taken')).toEqual([
      [20240000, 3],
      [20231205, 1],
    ]);
  });

  it('come again where a day does, as for those who travel against the sun', ({ test }) => {
    const days = ['2024-05-02T00:30:00', '2024-05-01T08:00:00', '2024-05-02T08:00:00'].flatMap((day) => times(4, day));
    expect(sectionsOf(test, 'taken_local', days, 'taken')).toEqual([
      [20240502, 4],
      [20240501, 4],
      [20240502, 4],
    ]);
  });

  it('are this machine’s days for when photos were added', ({ test }) => {
    vi.stubEnv('TZ', 'America/New_York');
    const midnightMs = Date.UTC(2024, 4, 2, 4);
    const added = [...times(4, midnightMs), ...times(4, midnightMs - 1)];
    expect(sectionsOf(test, 'added_at_ms', added, 'added')).toEqual([
      [20240502, 4],
      [20240501, 4],
    ]);
  });

  it('are of a long list what they are of a short one, and packed as the page reads them', ({ test }) => {
    const { connection } = test.catalog;
    // Three of each day in turn, the last ones without a date.
    connection.database.exec(
      `WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 3000)
       INSERT INTO photo (folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint, taken_local, taken_at_ms)
       SELECT 1, n, n, n, 1, 0, CAST(n AS BLOB), iif(n < 2900, date(n / 5 * 86400, 'unixepoch') || 'T10:00:00', NULL),
         iif(n < 2900, n / 5 * 86400000, NULL) FROM number`,
    );
    const order = { order: 'taken', descending: false } as const;
    const list = photoList(connection, { query: { kind: 'everything' }, order, nowMs: 0 });
    const ids = [...decodeIds(list.ids)];
    const shorter = [...dateSections(connection, ids.slice(0, 1550), 'taken')];
    const sections = decodeSections(list.sections);
    expect([...(sections?.codes.slice(0, 300) ?? [])]).toEqual(shorter.slice(0, 300).map(({ code }) => code));
    expect(sections?.starts.at(-1)).toBe(3000);
    expect(sections?.codes.at(-1)).toBe(0);
    expect(sections?.codes[1]).toBe(19700102);
    const byName = { order: 'name', descending: false } as const;
    expect(photoList(connection, { query: { kind: 'everything' }, order: byName, nowMs: 0 }).sections).toBe(null);
  });
});
