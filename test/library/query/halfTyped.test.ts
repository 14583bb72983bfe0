/** @file A last word that is half typed finds what it may become, where it finds nothing as it is. */
import { expect, it } from 'vitest';
import { defaultDirection } from '../../../main/library/catalog/search/orders.ts';
import { searchCount, searchPage } from '../../../main/library/catalog/search/searchPhotos.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { nowMs, searchLibrary } from '../search/searchLibrary.ts';

async function boats() {
  const library = await searchLibrary();
  library.add('boats.jpg', { caption: 'red boats in a harbour', folder: '2024' });
  library.add('boa.jpg', { caption: 'a green boa', folder: '2023' });
  library.add('rug.jpg', { caption: 'a carpet', tags: ['home'] });
  return library;
}

it.each<[query: string, completed: string | null, ...names: string[]]>([
  ['bo', 'bo*', 'boa.jpg', 'boats.jpg'],
  ['boa', null, 'boa.jpg'],
  ['red boa', 'red boa*', 'boats.jpg'],
  ['folder:2024 boa', 'folder:2024 boa*', 'boats.jpg'],
  ['boa folder:2024', null],
  ['boa folder:202', 'boa folder:202*', 'boa.jpg'],
  ['red har', 'red har*', 'boats.jpg'],
  ['har red', null],
  ['(red har)', 'red har*', 'boats.jpg'],
  ['zebra OR har', 'zebra OR har*', 'boats.jpg'],
  ['caption:har', 'caption:har*', 'boats.jpg'],
  ['car', 'car*', 'rug.jpg'],
  ['"car"', null],
  ['caption:"car"', null],
  ['car*', null, 'rug.jpg'],
  ['red -boa', null, 'boats.jpg'],
  ['green -boa', null],
  ['tag:hom', 'tag:hom*', 'rug.jpg'],
  ['tag:=hom', null],
  ['red folder:20', 'red folder:20*', 'boats.jpg'],
  ['tag:home', null, 'rug.jpg'],
  ['camera:x', null],
  ['zzz', null],
  ['harb"our"', null],
])('%s is searched for as %s', async (query, completed, ...names) => {
  await using library = await boats();
  expect(library.look(query)).toEqual({ names, completed });
});

it('a last word is half typed only for who looks: a count and all ids keep to the query', async () => {
  await using library = await boats();
  expect(searchCount(library.catalog.connection, { query: parseQuery('bo'), nowMs })).toBe(0);
  expect(library.find('bo')).toEqual([]);
});

it('a search for a half-typed word goes on as it began from page to page', async () => {
  await using library = await boats();
  const { connection } = library.catalog;
  for (const order of ['name', 'folder', 'relevance'] as const) {
    const args = { query: parseQuery('bo'), order: defaultDirection(order), limit: 1, nowMs };
    const first = searchPage(connection, args);
    const second = searchPage(connection, { ...args, after: first.next ?? undefined });
    expect([...first.photoIds, ...second.photoIds].map(library.nameOf).sort()).toEqual(['boa.jpg', 'boats.jpg']);
    expect(second.completed).toEqual(first.completed);
    const third = searchPage(connection, { ...args, after: second.next ?? undefined });
    expect(third.photoIds).toEqual([]);
    // A page after one of the query itself is not widened.
    const ends = searchPage(connection, { ...args, query: parseQuery('boa') });
    expect(
      searchPage(connection, { ...args, query: parseQuery('boa'), after: ends.next ?? undefined }).photoIds,
    ).toEqual([]);
  }
});
