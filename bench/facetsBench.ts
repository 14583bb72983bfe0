/**
 * @file `npm run bench library facets [PHOTOS] [QUERY]`: what the facets of a query take, asked again with nothing written in
 * between, and the first time after something was written, also where it is not known which photos those are; beside it,
 * the ids of what the query finds. Of all queries, or of those in whose names the words are.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CatalogConnection } from '../main/library/catalog/connection.ts';
import { openDatabase } from '../main/library/catalog/database.ts';
import { PhotosWrittenLog } from '../main/library/catalog/photosWritten.ts';
import { CatalogReader } from '../main/library/catalog/reader/catalogReader.ts';
import { facets } from '../main/library/catalog/search/facets.ts';
import { searchIds } from '../main/library/catalog/search/searchPhotos.ts';
import { parseQuery } from '../main/library/query/parseQuery.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { writeFilledCatalog } from './filledCatalog.ts';
import { figures, type Row } from './report.ts';
import { syntheticWord } from './syntheticCatalog.ts';

const rounds = 7;
/** Reading all anew takes long, and always as long. */
const fewRounds = 3;

const queries = [
  ['everything', ''],
  ['a word in most captions', syntheticWord(0)],
  ['a common word', syntheticWord(10)],
  ['a year', 'taken:2010'],
  ['two cameras', '(camera:="Maker 1 Camera 2" OR camera:="Maker 2 Camera 3")'],
  ['two values of a field', '(answer:season=winter OR answer:season=spring)'],
  ['a number of a field', 'answer:people>3'],
  ['values of four facets', 'taken:2010 camera:="Maker 1 Camera 2" rating:none source:model'],
] as const;

export async function facetsBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const file = path.join(folder.path, 'catalog.db');
  writeFilledCatalog(file, photos);
  const database = openDatabase(file);
  using _ = { [Symbol.dispose]: () => database.close() };
  const connection = new CatalogConnection({ database, file });
  const written = new PhotosWrittenLog(connection);
  await using reader = new CatalogReader(file, startReaderThread);
  const rows: Row[] = [];
  const wanted = flags.slice(1).join(' ');
  for (const [what, text] of queries.filter(([name]) => name.includes(wanted))) {
    const args = { query: parseQuery(text), nowMs: Date.now() };
    const found = searchIds(connection, args).length;
    const again = await timesOf(() => facets(connection, args));
    const change = () => connection.write(() => database.exec('UPDATE photo SET rating = rating WHERE id = 1'));
    const known = await timesOf(() => facets(connection, { ...args, written: written.written() }), change);
    const changed = await timesOf(() => facets(connection, args), change, fewRounds);
    const ids = await timesOf(() => searchIds(connection, args));
    const thread = await timesOf(() => reader.read('facets', args));
    rows.push({ what, photos, found, of: 'the ids alone', ...figures(ids) });
    rows.push({ what, photos, found, of: 'facets, nothing written', ...figures(again) });
    rows.push({ what, photos, found, of: 'the same, by way of the reader thread', ...figures(thread) });
    rows.push({ what, photos, found, of: 'facets after a change', ...figures(known) });
    rows.push({
      what,
      photos,
      found,
      of: 'the same, where it is not known which photos were written',
      ...figures(changed),
    });
  }
  return rows;
}

async function timesOf(ask: () => unknown, before: () => void = () => {}, count = rounds): Promise<number[]> {
  before();
  await ask();
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) {
    before();
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  return times;
}
