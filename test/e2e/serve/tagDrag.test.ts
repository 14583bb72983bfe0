/** @file Photos dragged onto a tag of the sidebar, and tags onto photos, with the mouse. */
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, noticeButton, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  await library.client.tags.edit({ selection: { query: '' }, operation: { type: 'keep-only', paths: [] } });
  const selection = { photoIds: [library.photoId('IMG_1000.jpg')] };
  await library.client.tags.edit({ selection, operation: { type: 'add', paths: ['sea'] } });
});
afterEach(() => opened[Symbol.asyncDispose]());

async function open(colorScheme: 'light' | 'dark' = 'dark'): Promise<void> {
  opened = await openPage(library, '#/library?order=name&asc=', colorScheme);
  page = opened.page;
  await option(0).waitFor();
  await tag().waitFor();
}

const grid = () => page.getByRole('listbox', { name: 'Photos' });
const option = (index: number) => grid().getByRole('option').nth(index);
const tag = () => page.getByRole('navigation', { name: 'Folders and searches' }).getByRole('button', { name: /^sea/ });
const label = (text: string) => page.locator('.drag-label').getByText(text, { exact: true });
const found = async (query: string) =>
  Buffer.from((await library.client.photos.list({ query, order: 'name', descending: false })).ids, 'base64').length / 4;
const selectedCount = () => grid().locator('[aria-selected="true"]').count();

async function centreOf(element: Locator): Promise<{ x: number; y: number }> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('it is not drawn');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Pressed on the one, moved to the other, not yet released. */
async function drag(from: Locator, to: Locator): Promise<void> {
  const [start, end] = [await centreOf(from), await centreOf(to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 6 });
}

describe('photos', () => {
  it('are given the tag that they are dropped on, all that are selected, and undo takes it back', async () => {
    await open();
    await option(1).click();
    await option(3).click({ modifiers: ['Shift'] });
    await drag(option(2), tag());
    await label('Tag 3 photos: sea').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.mouse.up();
    await expect.poll(() => found('tag:sea')).toBe(4);
    // The selection is what it was, and the tag's photos are not opened.
    await expect.poll(selectedCount).toBe(3);
    await expect.poll(() => grid().getByRole('option').count()).toBe(6);
    const { tags } = await library.client.photos.details({ id: library.photoId('IMG_1005.jpg') });
    expect(tags).toEqual(['sea']);
    await noticeButton(page, 'Added tag sea.', 'Undo').click();
    await expect.poll(() => found('tag:sea')).toBe(1);
  });

  it('that are not selected are dragged alone, and stay as they are where Escape cancels or nothing is hit', async () => {
    await open('light');
    await option(1).click();
    await option(3).click({ modifiers: ['Shift'] });
    await drag(option(4), tag());
    await label('Tag 1 photo: sea').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.keyboard.press('Escape');
    await label('Tag 1 photo: sea').waitFor({ state: 'detached' });
    await page.mouse.up();
    // Escape ended the dragging and nothing else.
    await expect.poll(selectedCount).toBe(1);
    await drag(option(4), option(0));
    await label('1 photo').waitFor();
    await page.mouse.up();
    await label('1 photo').waitFor({ state: 'detached' });
    await drag(option(4), tag());
    await page.mouse.up();
    await expect.poll(() => found('tag:sea')).toBe(2);
  });

  it('of several are selected alone where they are pressed and released', async () => {
    await open();
    await option(1).click();
    await option(3).click({ modifiers: ['Shift'] });
    await expect.poll(selectedCount).toBe(3);
    await option(2).click();
    await expect.poll(selectedCount).toBe(1);
    await expect.poll(() => option(2).getAttribute('aria-selected')).toBe('true');
  });
});

describe('a tag', () => {
  it('is given to the photo that it is dropped on, with the others that are selected with it', async () => {
    await open();
    await drag(tag(), option(4));
    await label('Tag 1 photo: sea').waitFor();
    await page.mouse.up();
    await expect.poll(() => found('tag:sea')).toBe(2);
    await expect.poll(() => grid().getByRole('option').count()).toBe(6);
    await option(1).click();
    await option(2).click({ modifiers: ['Shift'] });
    await drag(tag(), option(1));
    await label('Tag 2 photos: sea').waitFor();
    await expect.poll(() => page.locator('.cell.dropping').count()).toBe(2);
    await page.mouse.up();
    await expect.poll(() => found('tag:sea')).toBe(4);
  });

  it('still shows its photos where it is only pressed', async () => {
    await open();
    await tag().click();
    await expect.poll(() => grid().getByRole('option').count()).toBe(1);
  });
});
