/** @file Photos side by side in a browser. */
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
/** Oldest first, as the list is ordered here. */
let ids: number[];

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
  ids = ['IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1010.jpg', 'IMG_1015.jpg'].map((name) => library.photoId(name));
  const [first = 0, second = 0] = ids;
  await library.client.photos.writeCaption({ photoId: first, text: 'Three white boats at dusk' });
  await library.client.photos.writeCaption({ photoId: second, text: 'One brown boat at dusk' });
  const add = (photoIds: number[], path: string) =>
    library.client.tags.edit({ selection: { photoIds }, operation: { type: 'add', paths: [path] } });
  await add([first, second], 'sea');
  await add([first], 'balloon');
});

afterAll(() => library[Symbol.asyncDispose]());

beforeEach(async () => {
  opened = await openPage(library, '#/library?order=name&asc=');
  page = opened.page;
  await page.getByRole('option').first().waitFor();
});

afterEach(() => opened[Symbol.asyncDispose]());

const pane = (name: string): Locator => page.getByRole('group', { name: new RegExp(`^Photo \\d of \\d: ${name}`) });

const focused = () => page.locator('.pane[aria-current=true]').getAttribute('aria-label');

/** How much larger than at first, each. */
const widths = () =>
  page.locator('.pane .photo').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));

const address = () => page.evaluate(() => location.hash);

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

describe('photos side by side', () => {
  beforeEach(async () => {
    await press('Home', 'Shift+ArrowRight', 'n');
    await pane('IMG_1005').waitFor();
  });

  it('are told apart by words, tags and facts, marked for the eye and in words', async () => {
    expect(await address()).toContain(`#/compare/${ids[0]},${ids[1]}`);
    const [first, second] = [pane('IMG_1000'), pane('IMG_1005')];
    await expect.poll(() => first.locator('mark').allTextContents()).toEqual(['Three white boats']);
    await expect.poll(() => second.locator('mark').allTextContents()).toEqual(['One brown boat']);
    await first.getByText('(Differs: Three white boats)').waitFor();
    await first.getByRole('listitem').filter({ hasText: 'balloon (not on all)' }).waitFor();
    await expect.poll(() => second.getByRole('listitem').allTextContents()).toEqual(['sea']);
    await first.getByText('Date taken').waitFor();
    await expect.poll(() => first.getByText('Dimensions').count()).toBe(0);
    expect(await accessibilityProblems(opened)).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  it('are zoomed together until their link is undone, and marked, replaced and removed one by one by key', async () => {
    await expect.poll(focused).toContain('IMG_1005');
    await press('ArrowRight');
    await expect.poll(focused).toContain('IMG_1000');
    const fitted = await widths();
    await press('+');
    await expect.poll(async () => (await widths()).every((width, at) => width > (fitted[at] ?? 0) * 1.3)).toBe(true);
    await press('l', 'z');
    await expect.poll(async () => (await widths())[0]).toBe(fitted[0]);
    expect((await widths())[1]).toBeGreaterThan(fitted[1] ?? 0);

    await press('3');
    await pane('IMG_1000').getByRole('img', { name: '3 stars' }).waitFor();
    const cards = await library.client.photos.cards({ ids: ids.slice(0, 2) });
    expect(cards.map(({ marks }) => marks.rating)).toEqual([3, null]);

    await press(']');
    await expect.poll(focused).toContain('IMG_1010');
    await press('ArrowRight', ']');
    await expect.poll(address).toContain(`#/compare/${ids[2]},${ids[3]}`);
    // two are the fewest
    await press('Backspace');
    expect(await address()).toContain(`#/compare/${ids[2]},${ids[3]}`);
    await press('Escape');
    await expect.poll(() => page.getByRole('option', { selected: true }).count()).toBe(2);
    await press('Shift+ArrowLeft', 'Shift+ArrowLeft', 'n');
    await expect.poll(() => page.locator('.pane').count()).toBe(3);
    await press('Backspace');
    await expect.poll(() => page.locator('.pane').count()).toBe(2);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-current'))).toBe('true');
  });
});
