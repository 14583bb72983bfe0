/**
 * @file `npm run bench library import [PHOTOS]`: the full JSON document of a catalog of made-up photos with captions, tags and
 * answers, read, planned and imported into another one that has the photos alone; and once more, when all of it is there.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Catalog } from '../main/library/catalog/catalog.ts';
import { exportDocumentFile } from '../main/library/interchange/exportDocument.ts';
import { importTexts, planImport, readImport } from '../main/library/interchange/imports/importTexts.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import type { Row } from './report.ts';
import { fillCatalog } from './syntheticCatalog.ts';

const filter = {
  included: { captions: true, alternatives: true, tags: true, answers: true, altText: true, longDescription: true },
  humanOnly: false,
  withoutDoubtful: false,
};

export async function textImportBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 20_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const opened = (name: string) =>
    Catalog.open(path.join(folder.path, name), { startReader: startReaderThread, owner: 'the benchmark' });
  const file = path.join(folder.path, 'texts.json');
  /** Each with a content of its own. */
  const fillPhotos = ({ connection }: Catalog) => {
    fillCatalog(connection, photos);
    connection.write(() => {
      connection.database.exec("UPDATE photo SET content_sha256 = CAST(printf('%032d', id) AS BLOB)");
    });
  };
  {
    await using from = opened('from');
    fillPhotos(from);
    const photoIds = from.connection.prepare<[], number>('SELECT id FROM photo ORDER BY id').pluck().all();
    await exportDocumentFile(from, { format: 'json-full', photoIds, filter, file, isNamed: true });
  }
  await using into = opened('into');
  fillPhotos(into);
  into.connection.write(() => {
    into.connection.database.exec(
      'UPDATE photo SET shown_caption_id = NULL; DELETE FROM caption; DELETE FROM answer; DELETE FROM photo_tag;',
    );
  });
  return [await imported(into, file, photos, 'import'), await imported(into, file, photos, 'the same once more')];
}

async function imported(catalog: Catalog, file: string, photos: number, what: string): Promise<Row> {
  const choose = () => 'keep' as const;
  const cpu = process.cpuUsage();
  const times = [performance.now()];
  const { photos: said, runs } = await readImport(catalog, [{ path: file, format: 'json-full', use: 'caption' }]);
  times.push(performance.now());
  const plan = await planImport(catalog, { photos: said }, choose);
  times.push(performance.now());
  const description = { kind: 'importTexts', path: file, more: 0, format: 'json-full' } as const;
  await importTexts(catalog, { photos: plan.photos, runs, choose, description, importSource: file });
  times.push(performance.now());
  const [read = 0, planned = 0, stored = 0] = times.slice(1).map((at, index) => (at - (times[index] ?? at)) / 1e3);
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...{ what, photos, 'read s': read, 'plan s': planned, 'store s': stored },
    ...{ seconds: read + planned + stored, 'processor s': (user + system) / 1e6 },
  };
}
