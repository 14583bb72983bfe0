/**
 * @file `npm run bench library search [PHOTOS] [WHAT]`: the first page of 200 photos for every kind of query, against SQL written
 * by hand for that kind. Each kind is asked in several wordings, so that the slowest tenth is not one and the same.
 * All of it, or the kinds and parts in whose names the words are: `field`, `the timeline`, `the palette`, `the map`.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CatalogConnection } from '../main/library/catalog/connection.ts';
import { openDatabase } from '../main/library/catalog/database.ts';
import { photoList } from '../main/library/catalog/photos/photoList.ts';
import { locatedPhotos, photoClusters } from '../main/library/catalog/photos/photoMap.ts';
import { CatalogReader } from '../main/library/catalog/reader/catalogReader.ts';
import { foundNames } from '../main/library/catalog/search/names.ts';
import { defaultDirection, type SearchOrder } from '../main/library/catalog/search/orders.ts';
import { type SearchPageArgs, searchPage } from '../main/library/catalog/search/searchPhotos.ts';
import { parseQuery } from '../main/library/query/parseQuery.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { writeFilledCatalog } from './filledCatalog.ts';
import { figures, median, type Row } from './report.ts';
import { type SearchKind, searchKinds } from './searchKinds.ts';
import { syntheticWord } from './syntheticCatalog.ts';

const pageLength = 200;
const rounds = 5;

export async function searchBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const file = path.join(folder.path, 'catalog.db');
  const wanted = flags.slice(1).join(' ');
  const isWanted = (what: string) => what.includes(wanted);
  const filledMs = writeFilledCatalog(file, photos);
  const openStart = performance.now();
  const database = openDatabase(file, { readOnly: true });
  using _ = { [Symbol.dispose]: () => database.close() };
  const openMs = performance.now() - openStart;
  const connection = new CatalogConnection({ database, file });
  await using reader = new CatalogReader(file, startReaderThread);
  const nowMs = Date.now();
  const all: number[] = [];
  const rows = searchKinds
    .filter(({ kind }) => isWanted(kind))
    .map((kind) => {
      const { times, found } = pagesOf(connection, kind, nowMs);
      all.push(...times);
      const floor = floorOf(connection, kind);
      return {
        what: kind.kind,
        photos,
        found,
        ...figures(times),
        'raw SQL p50 ms': floor,
        ratio: median(times) / floor,
      };
    });
  const args = { query: parseQuery(syntheticWord(2)), order: defaultDirection('taken'), limit: pageLength, nowMs };
  const throughThread = 'a common word, by way of the reader thread';
  const parts = [
    ...(isWanted('the map') ? mapRows(connection, nowMs) : []),
    ...(isWanted('the timeline') ? timelineRows(connection, nowMs) : []),
    ...(isWanted('the palette') ? paletteRows(connection) : []),
    ...(all.length > 0 ? [{ what: 'all kinds', ...figures(all) }] : []),
    ...(isWanted(throughThread) ? [{ what: throughThread, ...figures(await readerTimes(reader, args)) }] : []),
  ];
  const filled = filledMs === undefined ? [] : [{ what: 'fill', photos, 'photos/s': photos / (filledMs / 1e3) }];
  return [...filled, { what: 'open', photos, 'p50 ms': openMs }, ...rows, ...parts.map((row) => ({ photos, ...row }))];
}

function pagesOf(connection: CatalogConnection, { queries, order }: SearchKind, nowMs: number) {
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [text] of queries) {
      const start = performance.now();
      const query = parseQuery(text);
      const page = searchPage(connection, { query, order: defaultDirection(order), limit: pageLength, nowMs });
      // The first round is for warming up.
      if (round > 0) times.push(performance.now() - start);
      found = page.photoIds.length;
    }
  }
  return { times, found };
}

/** What the palette asks for with each letter. */
function paletteRows(connection: CatalogConnection): Row[] {
  // Folders and tags, tags and words, folders by their numbers, people, names of files.
  return [syntheticWord(0).slice(0, 1), syntheticWord(2), '1', 'person 1', 'img_777'].map((typed) => {
    const times = Array.from({ length: 2 * rounds }, () => {
      const start = performance.now();
      foundNames(connection, { typed, limit: 8 });
      return performance.now() - start;
    });
    return {
      what: `the palette: ${typed}`,
      found: foundNames(connection, { typed, limit: 8 }).length,
      ...figures(times.slice(1)),
    };
  });
}

/** The days and months of all photos and of some; beside them, the same list without. */
function timelineRows(connection: CatalogConnection, nowMs: number): Row[] {
  const list = (text: string, order: SearchOrder) => {
    const args = { query: parseQuery(text), order: defaultDirection(order), nowMs };
    photoList(connection, args);
    return Array.from({ length: 2 * rounds }, () => {
      const start = performance.now();
      photoList(connection, args);
      return performance.now() - start;
    });
  };
  return [
    ['the timeline of all photos', ''],
    ['the timeline of a common word', syntheticWord(10)],
    ['the timeline of a field', 'answer:season=winter'],
  ].map(([what = '', text = '']) => {
    const bare = median(list(text, 'size'));
    const times = list(text, 'taken');
    return { what, ...figures(times), 'list without p50 ms': bare, ratio: median(times) / bare };
  });
}

/** What the map asks for: all of the world from afar, and a part of it from nearer; the positions alone beside it. */
function mapRows(connection: CatalogConnection, nowMs: number): Row[] {
  const query = parseQuery('');
  const world = { south: -90, west: -180, north: 90, east: 180 };
  const europe = { south: 35, west: -10, north: 60, east: 30 };
  const positions = connection.database.prepare(
    'SELECT id, latitude, longitude FROM photo WHERE missing_since_ms IS NULL AND latitude IS NOT NULL',
  );
  const timesOf = (ask: () => unknown) => {
    ask();
    return Array.from({ length: 2 * rounds }, () => {
      const start = performance.now();
      ask();
      return performance.now() - start;
    });
  };
  const floor = median(timesOf(() => positions.all()));
  const { count } = locatedPhotos(connection, { query, nowMs });
  const questions = [
    ['the map: the area of all photos', () => locatedPhotos(connection, { query, nowMs })],
    ['the map: clusters of the world', () => photoClusters(connection, { query, nowMs, area: world, zoom: 2 })],
    ['the map: clusters of a part', () => photoClusters(connection, { query, nowMs, area: europe, zoom: 5 })],
  ] as const;
  return questions.map(([what, ask]) => {
    const times = timesOf(ask);
    return { what, found: count, ...figures(times), 'raw SQL p50 ms': floor, ratio: median(times) / floor };
  });
}

function floorOf(
  connection: CatalogConnection,
  { queries, sql, sqlOrder = 'photo.taken_at_ms DESC' }: SearchKind,
): number {
  const statement = connection.database
    .prepare<(string | number)[], number>(`SELECT photo.id ${sql} ORDER BY ${sqlOrder} LIMIT ${pageLength}`)
    .pluck();
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const [, ...parameters] of queries) {
      const start = performance.now();
      statement.all(...parameters);
      if (round > 0) times.push(performance.now() - start);
    }
  }
  return median(times);
}

async function readerTimes(reader: CatalogReader, args: SearchPageArgs): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= 20; round += 1) {
    const start = performance.now();
    await reader.read('searchPage', args);
    if (round > 0) times.push(performance.now() - start);
  }
  return times;
}
