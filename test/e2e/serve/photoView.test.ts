/** @file The photo view in a browser: on the whole screen, turned, with its histogram, and with every pixel of a large file. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary, textOf } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
let photoId: number;
const caption = 'three brown boats on the blue sea with three green balloons in the sky';
const wideName = 'wide.jpg';

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
  photoId = library.photoId('IMG_1025.jpg');
  const picture = sharp({ create: { width: 20_000, height: 600, channels: 3, background: '#336699' } });
  await picture.jpeg().toFile(join(library.photoFolder, 'Coast', wideName));
  await eventually(async () => {
    const [card] = await library.client.photos.cards({ ids: [library.photoId(wideName)] });
    if (card?.width !== 20_000) throw new Error('not read yet');
  }, 30_000);
  await library.client.photos.writeCaption({ photoId, text: caption });
});

afterAll(() => library[Symbol.asyncDispose]());

beforeEach(async () => {
  opened = await openPage(library, `#/photo/${photoId}`);
  page = opened.page;
  await page.getByRole('group', { name: 'Zoom' }).waitFor();
  await page.getByRole('tab', { name: 'Details' }).waitFor();
});

afterEach(() => opened[Symbol.asyncDispose]());

const percent = async (): Promise<number> =>
  Number((await textOf(page.getByRole('group', { name: 'Zoom' }))).match(/(\d+)%/)?.[1]);

const hasFocus = (selector: string) => page.locator(selector).evaluate((element) => element === document.activeElement);

async function openWide(): Promise<void> {
  await page.evaluate((hash) => location.replace(hash), `#/photo/${library.photoId(wideName)}`);
  await page.getByRole('main').getByText(wideName).waitFor();
}

/** Of the picture, as it is seen. */
async function seenBox() {
  const box = await page.locator('.frame > .photo').boundingBox();
  if (box === null) throw new Error('The photo is not shown.');
  return box;
}

describe('full screen', () => {
  const isAlone = async (): Promise<boolean> =>
    (await page.getByRole('tab', { name: 'Details' }).count()) === 0 &&
    (await page.getByRole('navigation').count()) === 0 &&
    !(await page.getByRole('button', { name: 'Back to grid' }).isVisible());

  it.each(['granted', 'refused'] as const)(
    'shows the photo alone where the screen is %s, and gives the keyboard back',
    async (screen) => {
      if (screen === 'refused')
        await page.evaluate(() => {
          Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('refused'));
        });
      const button = page.getByRole('button', { name: 'Full screen' });
      await button.click();
      await expect.poll(isAlone).toBe(true);
      const hasScreen = () => page.evaluate(() => document.fullscreenElement !== null);
      await expect.poll(hasScreen).toBe(screen === 'granted');
      await expect.poll(() => hasFocus('.view')).toBe(true);
      const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
      await expect.poll(async () => (await page.locator('.stage').boundingBox())?.width).toBe(width);
      await expect.poll(async () => (await page.locator('.stage').boundingBox())?.height).toBe(height);
      expect(await accessibilityProblems(opened)).toEqual([]);

      await page.keyboard.press('i');
      await page.getByText(caption).waitFor();
      expect(await accessibilityProblems(opened)).toEqual([]);
      await page.keyboard.press('i');
      await page.getByText(caption).waitFor({ state: 'detached' });

      await page.keyboard.press('Escape');
      await page.getByRole('tab', { name: 'Details' }).waitFor();
      await expect.poll(hasScreen).toBe(false);
      await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(page.url()).toContain(`#/photo/${photoId}`);
      expect(opened.complaints).toEqual([]);
    },
  );

  it('goes on with the next photo, ends “Why this word?” before itself, and shows the panel for its keys', async () => {
    await page.keyboard.press('f');
    await expect.poll(isAlone).toBe(true);
    await page.keyboard.press('w');
    const words = page.getByRole('toolbar', { name: 'Words of the text' });
    await words.waitFor();
    await page.keyboard.press('Escape');
    await words.waitFor({ state: 'detached' });
    await expect.poll(isAlone).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.url()).toContain(`#/photo/${photoId}`);
    await expect.poll(isAlone).toBe(true);
    await page.keyboard.press('e');
    await page.getByRole('textbox', { name: 'Caption text' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBeNull();
    expect(opened.complaints).toEqual([]);
  });
});

describe('the view', () => {
  it('is turned by a quarter, fitted again, and only for this photo', async () => {
    await openWide();
    await expect.poll(async () => (await seenBox()).width > (await seenBox()).height).toBe(true);
    await page.keyboard.press('Control+]');
    await page.getByText('View rotated by 90°').waitFor();
    await expect.poll(async () => (await seenBox()).height > (await seenBox()).width).toBe(true);
    const stage = await page.locator('.stage').boundingBox();
    const fitted = await seenBox();
    expect(fitted.y).toBeGreaterThanOrEqual(stage?.y ?? 0);
    expect(fitted.y + fitted.height).toBeLessThanOrEqual((stage?.y ?? 0) + (stage?.height ?? 0));
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.getByRole('button', { name: 'Rotate view left' }).click();
    await expect.poll(() => page.getByText('View rotated').count()).toBe(0);
    await page.keyboard.press('Control+[');
    await page.getByText('View rotated by 270°').waitFor();
    await page.evaluate((hash) => location.replace(hash), `#/photo/${photoId}`);
    await expect.poll(() => page.getByText('View rotated').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  it('leaves some of the photo in a low window, whatever is done below it, and says its name', async () => {
    await page.setViewportSize({ width: 640, height: 400 });
    const stage = page.locator('.stage');
    const heightOf = async () => (await stage.boundingBox())?.height ?? 0;
    for (const key of ['v', 'Shift+V', 'w']) {
      await page.keyboard.press(key);
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await expect.poll(heightOf).toBeGreaterThan(80);
      await page.keyboard.press('Escape');
    }
    const name = page.locator('header .name');
    await expect.poll(async () => (await name.boundingBox())?.width).toBeGreaterThan(40);
    const bars = async () => {
      const [bar, box] = [
        await page.getByRole('group', { name: 'Zoom', exact: true }).boundingBox(),
        await stage.boundingBox(),
      ];
      return (bar?.x ?? 0) - (box?.x ?? 0);
    };
    await page.keyboard.press('Control+]');
    await page.getByText('View rotated by 90°').waitFor();
    await expect.poll(bars).toBeGreaterThan(0);
  });

  it('says where a word is seen as it is turned', async () => {
    await page.keyboard.press('w');
    await page.getByRole('toolbar', { name: 'Words of the text' }).getByRole('button', { name: 'balloons' }).click();
    const said = page.getByRole('status').filter({ hasText: '“balloons”' });
    const upright = await textOf(said);
    await page.keyboard.press('Control+]');
    await page.keyboard.press('Control+]');
    const opposite = { left: 'right', right: 'left', lower: 'upper', upper: 'lower', top: 'bottom', bottom: 'top' };
    const turned = upright.replaceAll(/\b(left|right|lower|upper|top|bottom)\b/g, (word) =>
      Reflect.get(opposite, word),
    );
    expect(turned).not.toBe(upright);
    const places = (text: string) =>
      text
        .replace(/^[^:]*: /, '')
        .split(/, and |, | and /)
        .toSorted();
    await expect.poll(async () => places(await textOf(said))).toEqual(places(turned));
  });
});

it('the histogram says what it shows, and stays until it is hidden', async () => {
  await page.keyboard.press('h');
  const histogram = page.getByRole('group', { name: 'Histogram' });
  await histogram.getByText(/^(Mostly|Wide range)/).waitFor();
  await expect.poll(() => histogram.locator('path').count()).toBe(4);
  await page.getByRole('button', { name: 'Show histogram', pressed: true }).waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
  await page.keyboard.press(']');
  await histogram.getByText(/^(Mostly|Wide range)/).waitFor();
  await page.keyboard.press('h');
  await histogram.waitFor({ state: 'detached' });
  expect(opened.complaints).toEqual([]);
});

it('a photo too large for one picture is shown with every pixel of the part that is looked at', async () => {
  await openWide();
  await page.keyboard.press('z');
  await expect.poll(percent).toBe(100);
  const stage = await page.locator('.stage').boundingBox();
  const there = page.locator('.photo img.there');
  /** Whether it has a pixel for each of the screen's, lies where it belongs, and hides the coarse picture. */
  const isRight = async (): Promise<boolean> => {
    const [box, seen] = [await there.boundingBox({ timeout: 1000 }), await seenBox()];
    if (box === null || stage === null) return false;
    const [left] = (/part=(\d+)/.exec((await there.getAttribute('src')) ?? '') ?? []).slice(1).map(Number);
    const naturalWidth = await there.evaluate((image) => Reflect.get(image, 'naturalWidth'));
    return (
      Math.round(box.width) === naturalWidth &&
      Math.round(box.x - seen.x) === left &&
      box.x <= stage.x &&
      box.x + box.width >= stage.x + stage.width
    );
  };
  await expect.poll(isRight).toBe(true);
  const first = await there.getAttribute('src');
  for (let drag = 0; drag < 3; drag++) {
    await page.mouse.move((stage?.x ?? 0) + 600, (stage?.y ?? 0) + 300);
    await page.mouse.down();
    await page.mouse.move((stage?.x ?? 0) + 50, (stage?.y ?? 0) + 300, { steps: 4 });
    await page.mouse.up();
  }
  await expect.poll(() => there.getAttribute('src')).not.toBe(first);
  await expect.poll(isRight).toBe(true);
  await expect.poll(() => textOf(page.getByRole('group', { name: 'Zoom' }))).not.toContain('Preview');
  expect(opened.complaints).toEqual([]);
});
