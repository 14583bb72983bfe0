/** @file Scans a folder in a process of its own, so that its memory and event loop can be watched. Started by scanBench.ts. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { Catalog } from '../main/library/catalog/catalog.ts';
import { defaultDirection } from '../main/library/catalog/search/orders.ts';
import { realDisk } from '../main/library/photos/disk.ts';
import { parseQuery } from '../main/library/query/parseQuery.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { addRoot } from '../main/library/watch/libraryRoots.ts';
import { scanLibrary } from '../main/library/watch/scan.ts';
import { systemVolumes } from '../main/library/watch/volumes.ts';
import type { WatchContext } from '../main/library/watch/watchContext.ts';
import type { ScanFigures } from './scanBench.ts';

const requestSchema = z.object({ libraryFolder: z.string(), pictures: z.string() });
const queryEveryMs = 50;

process.once('message', async (message) => {
  const { libraryFolder, pictures } = requestSchema.parse(message);
  await using catalog = Catalog.open(libraryFolder, { startReader: startReaderThread, owner: 'the benchmark' });
  const context: WatchContext = {
    catalog,
    disk: realDisk,
    volumes: systemVolumes(realDisk, process.platform),
    debounceMs: 1500,
  };
  await addRoot(context, pictures, { watched: true });
  const figures = [
    await measure('first scan, fingerprints included', context, catalog),
    await measure('comparison, nothing changed', context, catalog),
  ];
  process.send?.(figures);
});

async function measure(what: string, context: WatchContext, catalog: Catalog): Promise<ScanFigures> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const stop = new AbortController();
  const queries = ask(catalog, stop.signal);
  delay.enable();
  const start = performance.now();
  const { files, found } = await scanLibrary(context);
  const ms = performance.now() - start;
  delay.disable();
  stop.abort();
  const times = (await queries).sort((a, b) => a - b);
  return {
    what,
    ms,
    files,
    found,
    delayP95Ms: delay.percentile(95) / 1e6,
    delayMaxMs: delay.max / 1e6,
    queries: times.length,
    queryP95Ms: times[Math.ceil(times.length * 0.95) - 1] as number,
  };
}

/** As a person who browses meanwhile; by way of the reader thread, as the application does. */
async function ask(catalog: Catalog, signal: AbortSignal): Promise<number[]> {
  const query = parseQuery('IMG_1*');
  const times: number[] = [];
  while (!signal.aborted) {
    const start = performance.now();
    await catalog.reader.read('searchPage', { query, order: defaultDirection('name'), limit: 200, nowMs: Date.now() });
    times.push(performance.now() - start);
    await pause(queryEveryMs);
  }
  return times;
}
