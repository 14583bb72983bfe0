/**
 * @file `npm run bench app chat [QUESTIONS]`: from Enter to the first word of an answer on the screen, by the bundled model,
 * of a photo that was asked before (its vision features are there) and of one that was not.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright';
import * as z from 'zod';
import { findInstallation } from '../main/api/installation.ts';
import type { LiveApp } from '../main/api/liveApp.ts';
import { startServer } from '../main/server/serve.ts';
import { buildApp } from '../scripts/buildApp.ts';
import { chromiumPath, openBenchApp } from './benchApp.ts';
import { median, type Row } from './report.ts';

const questions = [
  'what colour is it?',
  'how many are there?',
  'is it indoors?',
  'where is it?',
  'what is in the picture?',
];

/** Notes when Enter was pressed, and when the first word of what is answered was there to be painted. */
const noteAnswers = `
  window.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') { window.enterMs = performance.now(); window.firstWordMs = undefined; }
  }, { capture: true });
  new MutationObserver(() => {
    if (window.enterMs === undefined || window.firstWordMs !== undefined) return;
    const growing = document.querySelector('.growing');
    if (growing === null || !/[\\p{L}\\p{N}]/u.test(growing.textContent)) return;
    window.firstWordMs = performance.now();
  }).observe(document, { subtree: true, childList: true, characterData: true });
`;

export async function chatBench(flags: readonly string[]): Promise<Row[]> {
  const count = Number(flags[0] ?? 10);
  await buildApp();
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  await using app = await openBenchApp(path.join(folder.path, 'library'));
  app.catalog.settings.set('tourSeen', true);
  await app.folders.addFolder(findInstallation().demoPhotosFolder, { captions: false });
  await app.start();
  const photoIds = await readPhotos(app);
  const server = await startServer({ app });
  await using _ = { [Symbol.asyncDispose]: () => server.close() };
  const browser = await chromium.launch({ executablePath: chromiumPath() });
  await using __ = { [Symbol.asyncDispose]: () => browser.close() };
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.addInitScript(noteAnswers);
  await page.goto(server.url);
  const fresh: number[] = [];
  const known: number[] = [];
  // The first one loads the model.
  for (const photoId of photoIds.slice(0, count + 1)) {
    await page.evaluate(`location.hash = '#/photo/${photoId}'`);
    for (const [turn, question] of questions.entries()) (turn === 0 ? fresh : known).push(await ask(page, question));
  }
  return [
    { what: 'Enter to first word, photo not asked before', ...figures(fresh.slice(1)) },
    { what: 'Enter to first word, photo asked before', ...figures(known.slice(questions.length - 1)) },
  ];
}

function figures(ms: readonly number[]): Row {
  const sorted = ms.toSorted((a, b) => a - b);
  return {
    answers: ms.length,
    'p50 ms': median(ms),
    'p95 ms': sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN,
    'worst ms': sorted.at(-1) ?? Number.NaN,
  };
}

async function ask(page: Page, question: string): Promise<number> {
  const answers = page.locator('.answer > .text');
  const before = await answers.count();
  const box = page.getByRole('textbox', { name: 'Your question' });
  await box.fill(question);
  await box.press('Enter');
  await answers.nth(before).waitFor();
  return z.number().parse(await page.evaluate('window.firstWordMs - window.enterMs'));
}

/** When all of them were read. */
async function readPhotos(app: LiveApp): Promise<number[]> {
  for (;;) {
    const { scanning, unread } = app.folders.state();
    const photoIds = await app.finding.ids('', undefined);
    if (!scanning && unread === 0 && photoIds.length > 0) return photoIds;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
