/** @file A grid that is longer than browsers lay out: 100,000 photos in one column are 47 million pixels. */
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from '../../../main/api/liveApp.ts';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { installedModels } from '../../../main/library/models/installedModels.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { startServer } from '../../../main/server/serve.ts';
import { maxElementPx } from '../../../renderer/state/scrollScale.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { launchBrowser, maxWaitMs } from './browser.ts';
import { HostTamer } from './tamedHost.ts';

const photoCount = 100_000;
const resources = new AsyncDisposableStack();
let browser: Browser;
let page: Page;

/** As fast as SQLite makes them: what the photos hold is of no interest. */
function fill({ connection, folders }: Catalog): void {
  connection.write(() => {
    connection.database.exec(
      `INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms) VALUES (1, '/photos', '/photos', 'exact', 1, 0)`,
    );
    connection
      .prepare(
        `INSERT INTO photo (folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint)
         WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < $count)
         SELECT $folder, 'IMG_' || n || '.jpg', 'IMG_' || n || '.jpg', n, 1, 1, zeroblob(32) FROM number`,
      )
      .run({ count: photoCount, folder: folders.ensure(1, '') });
  });
}

beforeAll(async () => {
  const folder = resources.use(await temporaryFolder());
  const libraryFolder = path.join(folder.path, 'library');
  {
    await using catalog = Catalog.open(libraryFolder, { startReader: startReaderThread, owner: 'test' });
    fill(catalog);
    catalog.settings.set('tourSeen', true);
  }
  // Opened, but not started: its made-up files are nowhere to be found.
  const app = resources.use(
    await openApp({
      libraryFolder,
      demoFolder: path.resolve('resources/demo-photos'),
      startHost: new HostTamer().start,
      about: { version: '1.0.0', host: 'server' },
      models: installedModels(path.join(libraryFolder, 'models'), path.resolve('resources/demo-model/compiled')),
    }),
  );
  const server = await startServer({ app });
  resources.defer(() => server.close());
  browser = await launchBrowser({ scrollBars: true });
  resources.defer(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 640, height: 900 } });
  context.setDefaultTimeout(maxWaitMs);
  await context.addInitScript(() =>
    localStorage.setItem(
      'vignette:layout',
      JSON.stringify({ sidebarShown: false, panelShown: false, gridMode: 'square', photoSizePx: 420 }),
    ),
  );
  page = await context.newPage();
  await page.goto(server.url);
  await place(0).waitFor();
}, 300_000);
afterAll(() => resources.disposeAsync());

const grid = () => page.getByRole('listbox', { name: 'Photos', exact: true });
const place = (index: number) => grid().locator(`[data-index="${index}"]`);

/** Which photos are visible, and where, from the grid's upper edge. */
async function visible(): Promise<{ first: number; last: number; topPx: number; gapsPx: number[] }> {
  return await grid().evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const cells = [...element.querySelectorAll<HTMLElement>('[data-index]')]
      .map((cell) => ({ index: Number(cell.dataset.index), box: cell.getBoundingClientRect() }))
      .filter(({ box }) => box.bottom > top && box.top < bottom)
      .sort((a, b) => a.index - b.index);
    const gapsPx = cells.slice(1).map(({ box }, before) => box.top - (cells[before]?.box.top ?? 0));
    return {
      first: cells[0]?.index ?? -1,
      last: cells.at(-1)?.index ?? -1,
      topPx: (cells[0]?.box.top ?? 0) - top,
      gapsPx,
    };
  });
}

/** How far the list has moved since, from what is drawn of it. */
async function movedPx(before: Awaited<ReturnType<typeof visible>>, rowPx: number): Promise<number> {
  const { first, topPx } = await visible();
  return (first - before.first) * rowPx - (topPx - before.topPx);
}

const element = () =>
  grid().evaluate(({ scrollTop, scrollHeight, clientHeight }) => ({ scrollTop, scrollHeight, clientHeight }));
const middleOfGrid = async () => {
  const box = await grid().boundingBox();
  if (box === null) throw new Error('there is no grid');
  return {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    right: box.x + box.width,
    top: box.y,
    height: box.height,
  };
};
const rowHeight = async () => (await visible()).gapsPx[0] ?? Number.NaN;

describe('a grid that is longer than browsers lay out', () => {
  it('has one column, and a list that is longer than its element may be', async () => {
    const rowPx = await rowHeight();
    expect(rowPx * photoCount).toBeGreaterThan(33_554_432);
    expect((await element()).scrollHeight).toBe(maxElementPx);
  });

  it('shows its last photo after End and its first after Home', async () => {
    await grid().focus();
    await page.keyboard.press('End');
    await expect.poll(async () => (await visible()).last).toBe(photoCount - 1);
    await expect
      .poll(async () => {
        const { scrollTop, scrollHeight, clientHeight } = await element();
        return Math.abs(scrollHeight - clientHeight - scrollTop);
      })
      .toBeLessThanOrEqual(1);
    await page.keyboard.press('ArrowUp');
    await expect
      .poll(() => grid().getAttribute('aria-activedescendant'))
      .toBe(await place(photoCount - 2).getAttribute('id'));
    await page.keyboard.press('Home');
    await expect.poll(async () => (await visible()).first).toBe(0);
    expect((await element()).scrollTop).toBe(0);
  });

  it('goes anywhere by its scroll bar, in proportion', async () => {
    await grid().focus();
    await page.keyboard.press('Home');
    await expect.poll(async () => (await element()).scrollTop).toBe(0);
    const { right, top, height } = await middleOfGrid();
    // Below the arrow that scroll bars have in some themes.
    await page.mouse.move(right - 6, top + 17);
    await page.mouse.down();
    await page.mouse.move(right - 6, top + height / 2, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await visible()).first / photoCount).toBeGreaterThan(0.45);
    expect((await visible()).first / photoCount).toBeLessThan(0.55);
    await page.mouse.move(right - 6, top + height / 2);
    await page.mouse.down();
    await page.mouse.move(right - 6, top + height * 2, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await visible()).last).toBe(photoCount - 1);
  });

  it('moves by as many pixels as the wheel says, in the middle and over the borders of its parts', async () => {
    const rowPx = await rowHeight();
    const { x, y } = await middleOfGrid();
    await page.mouse.move(x, y);
    const { scrollHeight, clientHeight } = await element();
    for (const start of [999_700, scrollHeight / 2, scrollHeight - clientHeight - 1_000_300]) {
      await grid().evaluate((one, px) => one.scrollTo({ top: px }), start);
      await page.waitForTimeout(400);
      const before = await visible();
      for (let turn = 1; turn <= 8; turn += 1) {
        await page.mouse.wheel(0, 120);
        await expect.poll(async () => Math.abs((await movedPx(before, rowPx)) - 120 * turn)).toBeLessThan(2);
        // Nothing moves when the scroll bar is put where it belongs.
        if (turn === 4) await page.waitForTimeout(400);
        expect(Math.abs((await movedPx(before, rowPx)) - 120 * turn)).toBeLessThan(2);
      }
      for (const gapPx of (await visible()).gapsPx) expect(gapPx).toBeCloseTo(rowPx, 0);
    }
  });

  it('is reached by the wheel up to its last photo and back to its first', async () => {
    const { x, y } = await middleOfGrid();
    await page.mouse.move(x, y);
    for (const [key, sign] of [
      ['End', -1],
      ['Home', 1],
    ] as const) {
      await grid().focus();
      await page.keyboard.press(key);
      await page.waitForTimeout(400);
      for (let turn = 0; turn < 10; turn += 1) await page.mouse.wheel(0, sign * 600);
      await expect.poll(async () => (await visible()).first > 3 && (await visible()).last < photoCount - 4).toBe(true);
      for (let turn = 0; turn < 14; turn += 1) await page.mouse.wheel(0, -sign * 600);
      const end = async () => (key === 'End' ? photoCount - 1 - (await visible()).last : (await visible()).first);
      await expect.poll(end).toBe(0);
    }
  });

  it('is walked through with the arrow keys in its middle', async () => {
    await grid().evaluate((one) => one.scrollTo({ top: (one.scrollHeight - one.clientHeight) / 2 }));
    await page.waitForTimeout(400);
    const { first } = await visible();
    await place(first + 1).click();
    for (let step = 1; step <= 5; step += 1) {
      await page.keyboard.press('ArrowDown');
      const box = place(first + 1 + step);
      await expect.poll(() => box.getAttribute('aria-selected')).toBe('true');
      const [cell, window] = [await box.boundingBox(), await middleOfGrid()];
      expect(cell?.y).toBeGreaterThanOrEqual(window.top);
      expect((cell?.y ?? 0) + (cell?.height ?? 0)).toBeLessThanOrEqual(window.top + window.height + 1);
    }
  });
});
