/** @file The page in a real browser, through the real server, with a stand-in for the model. */
import { join, resolve } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FolderLibrary } from '../../../main/api/folderLibrary.ts';
import { findPhotos } from '../../../main/library/photos/findPhotos.ts';
import { type RunningServer, startServer } from '../../../main/server/serve.ts';
import { VignetteError } from '../../../native-models/errors.ts';
import { launchBrowser } from './browser.ts';
import { PacedCaptioner } from './pacedCaptioner.ts';

const demoPhotos = resolve('resources/demo-photos');
const photoCount = 30;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let server: RunningServer;
let library: FolderLibrary;
let captioner: PacedCaptioner;
/** Whatever the browser complains about: errors of scripts, refusals of the content policy. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

async function open(folders: readonly string[], colorScheme: 'light' | 'dark' = 'dark'): Promise<void> {
  const { photos } = await findPhotos(folders, { cwd: demoPhotos });
  captioner = new PacedCaptioner();
  library = new FolderLibrary({ name: 'Demo photos', photos, modelId: 'demo', caption: captioner.run });
  library.start();
  server = await startServer({ library });
  context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(server.url);
}

async function close(): Promise<void> {
  await context.close();
  await server.close();
  await library[Symbol.asyncDispose]();
}

/** Runs axe outside the page's content policy, which lets no other script in. */
async function accessibilityProblems(): Promise<string[]> {
  const session = await context.newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const world = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
  const evaluate = (expression: string) =>
    session.send('Runtime.evaluate', {
      expression,
      contextId: world.executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
  await evaluate(axe.source);
  const { result } = await evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
  );
  if (!Array.isArray(result.value)) throw new Error(`axe did not run: ${result.description}`);
  return result.value.map(String);
}

describe('a library that is being captioned', () => {
  beforeEach(() => open([demoPhotos]));
  afterEach(close);

  it('shows every photo at once, by folder, each waiting for its caption', async () => {
    await page.getByText(`0 of ${photoCount} captioned`).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Coast 6',
      'Desert 6',
      'Meadow 6',
      'Town 6',
      'Winter 6',
    ]);
    expect(await page.locator('figure').count()).toBe(photoCount);
    expect(await page.getByText('Waiting for its caption').count()).toBe(photoCount);
    expect(complaints).toEqual([]);
  });

  it('shows a caption as soon as it is there, as text and as what a screen reader says of the photo', async () => {
    await page.getByText(`0 of ${photoCount} captioned`).waitFor();
    captioner.caption('three white boats on the blue sea');
    await page.getByText(`1 of ${photoCount} captioned`).waitFor();
    const card = page.locator('figure').first();
    expect(await card.locator('.caption').textContent()).toBe('three white boats on the blue sea');
    expect(await card.getByRole('img', { name: 'three white boats on the blue sea' }).count()).toBe(1);
    expect(await card.getByRole('img', { name: 'Written by the model demo' }).count()).toBe(1);
  });

  it('keeps everything over a reload', async () => {
    captioner.caption('a boat');
    await page.getByText(`1 of ${photoCount} captioned`).waitFor();
    await page.reload();
    await page.getByText('a boat', { exact: true }).waitFor();
    await page.getByText(`1 of ${photoCount} captioned`).waitFor();
  });

  it('names a photo that failed with the reason, and counts it apart', async () => {
    captioner.fail('IMAGE_CORRUPT', 'This file is damaged (the JPEG ends early).');
    captioner.caption('a boat');
    await page.getByText(`1 of ${photoCount} captioned, 1 failed`).waitFor();
    const list = page.getByRole('region', { name: '1 photo has no caption' });
    expect(await list.getByRole('listitem').textContent()).toBe(
      'Coast/IMG_1000.jpg This file is damaged (the JPEG ends early).',
    );
  });

  it('takes hostile captions for text', async () => {
    const caption =
      '<img src=x onerror="document.title=\'owned\'"> {@html 1} </p><script>document.title="owned"</script>';
    captioner.caption(caption);
    await page.getByText(`1 of ${photoCount} captioned`).waitFor();
    expect(await page.locator('figure .caption').first().textContent()).toBe(caption);
    expect(await page.title()).toBe('Vignette');
    expect(complaints).toEqual([]);
  });

  it('says why the whole run stopped', async () => {
    captioner.end(new VignetteError('MODEL_NOT_LOADED', 'The model is damaged. Import it again.'));
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('The model is damaged. Import it again.');
    expect(await page.getByText('No caption', { exact: true }).count()).toBe(photoCount);
  });

  it('says so when Vignette ends', async () => {
    await page.getByText(`0 of ${photoCount} captioned`).waitFor();
    await server.close();
    await page.getByText('Vignette is not running any more.').waitFor();
  });

  it('shows the whole of each photo, the right way up', async () => {
    const image = page.locator('figure', { hasText: 'IMG_1007.jpg' }).locator('img');
    await image.scrollIntoViewIfNeeded();
    await image.evaluate((element) => (element instanceof HTMLImageElement ? element.decode() : undefined));
    expect(
      await image.evaluate((element) =>
        element instanceof HTMLImageElement
          ? [element.naturalWidth < element.naturalHeight, getComputedStyle(element).objectFit]
          : undefined,
      ),
    ).toEqual([true, 'contain']);
  });

  it('lets the keyboard reach the photos and walk over them as they lie', async () => {
    await page.getByText(`0 of ${photoCount} captioned`).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Coast/IMG_1000.jpg');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('Coast/IMG_1005.jpg');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Coast/IMG_1025.jpg');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Desert/IMG_1006.jpg');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBe('Coast/IMG_1000.jpg');
    await page.keyboard.press('End');
    expect(await focused()).toBe('Winter/IMG_1028.jpg');
  });

  it('does not scroll sideways in a narrow window', async () => {
    await page.setViewportSize({ width: 560, height: 800 });
    await page.getByText(`0 of ${photoCount} captioned`).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(560);
  });
});

describe('an empty library', () => {
  beforeEach(() => open([]));
  afterEach(close);

  it('teaches the command and copies it', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the command' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'vignette caption ~/Pictures --out captions.json',
    );
  });
});

describe.each(['light', 'dark'] as const)('accessibility in %s colours', (colorScheme) => {
  afterEach(close);

  it('has no problem that axe finds while captioning goes on', async () => {
    await open([join(demoPhotos, 'Coast'), join(demoPhotos, 'Town')], colorScheme);
    captioner.caption('a boat');
    captioner.fail('IMAGE_CORRUPT', 'This file is damaged.');
    await page.getByText('1 of 12 captioned, 1 failed').waitFor();
    expect(await accessibilityProblems()).toEqual([]);
  });

  it('has no problem that axe finds in an empty library', async () => {
    await open([], colorScheme);
    await page.getByText('No photos here yet').waitFor();
    expect(await accessibilityProblems()).toEqual([]);
  });
});
