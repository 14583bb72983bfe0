/**
 * @file `npm run bench grid [PHOTOS]`: the grid of a library of 100,000 photos in headless Chromium, under the headings of
 * its days and months: first paint, frames while scrolling, memory; against a plain virtual list of the same photos in the
 * same cells. Then what people may add to it, and the timeline being dragged.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { type Browser, chromium, type Page } from 'playwright';
import { build } from 'vite';
import { Catalog } from '../main/library/catalog/catalog.ts';
import { updateStacks } from '../main/library/stacks/updateStacks.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import type { Layout } from '../renderer/state/layout.svelte.ts';
import { tileFields } from '../renderer/state/tileFields.ts';
import { buildApp } from '../scripts/buildApp.ts';
import { chromiumPath } from './benchApp.ts';
import {
  dragTimeline,
  figuresOf,
  firstPaint,
  headingsDrawn,
  noteFirstPaint,
  picturesMs,
  type ScrolledFrames,
  scroll,
} from './gridPage.ts';
import { type GridQuestion, pictureCount } from './gridQuestions.ts';
import { workOfFrames } from './gridTrace.ts';
import { residentBytes } from './processMemory.ts';
import { median, type Row } from './report.ts';
import { fillCatalog, fillNames, makeBursts } from './syntheticCatalog.ts';

const root = path.resolve(import.meta.dirname, '..');
const fastFrames = 300;
const readingFrames = 300;
const readingPxAFrame = 40;
const rounds = 2;
/** At 60 Hz, the second frame in a row that shows nothing new. */
const longFrameMs = 33;
/** Under which the page keeps how it looks. */
const layoutKey = 'vignette:layout';

interface Shown {
  readonly what: string;
  readonly layout?: Partial<Layout>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

const asItIs: Shown = { what: 'Vignette’s page' };
const plainList: Shown = { what: 'a plain list, nothing around it' };
const others: readonly Shown[] = [
  { what: 'all fields under tiles', layout: { tileFields } },
  { what: 'stacks folded', layout: { stacksFolded: true } },
  { what: 'facets shown', layout: { facetsShown: true } },
  { what: '2560×1440, small tiles', layout: { photoSizePx: 96 }, viewport: { width: 2560, height: 1440 } },
];

export async function gridBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  await buildApp();
  const plainPage = path.join(folder.path, 'plain-page');
  await buildPlainPage(plainPage);
  const libraryFolder = path.join(folder.path, 'library');
  await fillLibrary(libraryFolder, photos);
  await using server = await GridServer.start(libraryFolder, plainPage);
  const browser = await chromium.launch({ executablePath: chromiumPath() });
  await using _ = { [Symbol.asyncDispose]: () => browser.close() };
  const rows: Row[] = [];
  // In turns, so that what else the machine does hits both.
  for (let round = 1; round <= rounds; round += 1) {
    rows.push({ round, photos, ...(await measure(server, browser, asItIs)) });
    rows.push({ round, photos, ...(await measure(server, browser, plainList)) });
  }
  for (const shown of others) rows.push({ round: 1, photos, ...(await measure(server, browser, shown)) });
  return rows.map(({ what = '', ...figures }) => ({ what, ...figures }));
}

async function measure(server: GridServer, browser: Browser, shown: Shown): Promise<Row> {
  const url = await server.ask<string>(shown === plainList ? 'plain' : 'page');
  const context = await browser.newContext({ viewport: shown.viewport ?? { width: 1280, height: 800 } });
  await using _ = { [Symbol.asyncDispose]: () => context.close() };
  await context.addInitScript(noteFirstPaint);
  await context.addInitScript(`localStorage.setItem('${layoutKey}', '${JSON.stringify(shown.layout ?? {})}')`);
  const page = await context.newPage();
  await server.ask<number>('blocked');
  await page.goto(url);
  const { answeredMs, paintedMs } = await firstPaint(page);
  await picturesMs(page);
  await scroll(page, fastFrames);
  const figures = await figuresOf(page);
  const before = await figures();
  const residentBefore = await residentBytes(server.pid);
  const fast = await scroll(page, fastFrames);
  const after = await figures();
  const settledMs = await picturesMs(page);
  const reading = await scroll(page, readingFrames, readingPxAFrame);
  const headings = await headingsDrawn(page);
  const work = await workOfFrames(browser, page, () => scroll(page, fastFrames));
  const readingWork = await workOfFrames(browser, page, () => scroll(page, readingFrames, readingPxAFrame));
  const dragged = shown === asItIs ? await draggedFigures(browser, page) : {};
  for (let again = 0; again < 3; again += 1) await scroll(page, fastFrames);
  const atEnd = await figures();
  return {
    what: shown.what,
    'start to paint ms': paintedMs,
    'answer to paint ms': paintedMs - (answeredMs ?? Number.NaN),
    'fast p50 ms': median(fast.frameMs),
    ...framesRow('fast', fast, work),
    'fast main thread ms/frame': (after.taskMs - before.taskMs) / fastFrames,
    'blank frames': fast.blankFrames,
    'pictures after stop ms': settledMs,
    ...framesRow('reading', reading, readingWork),
    ...dragged,
    'headings drawn': headings,
    'heap MB': before.heapMB,
    'heap MB at the end': atEnd.heapMB,
    'nodes at the end': atEnd.nodes,
    'server MB': residentBefore / 1e6,
    'server MB at the end': (await residentBytes(server.pid)) / 1e6,
    'server blocked at most ms': await server.ask<number>('blocked'),
  };
}

/** By the clock, which is also how busy the machine is, and by what the main thread has to do. */
function framesRow(name: string, { frameMs }: Pick<ScrolledFrames, 'frameMs'>, workMs: readonly number[]): Row {
  return {
    [`${name} p95 ms`]: quantile(frameMs, 0.95),
    [`${name} frames over ${longFrameMs} ms`]: frameMs.filter((ms) => ms > longFrameMs).length,
    [`${name} main thread p95 ms`]: quantile(workMs, 0.95),
    [`${name} main thread at most ms`]: Math.max(...workMs),
    [`${name} main thread over ${longFrameMs} ms`]: workMs.filter((ms) => ms > longFrameMs).length,
  };
}

async function draggedFigures(browser: Browser, page: Page): Promise<Row> {
  const frameMs = await dragTimeline(page, fastFrames);
  const workMs = await workOfFrames(browser, page, () => dragTimeline(page, fastFrames));
  return framesRow('timeline', { frameMs }, workMs);
}

function quantile(values: readonly number[], fraction: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(fraction * (values.length - 1))] as number;
}

/** The library and its servers, in another process. */
class GridServer implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(libraryFolder: string, plainPage: string): Promise<GridServer> {
    const child = fork(new URL('./gridChild.ts', import.meta.url));
    child.send({ libraryFolder, plainPage });
    await once(child, 'message');
    return new GridServer(child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async ask<Answer>(question: GridQuestion): Promise<Answer> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [answer] = await answered;
    return answer as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.send('end' satisfies GridQuestion);
    await exited;
  }
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

/** With bursts, people and places. */
async function fillLibrary(libraryFolder: string, photos: number): Promise<void> {
  await using catalog = Catalog.open(libraryFolder, { startReader: startReaderThread, owner: 'bench' });
  const { connection, folders, settings } = catalog;
  fillCatalog(connection, photos);
  fillNames(connection);
  makeBursts(connection);
  connection.write(() => {
    folders.ensure(1, '');
    connection
      .prepare<[number]>(`UPDATE photo SET fingerprint = CAST(printf('%032d', id % ?) AS BLOB)`)
      .run(pictureCount);
  });
  await updateStacks(catalog);
  settings.set('tourSeen', true);
}
