/**
 * @file `npm run bench grid [PHOTOS]`: the grid of a library of 100,000 photos in headless Chromium: first paint, frames
 * while scrolling, memory; against a plain virtual list of the same photos in the same cells.
 */
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { type Browser, chromium } from 'playwright';
import { build } from 'vite';
import { findInstallation } from '../main/api/installation.ts';
import type { LiveApp } from '../main/api/liveApp.ts';
import { Catalog } from '../main/library/catalog/catalog.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { startServer } from '../main/server/serve.ts';
import { buildApp } from '../scripts/buildApp.ts';
import { chromiumPath, openBenchApp } from './benchApp.ts';
import { figuresOf, firstPaint, noteFirstPaint, picturesMs, scroll } from './gridPage.ts';
import { median, type Row } from './report.ts';
import { fillCatalog } from './syntheticCatalog.ts';

const root = path.resolve(import.meta.dirname, '..');
/** Photos share this many pictures: making 100,000 would measure the making. */
const pictureCount = 30;
const fastFrames = 300;
const readingFrames = 300;
const readingPxAFrame = 40;
const rounds = 3;

export async function gridBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  await buildApp();
  const plainPage = path.join(folder.path, 'plain-page');
  await buildPlainPage(plainPage);
  const libraryFolder = path.join(folder.path, 'library');
  await fillLibrary(libraryFolder, photos);
  await using app = await openLibrary(libraryFolder);
  const browser = await chromium.launch({ executablePath: chromiumPath() });
  await using _ = { [Symbol.asyncDispose]: () => browser.close() };
  const rows: Row[] = [];
  // In turns, so that what else the machine does hits both.
  for (let round = 1; round <= rounds; round += 1) {
    rows.push({ what: 'Vignette’s page', round, photos, ...(await measure(app, browser)) });
    rows.push({ what: 'a plain list, nothing around it', round, photos, ...(await measure(app, browser, plainPage)) });
  }
  return rows;
}

async function measure(app: LiveApp, browser: Browser, pageFolder?: string): Promise<Row> {
  const server = await startServer({ app, ...(pageFolder === undefined ? {} : { pageFolder }) });
  await using _ = { [Symbol.asyncDispose]: () => server.close() };
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await using __ = { [Symbol.asyncDispose]: () => context.close() };
  await context.addInitScript(noteFirstPaint);
  const page = await context.newPage();
  await page.goto(server.url);
  const { answeredMs, paintedMs } = await firstPaint(page);
  await picturesMs(page);
  await scroll(page, fastFrames);
  const figures = await figuresOf(page);
  const before = await figures();
  const fast = await scroll(page, fastFrames);
  const after = await figures();
  const settledMs = await picturesMs(page);
  const reading = await scroll(page, readingFrames, readingPxAFrame);
  for (let again = 0; again < 3; again += 1) await scroll(page, fastFrames);
  const atEnd = await figures();
  return {
    'start to paint ms': paintedMs,
    'answer to paint ms': paintedMs - (answeredMs ?? Number.NaN),
    'fast p50 ms': median(fast.frameMs),
    'fast p95 ms': quantile(fast.frameMs, 0.95),
    'fast main thread ms/frame': (after.taskMs - before.taskMs) / fastFrames,
    'blank frames': fast.blankFrames,
    'pictures after stop ms': settledMs,
    'reading p95 ms': quantile(reading.frameMs, 0.95),
    'heap MB': before.heapMB,
    'heap MB at the end': atEnd.heapMB,
    'nodes at the end': atEnd.nodes,
  };
}

function quantile(values: readonly number[], fraction: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(fraction * (values.length - 1))] as number;
}

async function buildPlainPage(outDir: string): Promise<void> {
  await build({
    root: path.join(root, 'bench', 'plainGrid'),
    base: './',
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: path.join(root, 'svelte.config.js') })],
    build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
}

async function fillLibrary(libraryFolder: string, photos: number): Promise<void> {
  await using catalog = Catalog.open(libraryFolder, { startReader: startReaderThread, owner: 'bench' });
  const { connection, folders, settings } = catalog;
  fillCatalog(connection, photos);
  connection.write(() => {
    folders.ensure(1, '');
    connection
      .prepare<[number]>(`UPDATE photo SET fingerprint = CAST(printf('%032d', id % ?) AS BLOB)`)
      .run(pictureCount);
  });
  settings.set('tourSeen', true);
}

/** Opened, but not started: its made-up files are nowhere to be found. */
async function openLibrary(libraryFolder: string): Promise<LiveApp> {
  const { demoPhotosFolder } = findInstallation();
  const app = await openBenchApp(libraryFolder);
  const files = (await readdir(demoPhotosFolder, { recursive: true })).filter((name) => name.endsWith('.jpg'));
  for (let index = 0; index < pictureCount; index += 1) {
    const file = path.join(demoPhotosFolder, files[index % files.length] ?? '');
    const fingerprint = Buffer.from(String(index).padStart(32, '0')).toString('hex');
    for (const sizePx of [256, 512] as const) await app.thumbnails.get({ path: file, fingerprint }, sizePx);
  }
  return app;
}
