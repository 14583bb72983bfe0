/**
 * @file `npm run bench library stacks [PHOTOS]`: stacks of a library, of which every tenth photo begins a burst of three:
 * made for the first time, after 100 photos were added, and the list that a grid asks for, folded and not. All photos in
 * one folder, the worst there is, and in folders of 50.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Catalog } from '../main/library/catalog/catalog.ts';
import type { CatalogConnection } from '../main/library/catalog/connection.ts';
import { photoList } from '../main/library/catalog/photos/photoList.ts';
import { libraryPlaces } from '../main/library/files/libraryPlaces.ts';
import { updateStacks } from '../main/library/stacks/updateStacks.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { nameOrder } from '../main/library/text/nameOrder.ts';
import { writeFilledCatalog } from './filledCatalog.ts';
import { median, type Row } from './report.ts';
import { makeBursts } from './syntheticCatalog.ts';

const rounds = 5;
const added = 100;

export async function stacksBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 10_000);
  const rows: Row[] = [];
  for (const folders of ['of 50 photos', 'one'] as const) {
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
    writeFilledCatalog(libraryPlaces(folder.path).catalog, photos);
    await using catalog = Catalog.open(folder.path, { owner: 'bench', startReader: startReaderThread });
    const { connection } = catalog;
    if (folders === 'one') putIntoOne(connection);
    makeBursts(connection);
    // The thread is there, as in a library that is open.
    await catalog.reader.read('searchCount', { query: { kind: 'everything' }, nowMs: 0 });
    const first = await timed(() => updateStacks(catalog));
    const again: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      addPhotos(connection, round);
      again.push(await timed(() => updateStacks(catalog)));
    }
    const listed = (stacked: boolean) =>
      median(Array.from({ length: rounds }, () => timedNow(() => list(connection, stacked))));
    rows.push({
      photos,
      folders,
      'in stacks': connection.value<number>('SELECT count(*) FROM photo_stack'),
      'first time, ms': first,
      [`after ${added} more, p50 ms`]: median(again),
      'list, p50 ms': listed(false),
      'folded, p50 ms': listed(true),
    });
  }
  return rows;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function timedNow(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

function list(connection: CatalogConnection, stacked: boolean): void {
  photoList(connection, {
    query: { kind: 'everything' },
    order: { order: 'taken', descending: true },
    nowMs: 0,
    stacked,
  });
}

function putIntoOne(connection: CatalogConnection): void {
  const photos = connection.prepare<[], { id: number; name: string }>('SELECT id, name FROM photo').all();
  const put = connection.prepare('UPDATE photo SET folder_id = 1, name = ?, name_key = ?, name_order = ? WHERE id = ?');
  connection.write(() => {
    for (const { id, name } of photos) put.run(`${id} ${name}`, `${id} ${name}`, nameOrder(`${id} ${name}`), id);
  });
}

/** Copies of photos that are there, under other names, in one folder; a burst of three among every ten. */
function addPhotos(connection: CatalogConnection, round: number): void {
  connection.database.exec(`
    INSERT INTO photo (folder_id, name, name_key, name_order, added_at_ms, size_bytes, modified_ms, fingerprint,
      taken_at_ms, taken_local, camera_make, camera_model, width, height)
    SELECT 1, 'new' || ${round} || 'x' || id, 'new' || ${round} || 'x' || id, 'new' || ${round} || 'x' || id, 0, 1, 0, randomblob(32),
      taken_at_ms, taken_local, camera_make, camera_model, width, height FROM photo WHERE id BETWEEN 20 AND 19 + ${added};
    UPDATE photo SET perceptual_hash = randomblob(8) WHERE perceptual_hash IS NULL`);
  const order = connection.prepare('UPDATE photo SET name_order = ? WHERE id = ?');
  const news = connection
    .prepare<[], { id: number; name: string }>(`SELECT id, name FROM photo WHERE name GLOB 'new*'`)
    .all();
  connection.write(() => {
    for (const { id, name } of news) order.run(nameOrder(name), id);
  });
}
