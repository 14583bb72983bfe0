/**
 * @file `npm run bench pilot [PHOTOS]`: what it takes to say what work on all photos of a library will cost, and to choose
 * the sample that it is tried on; and how much room a caption takes in the catalog.
 */
import { mkdtempDisposable, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { LiveApp } from '../main/api/liveApp.ts';
import { router } from '../main/api/router.ts';
import { workOf } from '../main/api/work.ts';
import { sampleCandidates, spreadSample } from '../main/library/pilots/spreadSample.ts';
import { termsSchema } from '../preload/contract/work.ts';
import { sampleSize } from '../schemas/pilot.ts';
import { openBenchApp } from './benchApp.ts';
import { randomUnitVector } from './randomVectors.ts';
import { median, type Row } from './report.ts';
import { fillCatalog } from './syntheticCatalog.ts';

const times = 9;

export async function pilotBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  await using app = await openBenchApp(path.join(folder.path, 'library'));
  fillCatalog(app.catalog.connection, photos);
  const client = createRouterClient(router, { context: { app } });
  const terms = { kind: 'caption' } as const;
  const of = { selection: { query: '' } };
  const estimate = () => client.pilots.estimate({ of, terms });
  const photoIds = await app.finding.ids('', undefined);
  const named = () => client.pilots.estimate({ of: { selection: { photoIds } }, terms });
  const rows: Row[] = [
    { what: 'estimate, nothing done', photos, ms: await measured(estimate) },
    { what: 'estimate of photos that are named', photos, ms: await measured(named) },
    { what: 'sample', photos, ms: await measured(() => sampleOf(app, photoIds)) },
  ];
  const before = await sizeOf(app);
  await captionAll(app, photoIds);
  rows.push({ what: 'room of a caption', photos, bytes: ((await sizeOf(app)) - before) / photos });
  rows.push({ what: 'estimate, all done', photos, ms: await measured(estimate) });
  return rows;
}

/** The median. */
async function measured(work: () => Promise<unknown>): Promise<number> {
  await work();
  const ms: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const startMs = performance.now();
    await work();
    ms.push(performance.now() - startMs);
  }
  return median(ms);
}

/** With the appearance of all that it is chosen from. */
async function sampleOf(app: LiveApp, photoIds: readonly number[]): Promise<number[]> {
  const candidates = sampleCandidates(await app.catalog.reader.read('samplePhotos', photoIds), sampleSize);
  const appearances = new Map(candidates.map(({ id }) => [id, randomUnitVector()]));
  return spreadSample(candidates, sampleSize, appearances);
}

async function captionAll(app: LiveApp, photoIds: readonly number[]): Promise<void> {
  const { catalog } = app;
  const { kind, description, identity } = await workOf(app, termsSchema.parse({ kind: 'caption' }), photoIds);
  const runId = catalog.runs.begin({ kind, description, identity });
  const text = 'a photo of two red sailing boats on a calm sea under a clear sky';
  for (let from = 0; from < photoIds.length; from += 2000) {
    catalog.connection.write(() => {
      for (const photoId of photoIds.slice(from, from + 2000))
        catalog.captions.add(photoId, runId, { text, source: 'model' });
    });
  }
}

async function sizeOf({ catalog }: LiveApp): Promise<number> {
  catalog.connection.database.pragma('wal_checkpoint(TRUNCATE)');
  return (await stat(catalog.connection.file)).size;
}
