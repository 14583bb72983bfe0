/** @file Pictures of every state of the page, light and dark, at two widths, for people to look at: `npm run screenshots`. Captions come from a stand-in, so that no model is needed. */
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Browser, chromium } from 'playwright';
import * as z from 'zod';
import { FolderLibrary } from '../main/api/folderLibrary.ts';
import { findPhotos } from '../main/library/photos/findPhotos.ts';
import { startServer } from '../main/server/serve.ts';
import { PacedCaptioner } from '../test/e2e/serve/pacedCaptioner.ts';
import { findChromium } from './findChromium.ts';

const root = resolve(import.meta.dirname, '..');
const demoPhotos = join(root, 'resources', 'demo-photos');
const outFolder = join(root, '.vignette', 'screenshots');
const widthsPx = [560, 1280, 1920];
/** Runs in the page. */
const visibleImagesAreLoaded = `[...document.images]
  .filter((image) => image.getBoundingClientRect().top < window.innerHeight)
  .every((image) => image.complete && image.naturalWidth > 0)`;
/** Thumbnails fade in. */
const fadeInMs = 400;

const demoPhotoSchema = z.array(z.object({ file: z.string(), caption: z.string(), width: z.int(), height: z.int() }));

type State = 'empty' | 'captioning' | 'finished';

async function openState(state: State): Promise<FolderLibrary> {
  const described = demoPhotoSchema.parse(JSON.parse(await readFile(join(demoPhotos, 'photos.json'), 'utf8')));
  const descriptions = new Map(described.map((photo) => [photo.file, photo]));
  const { photos } = await findPhotos(state === 'empty' ? [] : [demoPhotos], { cwd: root });
  const captioner = new PacedCaptioner();
  for (const [index, photo] of photos.entries()) {
    if (state === 'captioning' && index >= 12) break;
    if (state === 'captioning' && index === 3)
      captioner.fail('IMAGE_CORRUPT', 'This file is damaged (the JPEG ends early).');
    else {
      const description = descriptions.get(photo.relativePath);
      captioner.caption(description?.caption ?? '', description?.width, description?.height);
    }
  }
  const library = new FolderLibrary({
    name: state === 'empty' ? '' : 'Demo photos',
    photos,
    modelId: 'demo',
    caption: captioner.run,
  });
  library.start();
  return library;
}

async function shoot(browser: Browser, url: string, state: State, colorScheme: 'light' | 'dark'): Promise<void> {
  for (const widthPx of widthsPx) {
    const page = await browser.newPage({ colorScheme, viewport: { width: widthPx, height: 1000 } });
    await page.goto(url);
    await page.getByText(state === 'empty' ? 'No photos here yet' : / of 30 captioned/).waitFor();
    // Photos far below the window are lazy and never come: only those that show are waited for.
    await page.waitForFunction(visibleImagesAreLoaded);
    await page.waitForTimeout(fadeInMs);
    if (state === 'captioning') await page.keyboard.press('Tab');
    const path = join(outFolder, `${state}-${colorScheme}-${widthPx}.png`);
    await page.screenshot({ path });
    console.log(path);
    await page.close();
  }
}

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium was found. Set PLAYWRIGHT_CHROMIUM to its path.');
await mkdir(outFolder, { recursive: true });
const browser = await chromium.launch({ executablePath });
for (const state of ['empty', 'captioning', 'finished'] as const) {
  const library = await openState(state);
  const server = await startServer({ library });
  for (const colorScheme of ['light', 'dark'] as const) await shoot(browser, server.url, state, colorScheme);
  await server.close();
  await library[Symbol.asyncDispose]();
}
await browser.close();
