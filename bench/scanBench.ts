/**
 * @file `npm run bench library scan [PHOTOS]`: small real JPEGs, 50 to a folder, found by a first scan and compared again
 * while queries are answered; against `find -printf`, which only lists them.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { generatePictures } from './madePictures.ts';
import { MemoryWatch } from './processMemory.ts';
import type { Row } from './report.ts';

/** What the other process says of one comparison. */
const scanFiguresSchema = z.object({
  what: z.string(),
  ms: z.number(),
  files: z.int(),
  found: z.int(),
  /** How long the event loop was blocked. */
  delayP95Ms: z.number(),
  delayMaxMs: z.number(),
  queries: z.int(),
  queryP95Ms: z.number(),
});
export type ScanFigures = z.output<typeof scanFiguresSchema>;

export async function scanBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const pictures = path.join(folder.path, 'photos');
  const generateMs = await timed(() => generatePictures(pictures, photos));
  await find(pictures);
  const findMs = await timed(() => find(pictures));
  const child = fork(new URL('./scanChild.ts', import.meta.url));
  using memory = new MemoryWatch(child.pid ?? 0);
  child.send({ libraryFolder: path.join(folder.path, 'library'), pictures });
  const [message] = await once(child, 'message');
  child.disconnect();
  return [
    { what: 'generate', photos, seconds: generateMs / 1e3, 'files/s': photos / (generateMs / 1e3) },
    { what: 'find -printf', photos, seconds: findMs / 1e3, 'files/s': photos / (findMs / 1e3) },
    ...z
      .array(scanFiguresSchema)
      .parse(message)
      .map((figures) => rowOf(figures, findMs)),
    { what: 'the whole process', photos, 'peak resident MB': memory.peaks.residentBytes / 1e6 },
  ];
}

function rowOf(figures: ScanFigures, findMs: number): Row {
  return {
    what: figures.what,
    photos: figures.files,
    seconds: figures.ms / 1e3,
    'files/s': figures.files / (figures.ms / 1e3),
    'times find': figures.ms / findMs,
    'event loop p95 ms': figures.delayP95Ms,
    'event loop worst ms': figures.delayMaxMs,
    'queries meanwhile': figures.queries,
    'query p95 ms': figures.queryP95Ms,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function find(folder: string): Promise<void> {
  const [code] = await once(
    spawn('find', [folder, '-printf', '%s %T@ %p\\n'], { stdio: ['ignore', 'ignore', 'inherit'] }),
    'exit',
  );
  if (code !== 0) throw new Error('find failed');
}
