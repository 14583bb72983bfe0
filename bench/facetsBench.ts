/**
 * @file `npm run bench library facets [PHOTOS]`: what the facets of a query take, asked again with nothing written in
 * between, and the first time after something was written, also where it is not known which photos those are; beside it,
 * the ids of what the query finds.
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
import { figures, type Row } from './report.ts';
import { fillCatalog, fillNames, syntheticWord } from './syntheticCatalog.ts';
import { fillFields } from './syntheticFields.ts';

const rounds = 20;

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
  const database = openDatabase(file);
  using _ = { [Symbol.dispose]: () => database.close() };
  const connection = new CatalogConnection({ database, file });
  fillCatalog(connection, photos);
  fillNames(connection);
  fillFields(connection);
  const written = new PhotosWrittenLog(connection);
  await using reader = new CatalogReader(file, startReaderThread);
  const rows: Row[] = [];
  for (const [what, text] of queries) {
    const args = { query: parseQuery(text), nowMs: Date.now() };
    const found = searchIds(connection, args).length;
    const again = await timesOf(() => facets(connection, args));
    const change = () => connection.write(() => database.exec('UPDATE photo SET rating = rating WHERE id = 1'));
    const known = await timesOf(() => facets(connection, { ...args, written: written.written() }), change);
    const changed = await timesOf(() => facets(connection, args), change);
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

async function timesOf(ask: () => unknown, before: () => void = () => {}): Promise<number[]> {
  before();
  await ask();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    before();
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  return times;
}
