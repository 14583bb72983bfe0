/**
 * @file `npm run bench library export [PHOTOS [SIDECARS]]`: a catalog of made-up photos with captions, tags and answers as
 * each document, and real small JPEGs with an XMP sidecar each: without metadata, as cameras write them, and as editors do.
 * Every export in a process of its own, whose memory is watched.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { Catalog } from '../main/library/catalog/catalog.ts';
import { LazyExifTool } from '../main/library/files/exifTool.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { generatePictures, pictureKinds } from './madePictures.ts';
import { cameraTags, editorTags, withTags } from './photoTags.ts';
import { MemoryWatch } from './processMemory.ts';
import type { Row } from './report.ts';
import { fillCatalog } from './syntheticCatalog.ts';

export const exportRequestSchema = z.object({
  libraryFolder: z.string(),
  /** What is written: a document's format, or `xmp` beside the photos below `pictures`. */
  format: z.enum(['json', 'json-full', 'jsonl', 'coco', 'csv', 'parquet', 'xmp']),
  out: z.string(),
  pictures: z.string().optional(),
});
export type ExportRequest = z.output<typeof exportRequestSchema>;

/** What the other process says of its export. */
const figuresSchema = z.object({
  photos: z.int(),
  ms: z.number(),
  /** Of the process before it began. */
  residentBytes: z.number(),
  delayMaxMs: z.number(),
});

const documents = ['jsonl', 'coco', 'json', 'csv', 'json-full', 'parquet'] as const;

export async function exportBench(flags: readonly string[]): Promise<Row[]> {
  const [photos = 100_000, sidecars = 10_000] = flags.map(Number);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const rows: Row[] = [];
  for (const count of [photos / 10, photos]) {
    const library = path.join(folder.path, `library of ${count}`);
    {
      await using catalog = Catalog.open(library, { startReader: startReaderThread, owner: 'the benchmark' });
      fillCatalog(catalog.connection, count);
    }
    for (const format of documents) {
      rows.push(await exported({ libraryFolder: library, format, out: path.join(folder.path, `out.${format}`) }));
    }
  }
  await using exifTool = new LazyExifTool('This bench needs');
  for (const [kind, tags] of [['plain'], ['camera', cameraTags], ['editor', editorTags]] as const) {
    const pictures = path.join(folder.path, kind);
    await generatePictures(pictures, sidecars, pictureKinds.jpeg, async (jpeg, index) =>
      tags === undefined ? jpeg : await withTags(exifTool, path.join(folder.path, 'one.jpg'), jpeg, tags(index)),
    );
    const libraryFolder = path.join(folder.path, `library of ${kind}`);
    const row = await exported({ libraryFolder, format: 'xmp', out: pictures, pictures });
    rows.push({ ...row, what: `xmp, ${kind}` });
  }
  return rows;
}

async function exported(request: ExportRequest): Promise<Row> {
  const child = fork(new URL('./exportChild.ts', import.meta.url));
  using memory = new MemoryWatch(child.pid ?? 0);
  child.send(request);
  const [message] = await once(child, 'message');
  child.disconnect();
  const { photos, ms, residentBytes, delayMaxMs } = figuresSchema.parse(message);
  return {
    what: request.format,
    photos,
    seconds: ms / 1e3,
    'photos/s': photos / (ms / 1e3),
    'peak resident MB': memory.peaks.residentBytes / 1e6,
    'MB more than before': (memory.peaks.residentBytes - residentBytes) / 1e6,
    'event loop worst ms': delayMaxMs,
  };
}
