/** @file Exports a library in a process of its own, so that its memory and event loop can be watched. Started by exportBench.ts. */
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Catalog } from '../main/library/catalog/catalog.ts';
import { exportDocumentFile } from '../main/library/interchange/exportDocument.ts';
import { exportSidecars } from '../main/library/interchange/exportSidecars.ts';
import { realDisk } from '../main/library/photos/disk.ts';
import { parseQuery } from '../main/library/query/parseQuery.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { addRoot } from '../main/library/watch/libraryRoots.ts';
import { scanLibrary } from '../main/library/watch/scan.ts';
import { systemVolumes } from '../main/library/watch/volumes.ts';
import { type ExportRequest, exportRequestSchema } from './exportBench.ts';

const filter = {
  included: { captions: true, alternatives: true, tags: true, answers: true, altText: false, longDescription: false },
  humanOnly: false,
  withoutDoubtful: false,
};

process.once('message', async (message) => {
  const request = exportRequestSchema.parse(message);
  await using catalog = Catalog.open(request.libraryFolder, { startReader: startReaderThread, owner: 'the benchmark' });
  if (request.pictures !== undefined) await scanAndCaption(catalog, request.pictures);
  const photoIds = [...(await catalog.reader.read('searchIds', { query: parseQuery(''), nowMs: Date.now() }))];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const residentBytes = process.memoryUsage.rss();
  delay.enable();
  const start = performance.now();
  const photos = await write(catalog, request, photoIds);
  const ms = performance.now() - start;
  delay.disable();
  process.send?.({ photos, ms, residentBytes, delayMaxMs: delay.max / 1e6 });
});

async function write(catalog: Catalog, { format, out }: ExportRequest, photoIds: readonly number[]): Promise<number> {
  const { reader, writtenFiles, writtenXmp } = catalog;
  if (format !== 'xmp') {
    const request = { format, photoIds, filter, file: out, isNamed: true };
    return (await exportDocumentFile({ reader, writtenFiles }, request)).photos;
  }
  const parts = { catalog, writtenFiles, writtenXmp, temporaryFolder: tmpdir() };
  const { written, kept } = await exportSidecars(parts, { format, photoIds, filter, folder: undefined });
  // Editors' captions stay; the tags are written.
  return written + kept;
}

async function scanAndCaption(catalog: Catalog, pictures: string): Promise<void> {
  const volumes = systemVolumes(realDisk, process.platform);
  const context = { catalog, disk: realDisk, volumes, debounceMs: 1500 };
  await addRoot(context, pictures, { watched: true });
  await scanLibrary(context);
  const photoIds = await catalog.reader.read('searchIds', { query: parseQuery(''), nowMs: Date.now() });
  catalog.connection.write(() => {
    const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'caption', preset: 'caption' } });
    for (const id of photoIds) {
      catalog.captions.add(id, runId, { text: `a photo of number ${id}`, source: 'model' });
      catalog.tags.add(id, runId, { path: `places/Coast ${id % 10}`, source: 'model' });
    }
  });
}
