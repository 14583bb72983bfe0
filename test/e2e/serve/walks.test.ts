/** @file Everyday jobs by keyboard alone, in a browser with the bundled model: each takes the keys that docs/keyboard.md says. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { decodeIds } from '../../../renderer/state/photoIds.ts';
import { eventually } from '../../support/eventually.ts';
import { onDesktop, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';
import { documentedCount, Walk } from './walk.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
let walk: Walk;
const photoCount = 6;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  opened = await openPage(library, '#/library');
  page = opened.page;
  walk = new Walk(page);
  await options()
    .nth(photoCount - 1)
    .waitFor();
});
afterEach(() => opened[Symbol.asyncDispose]());

const options = () => page.getByRole('listbox', { name: 'Photos' }).getByRole('option');
const dialog = () => page.getByRole('dialog');
const said = (text: string | RegExp) => page.getByRole('status').getByText(text);

async function found(query: string): Promise<number> {
  const { ids } = await library.client.photos.list({ query, order: 'name', descending: false });
  return decodeIds(ids).length;
}

async function idle(): Promise<void> {
  await eventually(async () => {
    const runs = await library.client.runs.list({});
    if (runs.some(({ state }) => state === 'running')) throw new Error('still running');
  }, 60_000);
}

function ended(job: string): void {
  expect(walk.count, job).toBe(documentedCount(job));
  expect(opened.complaints).toEqual([]);
}

it('captions all photos of a folder, asks them questions, and makes tags of the answers', {
  timeout: 120_000,
}, async () => {
  await walk.press('Control+a', 'c');
  await said(`Captioning ${photoCount} photos.`).waitFor();
  ended('Caption all photos of a folder');
  await idle();
  expect(await found('captioned:yes')).toBe(photoCount);

  walk = new Walk(page);
  await walk.press('Control+a', 'a');
  await dialog().getByRole('textbox', { name: 'Questions' }).waitFor();
  await walk.type('is it day?\nhow many boats are there?\nwhat is the weather?');
  await dialog()
    .getByText(`= ${photoCount * 3} answers`)
    .waitFor();
  await walk.press('Control+Shift+Enter');
  await said(`Asking: ${photoCount * 3} answers queued.`).waitFor();
  ended('Ask all photos three questions');
  await walk.press('g');
  await page.getByRole('grid', { name: 'Answers by photo' }).waitFor();
  await idle();
  await walk.press('Control+Enter');
  const drawer = page.getByRole('complementary', { name: 'Convert answers to tags' });
  const next = drawer.locator('[type=submit]');
  await expect.poll(() => drawer.getByRole('region').count()).toBe(3);
  await expect.poll(() => next.isEnabled()).toBe(true);
  await walk.press('Control+Enter');
  await drawer.getByText(`${photoCount} photos will change`).waitFor();
  await expect.poll(() => next.isEnabled()).toBe(true);
  await walk.press('Control+Enter');
  await said(`${photoCount} photos tagged.`).waitFor();
  ended('Ask all photos three questions, and make tags of the answers');
  expect(await found('tag:boats/*')).toBe(photoCount);
  expect(await found('tag:weather/*')).toBe(photoCount);
});

it('corrects a caption, and undoes it', async () => {
  await options().first().focus();
  await walk.press('Space', 'e');
  const editor = page.getByRole('textbox', { name: 'Caption text' });
  await editor.waitFor();
  await page.keyboard.press('Control+a');
  await walk.type('our boats');
  await walk.press('Control+Enter');
  await editor.waitFor({ state: 'detached' });
  const before = page.url();
  await walk.press(']');
  await expect.poll(() => page.url()).not.toBe(before);
  ended('Correct the caption of a photo and go to the next');
  await expect.poll(() => found('caption:"our boats"')).toBe(1);

  walk = new Walk(page);
  await walk.press('Control+z');
  await expect.poll(() => found('caption:"our boats"')).toBe(0);
  ended('Undo the last change');
});

it('tags all photos, and finds them', async () => {
  await walk.press('Control+a', 'Shift+T');
  await dialog().getByRole('combobox', { name: 'Tags to add or remove' }).and(page.locator(':focus')).waitFor();
  await walk.type('holiday');
  await walk.press('Enter');
  await dialog().getByText(`${photoCount} photos will change`).waitFor();
  await walk.press('Control+Enter');
  await dialog().waitFor({ state: 'detached' });
  ended('Tag all photos');
  await expect.poll(() => found('tag:holiday')).toBe(photoCount);

  walk = new Walk(page);
  await walk.press('/');
  await walk.type('tag:none');
  await walk.press('Enter');
  await expect.poll(() => options().count()).toBe(0);
  ended('Find photos by their text');
});

it('rates and flags photos, one after the other', async () => {
  await options().first().focus();
  await page.keyboard.press('Home');
  await walk.press('4', 'p', 'ArrowRight');
  await expect.poll(() => found('rating:4 flag:pick')).toBe(1);
  ended('Rate a photo, flag it, and go to the next');
});

it('asks a photo a question', async () => {
  await options().first().focus();
  await walk.press('Space', 'a');
  const field = page.getByRole('textbox', { name: 'Your question' });
  await field.and(page.locator(':focus')).waitFor();
  await walk.type('what is in the picture?');
  await walk.press('Enter');
  await page.getByRole('tabpanel').getByText('what is in the picture?').first().waitFor();
  ended('Ask a photo a question');
  await idle();
});

it.skipIf(onDesktop)(
  'exports what is shown (not on the double, whose answers Chromium does not download)',
  async () => {
    await walk.press('Control+e');
    await dialog().getByText(`photos`).first().waitFor();
    await expect.poll(() => dialog().getByRole('button', { name: 'Export', exact: true }).isEnabled()).toBe(true);
    const download = page.waitForEvent('download');
    await walk.press('Control+Enter');
    expect((await download).suggestedFilename()).toMatch(/\.json$/);
    ended('Export what is shown');
  },
);
