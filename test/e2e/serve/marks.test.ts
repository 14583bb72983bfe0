/** @file Stars, flags and colour labels in a browser: by key, by menu and by button, on one photo and on several. */
import type { Page } from 'playwright';
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
  opened = await openPage(library, '#/library');
  page = opened.page;
  await option(0).waitFor();
});
afterEach(async () => {
  for (const kind of ['rating', 'flag', 'label'] as const)
    await library.client.photos.mark({ selection: { query: '' }, change: { kind, value: 'fromFile' } });
  await opened[Symbol.asyncDispose]();
});

const option = (index: number) => page.getByRole('listbox', { name: 'Photos' }).getByRole('option').nth(index);
const found = async (query: string) =>
  Buffer.from((await library.client.photos.list({ query, order: 'name', descending: false })).ids, 'base64').length / 4;
const nameOf = async (index: number) => (await option(index).getAttribute('aria-label')) ?? '';
const group = (name: string | RegExp) => page.getByRole('group', { name });

describe('keys', () => {
  it('rate, flag and label one photo, which shows it with words, and undo takes it back', async () => {
    await option(0).click();
    await page.keyboard.press('4');
    await expect.poll(() => nameOf(0)).toMatch(/, 4 stars$/);
    await page.keyboard.press('p');
    await expect.poll(() => nameOf(0)).toMatch(/, 4 stars, Picked$/);
    await page.keyboard.press('6');
    await expect.poll(() => nameOf(0)).toMatch(/, 4 stars, Picked, Color label: Red$/);
    await page.keyboard.press('x');
    await expect.poll(() => nameOf(0)).toMatch(/, 4 stars, Rejected, Color label: Red$/);
    // The colour’s key once more takes it off.
    await page.keyboard.press('6');
    await expect.poll(() => nameOf(0)).toMatch(/, 4 stars, Rejected$/);
    await page.keyboard.press('u');
    await expect.poll(() => nameOf(0)).toMatch(/, 4 stars$/);
    await page.keyboard.press('0');
    await expect.poll(() => nameOf(0)).not.toContain('star');
    await page.keyboard.press('Control+z');
    await expect.poll(() => nameOf(0)).toMatch(/, 4 stars$/);
    expect(await accessibilityProblems(opened)).toEqual([]);
  });

  it('mark all that is selected as one run, which the notice undoes', async () => {
    await option(0).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('3');
    await expect.poll(() => found('rating:3')).toBe(6);
    await page.getByRole('status').getByText('Rate: 3 stars (6 photos)').waitFor();
    await noticeButton(page, 'Rate: 3 stars (6 photos)', 'Undo').click();
    await expect.poll(() => found('rating:3')).toBe(0);
  });

  it('mark the photo that is looked at, and are typed into fields as what they are', async () => {
    await option(1).dblclick();
    await page.getByRole('group', { name: 'Zoom' }).waitFor();
    await page.keyboard.press('5');
    await expect.poll(() => found('rating:5')).toBe(1);
    await page.keyboard.press('t');
    await page.getByRole('combobox', { name: 'Add tag' }).fill('');
    await page.keyboard.type('p3');
    await expect.poll(() => page.getByRole('combobox', { name: 'Add tag' }).inputValue()).toBe('p3');
    await expect.poll(() => found('rating:5 -flag:any')).toBe(1);
  });
});

describe('the menu of photos', () => {
  it('opens by key, has what can be given, and ticks nothing for several', async () => {
    await option(0).click();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Color label' }).waitFor();
    await page.keyboard.type('Color');
    await page.keyboard.press('ArrowRight');
    const purple = page.getByRole('menu', { name: 'Color label' }).getByRole('menuitem', { name: 'Purple' });
    await purple.waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await purple.click();
    await expect.poll(() => found('label:purple')).toBe(2);
  });
});

describe('the panel', () => {
  const details = async () => {
    await option(0).click();
    await page.getByRole('tab', { name: 'Details' }).click();
  };

  it('sets and takes away each of them with the mouse and the keyboard', async () => {
    await details();
    await group(/^Rating/)
      .getByRole('button', { name: '2 stars' })
      .click();
    await group('Rating: 2 stars').waitFor();
    await group('Flag').getByRole('button', { name: 'Pick' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => found('flag:pick')).toBe(1);
    await group('Color label').getByRole('button', { name: 'Blue' }).click();
    await expect.poll(() => found('rating:2 flag:pick label:blue')).toBe(1);
    expect(await accessibilityProblems(opened)).toEqual([]);
    await group('Color label').getByRole('button', { name: 'Blue', pressed: true }).click();
    await expect.poll(() => found('label:any')).toBe(0);
    await page.getByRole('button', { name: 'Use the rating in the file' }).click();
    await expect.poll(() => found('rating:any')).toBe(0);
  });

  it('gives several photos the same', async () => {
    await details();
    await page.keyboard.press('Escape');
    await option(0).click();
    await option(2).click({ modifiers: ['Shift'] });
    await group('Rating').getByRole('button', { name: '5 stars' }).click();
    await expect.poll(() => found('rating:5')).toBe(3);
  });
});
