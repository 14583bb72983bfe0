/**
 * @file `npm run bench library scan [PHOTOS]`: small real JPEGs, 50 to a folder, found by a first scan and compared again
 * while queries are answered; against `find -printf`, which only lists them.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import * as z from 'zod';
import { MemoryWatch } from './processMemory.ts';
import type { Row } from './report.ts';

const photosInFolder = 50;
const foldersInFolder = 40;

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

/** A few pictures, with what `written` puts into each, told apart by a comment. Written an hour ago, as far as anybody can see: nothing has to settle. */
export async function generatePictures(
  folder: string,
  photos: number,
  written: (jpeg: Buffer, index: number) => Promise<Buffer> = async (jpeg) => jpeg,
): Promise<void> {
  const variants: Buffer[] = [];
  for (let index = 0; index < 16; index++) variants.push(await written(await picture(index), index));
  for (let first = 0; first < photos; first += photosInFolder) {
    const number = first / photosInFolder;
    const inside = path.join(folder, `${Math.floor(number / foldersInFolder)}`, `${number % foldersInFolder}`);
    await mkdir(inside, { recursive: true });
    await Promise.all(
      Array.from({ length: Math.min(photosInFolder, photos - first) }, async (_, index) => {
        const variant = variants[(first + index) % variants.length] ?? Buffer.of();
        await writeFile(path.join(inside, `IMG_${first + index}.jpg`), commented(variant, `photo ${first + index}`));
      }),
    );
  }
}

async function picture(index: number): Promise<Buffer> {
  const background = { r: (index * 53) % 256, g: (index * 101) % 256, b: (index * 197) % 256 };
  const noise = { type: 'gaussian' as const, mean: 0, sigma: 20 };
  return await sharp({ create: { width: 96, height: 64, channels: 3, background, noise } })
    .jpeg()
    .toBuffer();
}

/** With a comment segment right after the marker that begins every JPEG. */
function commented(jpeg: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment);
  const header = Buffer.of(0xff, 0xfe, 0, 0);
  header.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), header, text, jpeg.subarray(2)]);
}
