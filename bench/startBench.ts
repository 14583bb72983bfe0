/**
 * @file `npm run bench app start [PHOTOS]`: the built command and a fresh page, from the start of the process to the first
 * photos on the screen; against an empty library, which is the least that this takes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright';
import { Catalog } from '../main/library/catalog/catalog.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { buildApp } from '../scripts/buildApp.ts';
import { chromiumPath } from './benchApp.ts';
import { firstPaint, noteFirstPaint } from './gridPage.ts';
import { MemoryWatch } from './processMemory.ts';
import { median, type Row } from './report.ts';
import { fillCatalog } from './syntheticCatalog.ts';

const root = path.resolve(import.meta.dirname, '..');
/** So few that a list of them costs nothing. */
const fewPhotos = 200;
const rounds = 5;
const browserSettlesMs = 2000;

export async function startBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await buildApp();
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const libraries = await Promise.all(
    [photos, fewPhotos].map(async (count) => ({
      count,
      libraryFolder: await fill(folder.path, count),
      starts: [] as Start[],
    })),
  );
  const browser = await chromium.launch({ executablePath: chromiumPath() });
  await using _ = { [Symbol.asyncDispose]: () => browser.close() };
  // In turns, so that what else the machine does hits both.
  for (let round = 0; round < rounds; round += 1)
    for (const { libraryFolder, starts } of libraries) starts.push(await start(browser, libraryFolder));
  return libraries.map(({ count, starts }) => ({
    what: 'start',
    photos: count,
    'process to address ms': median(starts.map(({ addressMs }) => addressMs)),
    'page to photos ms': median(starts.map(({ paintedMs }) => paintedMs)),
    'both ms': median(starts.map(({ addressMs, paintedMs }) => addressMs + paintedMs)),
    'best of both ms': Math.min(...starts.map(({ addressMs, paintedMs }) => addressMs + paintedMs)),
    'peak resident MB': Math.max(...starts.map(({ residentMB }) => residentMB)),
  }));
}

async function fill(folder: string, photos: number): Promise<string> {
  const libraryFolder = path.join(folder, String(photos));
  await using catalog = Catalog.open(libraryFolder, { startReader: startReaderThread, owner: 'bench' });
  fillCatalog(catalog.connection, photos);
  catalog.connection.write(() => catalog.folders.ensure(1, ''));
  catalog.settings.set('tourSeen', true);
  return libraryFolder;
}

interface Start {
  readonly addressMs: number;
  readonly paintedMs: number;
  readonly residentMB: number;
}

async function start(browser: Browser, libraryFolder: string): Promise<Start> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await using _ = { [Symbol.asyncDispose]: () => context.close() };
  await context.addInitScript(noteFirstPaint);
  const page = await context.newPage();
  // The browser is a person's own, and stands there already.
  await setTimeout(browserSettlesMs);
  const startMs = performance.now();
  const command = spawn(
    process.execPath,
    [path.join(root, 'out', 'main', 'vignette.js'), 'serve', '--library', libraryFolder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  using memory = new MemoryWatch(command.pid ?? 0);
  await using __ = { [Symbol.asyncDispose]: () => end(command) };
  const address = await addressOf(command);
  const addressMs = performance.now() - startMs;
  await page.goto(address);
  const { paintedMs } = await firstPaint(page);
  return { addressMs, paintedMs, residentMB: memory.peaks.residentBytes / 1e6 };
}

async function addressOf(command: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of command.stdout ?? []) {
    said += String(chunk);
    const [address] = /http:\S+/.exec(said) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error(`vignette serve told no address: ${said}`);
}

async function end(command: ChildProcess): Promise<void> {
  const ended = once(command, 'exit');
  command.kill();
  await ended;
}
