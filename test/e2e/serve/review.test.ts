/** @file The review of doubtful and stale captions, in a browser, with the keyboard alone. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary, textOf } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

const first = 'IMG_1000.jpg';
const second = 'IMG_1005.jpg';
const third = 'IMG_1010.jpg';

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});

afterAll(() => library[Symbol.asyncDispose]());

/** A caption as a run with a matching model leaves it; the least likely one is reviewed first. */
function doubt(fileName: string, text: string, itm: number, candidates: { text: string; itm: number }[] = []): number {
  const { runs, captions } = library.app.catalog;
  return runs.within({ kind: 'caption', description: { kind: 'named', name: 'Caption' } }, (runId) =>
    captions.add(library.photoId(fileName), runId, {
      text,
      source: 'model',
      captionScore: { itm, doubtful: true, candidates },
    }),
  );
}

/** Only what the test doubts is left to review. */
function clear(): void {
  const { runs, captions } = library.app.catalog;
  runs.within({ kind: 'bulk-edit', description: { kind: 'named', name: 'Clear' } }, (runId) => {
    for (const name of [first, second, third])
      for (const { id } of captions.of(library.photoId(name))) captions.remove(id, runId);
  });
}

async function open(colorScheme: 'light' | 'dark' = 'dark'): Promise<void> {
  opened = await openPage(library, '#/review', colorScheme);
  page = opened.page;
}

const captionOf = async (fileName: string) =>
  (await library.client.photos.details({ id: library.photoId(fileName) })).caption;
const underReview = () => page.getByRole('region', { name: 'Caption under review' }).locator('.text');

beforeEach(clear);
afterEach(() => opened[Symbol.asyncDispose]());

it('the review goes through all of them: accept, another candidate, own words', async () => {
  doubt(first, 'a boat', 0.1);
  doubt(second, 'a ship', 0.2, [{ text: 'a red ship', itm: 0.4 }]);
  doubt(third, 'a car', 0.3);
  await open();
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.getByText('0 of 3 reviewed').waitFor();
  await page.keyboard.press('Enter');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  await page.keyboard.press('n');
  await underReview().filter({ hasText: 'a red ship' }).waitFor();
  await page.keyboard.press('Enter');
  await underReview().filter({ hasText: 'a car' }).waitFor();
  await page.keyboard.press('e');
  await page.keyboard.type('no car at all');
  await page.keyboard.press('Enter');
  await page.getByText('All reviewed').waitFor();
  await page.getByText('3 captions accepted, 0 skipped.').waitFor();
  await expect
    .poll(() => captionOf(first))
    .toMatchObject({ text: 'a boat', source: 'model', approvedAtMs: expect.any(Number) });
  await expect
    .poll(() => captionOf(second))
    .toMatchObject({
      text: 'a red ship',
      source: 'model',
      approvedAtMs: expect.any(Number),
    });
  await expect
    .poll(() => captionOf(third))
    .toMatchObject({ text: 'no car at all', source: 'human', approvedAtMs: null });
  expect(opened.complaints).toEqual([]);
});

it('the review shows enough of the photo at 200 % zoom', async () => {
  doubt(first, 'a boat', 0.1);
  await open();
  await page.setViewportSize({ width: 640, height: 400 });
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await expect.poll(async () => (await page.locator('.stage').boundingBox())?.height).toBeGreaterThanOrEqual(200);
});

it('skips, goes back, and takes an acceptance back', async () => {
  doubt(first, 'a boat', 0.1);
  doubt(second, 'a ship', 0.2);
  await open();
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('s');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Accepted.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: Approve caption').waitFor();
  await expect.poll(() => captionOf(first)).toMatchObject({ text: 'a boat', source: 'model', approvedAtMs: null });
});

it('the review gives no photo the caption of the one that is still shown, however fast the keys come', async () => {
  doubt(first, 'a boat', 0.1);
  doubt(second, 'a ship', 0.2);
  await open();
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('s');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  // In one go: the photo before has to be asked for, and nothing can come between.
  await page.evaluate(`for (const key of ['ArrowLeft', 'Enter', 'e'])
    window.dispatchEvent(new KeyboardEvent('keydown', { key }))`);
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Accepted.').waitFor();
  await expect
    .poll(() => captionOf(first))
    .toMatchObject({ text: 'a boat', source: 'model', approvedAtMs: expect.any(Number) });
  await expect.poll(() => captionOf(second)).toMatchObject({ text: 'a ship', source: 'model', approvedAtMs: null });
});

it('captions a photo again and shows the new caption when it is there', async () => {
  doubt(first, 'something quite wrong', 0.1);
  await open();
  await underReview().filter({ hasText: 'something quite wrong' }).waitFor();
  await page.keyboard.press('r');
  await eventually(async () => expect((await captionOf(first))?.text).not.toBe('something quite wrong'), 30_000);
  await page.getByText('New caption ready.').waitFor();
  await expect.poll(() => textOf(underReview())).toBe((await captionOf(first))?.text);
  // It was scored as well: whether it is still doubtful is known.
  expect((await captionOf(first))?.itm).toEqual(expect.any(Number));
  expect((await captionOf(first))?.doubtful).not.toBeNull();
});

it('the review shows stale captions too, and says why each is there', async () => {
  const { runs, captions } = library.app.catalog;
  runs.within({ kind: 'caption', description: { kind: 'named', name: 'Caption' } }, (runId) =>
    captions.add(library.photoId(first), runId, { text: 'as it was before', source: 'model', photoRevision: 0 }),
  );
  await open();
  await page.getByText('Out of date: the photo was edited after this was written.').waitFor();
});

describe.each(['light', 'dark'] as const)('accessibility in %s colours', (colorScheme) => {
  it('has no problem that axe finds, with and without something to review', async () => {
    await open(colorScheme);
    await page.getByText('Nothing to review').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    doubt(first, 'a boat', 0.1, [{ text: 'a red boat', itm: 0.4 }]);
    await page.reload();
    await underReview().waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});
