/**
 * @file `npm run bench library pictures`: how fast the files of photos are read and shown: metadata of plain JPEGs and of
 * PNGs, and thumbnails of 12-megapixel JPEGs; how long the event loop of the library's process is blocked meanwhile.
 */
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { type Library, openLibrary } from '../main/library/openLibrary.ts';
import { MemoryWatch } from './processMemory.ts';
import type { Row } from './report.ts';

const plainPhotos = 4000;
const pngPhotos = 400;
const largePhotos = 48;
/** As the library reads them in the background. */
const readAtOnce = 16;
const shownAtOnce = 20;

const exif = {
  IFD0: { Make: 'Maker', Model: 'Model 1' },
  IFD2: { DateTimeOriginal: '2024:05:03 10:11:12', FNumber: '18/10' },
};

export async function picturesBench(): Promise<Row[]> {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const plain = await files(folder.path, 'jpg', plainPhotos, await noise(600, 400).jpeg().toBuffer());
  const pngs = await files(folder.path, 'png', pngPhotos, await noise(60, 40).png().toBuffer());
  const large = await files(
    path.join(folder.path, 'large'),
    'jpg',
    largePhotos,
    await noise(4000, 3000).jpeg().toBuffer(),
  );
  await using library = await openLibrary({
    libraryFolder: path.join(folder.path, 'library'),
    owner: 'the benchmark',
    onNotice: () => undefined,
    queue: {
      isBackground: false,
      openModel: () => {
        throw new Error('nothing is asked of a model here');
      },
    },
  });
  using memory = new MemoryWatch(process.pid);
  const read = (file: string) => library.pictures.read(file);
  const rows = [
    await measured('metadata of the first JPEG', plain.slice(0, 1), 1, read),
    await measured('metadata of plain JPEGs', plain, readAtOnce, read),
    await measured('metadata of the first PNG', pngs.slice(0, 1), 1, read),
    await measured('metadata of PNGs', pngs, readAtOnce, read),
    await measured('the first thumbnail', large.slice(0, 1), 1, show(library)),
    await measured('thumbnails of 12 megapixels', large.slice(1), shownAtOnce, show(library)),
  ];
  return [...rows, { what: 'the library’s process', 'peak resident MB': memory.peaks.residentBytes / 1e6 }];
}

function show({ thumbnails }: Library): (file: string, index: number) => Promise<unknown> {
  return (file, index) =>
    thumbnails.get({ path: file, fingerprint: path.basename(file, '.jpg').padStart(8, `${index}`) }, 512);
}

function noise(width: number, height: number) {
  const background = { r: 90, g: 120, b: 60 };
  return sharp({
    create: { width, height, channels: 3, background, noise: { type: 'gaussian', mean: 90, sigma: 20 } },
  }).withMetadata({ exif });
}

async function files(folder: string, extension: string, count: number, bytes: Uint8Array): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: count }, (_, index) => path.join(folder, `${10_000 + index}.${extension}`));
  for (const file of paths) await writeFile(file, bytes);
  return paths;
}

async function measured(
  what: string,
  inputs: readonly string[],
  atOnce: number,
  work: (file: string, index: number) => Promise<unknown>,
): Promise<Row> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const rest = inputs.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [index, file] of rest) await work(file, index);
    }),
  );
  const seconds = (performance.now() - start) / 1e3;
  delay.disable();
  const blocked = { 'event loop p95 ms': delay.percentile(95) / 1e6, 'event loop worst ms': delay.max / 1e6 };
  return { what, photos: inputs.length, seconds, 'photos/s': inputs.length / seconds, ...blocked };
}
