/** @file Orders, pages and relevance, in catalogs small and larger than one walk through an order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeFileInfo } from '../../../main/library/catalog/photos/fileInfo.ts';
import { defaultDirection, searchOrders } from '../../../main/library/catalog/search/orders.ts';
import { refreshPhotoText } from '../../../main/library/catalog/search/photoText.ts';
import { type PageCursor, searchCount, searchPage } from '../../../main/library/catalog/search/searchPhotos.ts';
import { searchSuggestions } from '../../../main/library/catalog/search/suggestions.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { nowMs, type SearchLibrary, searchLibrary } from './searchLibrary.ts';

type Order = (typeof searchOrders)[number];

function page(library: SearchLibrary, text: string, order: Order, limit = 100, after?: PageCursor, reverse = false) {
  const byDefault = defaultDirection(order);
  const orderBy = { ...byDefault, descending: byDefault.descending !== reverse };
  return searchPage(library.catalog.connection, { query: parseQuery(text), order: orderBy, limit, after, nowMs });
}

function names(library: SearchLibrary, text: string, order: Order, reverse = false): string[] {
  return page(library, text, order, 100, undefined, reverse).photoIds.map(library.nameOf);
}

describe('Photos are listed', () => {
  let library: SearchLibrary;

  beforeAll(async () => {
    library = await searchLibrary();
    const columns = (taken: number | null, size: number, itm: number | null) => ({
      taken_at_ms: taken,
      added_at_ms: size,
      modified_ms: size,
      size_bytes: size,
      shown_itm: itm,
    });
    library.add('IMG_10.jpg', { folder: 'b', columns: columns(3, 2, 0.5), caption: 'a dog' });
    library.add('IMG_9.jpg', { folder: 'b', columns: columns(1, 3, null), caption: 'a dog, a dog and a dog' });
    library.add('z.jpg', { folder: 'a', columns: columns(null, 1, 0.9), answers: { 'What is it?': 'a dog' } });
    library.add('y.jpg', { folder: 'a', columns: columns(3, 9, null), caption: 'a very long text that says dog once' });
  });

  afterAll(() => library[Symbol.asyncDispose]());

  it.each<[Order, string[], string[]]>([
    ['taken', ['y.jpg', 'IMG_10.jpg', 'IMG_9.jpg', 'z.jpg'], ['IMG_9.jpg', 'IMG_10.jpg', 'y.jpg', 'z.jpg']],
    ['added', ['y.jpg', 'IMG_9.jpg', 'IMG_10.jpg', 'z.jpg'], ['z.jpg', 'IMG_10.jpg', 'IMG_9.jpg', 'y.jpg']],
    ['modified', ['y.jpg', 'IMG_9.jpg', 'IMG_10.jpg', 'z.jpg'], ['z.jpg', 'IMG_10.jpg', 'IMG_9.jpg', 'y.jpg']],
    ['size', ['y.jpg', 'IMG_9.jpg', 'IMG_10.jpg', 'z.jpg'], ['z.jpg', 'IMG_10.jpg', 'IMG_9.jpg', 'y.jpg']],
    ['name', ['IMG_9.jpg', 'IMG_10.jpg', 'y.jpg', 'z.jpg'], ['z.jpg', 'y.jpg', 'IMG_10.jpg', 'IMG_9.jpg']],
    ['folder', ['y.jpg', 'z.jpg', 'IMG_9.jpg', 'IMG_10.jpg'], ['IMG_10.jpg', 'IMG_9.jpg', 'z.jpg', 'y.jpg']],
    ['itm', ['z.jpg', 'IMG_10.jpg', 'y.jpg', 'IMG_9.jpg'], ['IMG_10.jpg', 'z.jpg', 'IMG_9.jpg', 'y.jpg']],
  ])('by %s and the other way round, those without a value last', (order, forth, back) => {
    expect(names(library, '', order)).toEqual(forth);
    expect(names(library, '', order, true)).toEqual(back);
  });

  it('by relevance: captions before answers, and texts that say it often before those that say much else', () => {
    const found = page(library, 'dog', 'relevance');
    expect(found.order.order).toBe('relevance');
    expect(found.photoIds.map(library.nameOf)).toEqual(['IMG_9.jpg', 'IMG_10.jpg', 'y.jpg', 'z.jpg']);
  });

  it('newest first where relevance is asked for and there is no word to be relevant to', () => {
    expect(page(library, 'captioned:yes', 'relevance').order).toEqual({ order: 'taken', descending: true });
  });

  it('a page at a time, in every order, so that each photo is met once', () => {
    for (const order of searchOrders) {
      for (const reverse of [false, true]) {
        const met: number[] = [];
        let after: PageCursor | undefined;
        for (;;) {
          const { photoIds, next } = page(library, 'dog', order, 1, after, reverse);
          met.push(...photoIds);
          if (next === null) break;
          after = next;
        }
        expect(met, order).toEqual(page(library, 'dog', order, 100, undefined, reverse).photoIds);
        expect(met).toHaveLength(4);
      }
    }
  });

  it('after the last photo of a page whatever is added before it', async () => {
    await using growing = await searchLibrary();
    for (const name of ['c', 'd', 'e']) growing.add(name);
    const { photoIds, next } = page(growing, '', 'name', 1);
    growing.add('a');
    const rest = page(growing, '', 'name', 10, next ?? undefined).photoIds;
    expect([...photoIds, ...rest].map(growing.nameOf)).toEqual(['c', 'd', 'e']);
  });

  it('from a number on', () => {
    const { photoIds } = page(library, '', 'name', 2, { kind: 'number', offset: 1 });
    expect(photoIds.map(library.nameOf)).toEqual(['IMG_10.jpg', 'y.jpg']);
  });
});

describe('In a catalog that is longer than one walk', () => {
  const photoCount = 4600;
  let library: SearchLibrary;

  beforeAll(async () => {
    library = await searchLibrary();
    const { connection } = library.catalog;
    const random = randomNumbers(1);
    connection.write(() => {
      for (let id = 1; id <= photoCount; id += 1) {
        connection
          .prepare(
            `INSERT INTO photo (id, folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint,
               taken_local, taken_at_ms, iso, width, height)
             VALUES ($id, 1, $name, $name, $id, $size, 0, x'00', $local, $taken, $iso, 4, 3)`,
          )
          .run({
            id,
            name: `${id}.jpg`,
            size: Math.floor(random() * 1000),
            local: id % 3 === 0 ? null : new Date(id * 1e9).toISOString().slice(0, 19),
            taken: id % 3 === 0 ? null : id * 1e9,
            iso: id % 1000 === 0 ? 6400 : random() < 0.5 ? 100 : null,
          });
        refreshPhotoText(connection, id);
      }
    });
  }, 60_000);

  afterAll(() => library[Symbol.asyncDispose]());

  const queries = [
    '',
    'iso:6400',
    'iso:100',
    '-iso:100',
    '4711',
    'jpg -iso:100',
    'taken:none',
    'taken:2000',
    'size:<3',
    'name:1*',
  ];

  it.each(queries)('%s: pages joined are the same as everything sorted at once', (text) => {
    const query = parseQuery(text);
    const count = searchCount(library.catalog.connection, { query, nowMs });
    for (const order of searchOrders) {
      for (const reverse of [false, true]) {
        const everything = page(library, text, order, Number.MAX_SAFE_INTEGER, undefined, reverse);
        const joined: number[] = [];
        let after: PageCursor | undefined;
        do {
          const { photoIds, next } = page(library, text, order, 1700, after, reverse);
          joined.push(...photoIds);
          after = next ?? undefined;
        } while (after !== undefined);
        expect(everything.photoIds, `${text} by ${order}`).toHaveLength(count);
        expect(joined.join(), `${text} by ${order}`).toBe(everything.photoIds.join());
      }
    }
  });

  it('a first page is the beginning of everything', () => {
    for (const text of queries) {
      for (const order of searchOrders) {
        const everything = page(library, text, order, Number.MAX_SAFE_INTEGER).photoIds;
        expect(page(library, text, order, 200).photoIds.join(), `${text} by ${order}`).toBe(
          everything.slice(0, 200).join(),
        );
      }
    }
  });
});

describe('What the catalog suggests', () => {
  it('are names that files say', async () => {
    await using library = await searchLibrary();
    const { connection } = library.catalog;
    const source = { property: 'XMP-dc:Subject', sidecar: null };
    const place = { kind: 'located', sublocation: null, state: null, countryCode: 'FRA', ...source } as const;
    for (const [name, city] of [
      ['a.jpg', 'Brest'],
      ['b.jpg', 'Lyon'],
    ] as const) {
      storeFileInfo(connection, library.add(name), {
        texts: [
          { kind: 'title', text: 'Rotkehlchen', ...source },
          { kind: 'label', text: 'Rot', ...source },
        ],
        keywords: [{ path: 'Orte/Brest', ...source }],
        people: [{ name: 'Ann Example', region: null, ...source }],
        places: [{ ...place, city, country: 'France' }],
        rating: null,
      });
    }
    const suggest = (field: 'keyword' | 'person' | 'place' | 'label', typed: string) =>
      searchSuggestions(connection, { kind: 'label', field, typed });
    expect(suggest('keyword', 'bre')).toEqual(['Orte/Brest']);
    expect(suggest('person', 'exa')).toEqual(['Ann Example']);
    expect(suggest('place', '')).toEqual(['Brest', 'FRA', 'France', 'Lyon']);
    expect(suggest('label', 'r')).toEqual(['Rot']);
  });

  it('begins with what was typed, or has it somewhere', async () => {
    await using library = await searchLibrary();
    const { connection } = library.catalog;
    library.add('Übung.jpg', {
      folder: '2024/Ubuntu',
      tags: ['places/Überlingen', 'club/über'],
      answers: { 'Is it indoors?': 'yes' },
      columns: { camera_make: 'Canon', camera_model: 'Canon EOS R5', lens: 'EF 50', format: 'jpeg' },
    });
    const suggest = (field: 'tag' | 'folder' | 'name' | 'camera' | 'lens' | 'format' | 'model', typed: string) =>
      searchSuggestions(connection, { kind: 'label', field, typed });
    expect(suggest('tag', 'uber')).toEqual(['club/über', 'places/Überlingen']);
    expect(suggest('tag', 'PLA')).toEqual(['places', 'places/Überlingen']);
    expect(suggest('folder', 'ubu')).toEqual(['2024/Ubuntu']);
    expect(suggest('name', 'ub')).toEqual(['Übung.jpg']);
    expect(suggest('camera', 'eos')).toEqual(['Canon EOS R5']);
    expect(suggest('lens', '')).toEqual(['EF 50']);
    expect(suggest('format', 'j')).toEqual(['jpeg']);
    expect(suggest('model', '')).toEqual([]);
    expect(searchSuggestions(connection, { kind: 'question', typed: 'indoor' })).toEqual(['Is it indoors?']);
    expect(searchSuggestions(connection, { kind: 'answer', question: 'is it indoors', typed: 'y' })).toEqual(['yes']);
  });
});
