/** @file The menus of folders, tags and runs in a browser, opened with the pointer and with the keyboard. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  library = await serveLibrary(['Coast', 'Town']);
  const selection = { photoIds: [library.photoId('IMG_1000.jpg')] };
  await library.client.tags.edit({ selection, operation: { type: 'add', paths: ['sea'] } });
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  opened = await openPage(library, '#/library');
  page = opened.page;
  await option(0).waitFor();
});
afterEach(() => opened[Symbol.asyncDispose]());

const option = (index: number) => page.getByRole('listbox', { name: 'Photos' }).getByRole('option').nth(index);
const options = () => page.getByRole('listbox', { name: 'Photos' }).getByRole('option');
const item = (name: string) => page.getByRole('menuitem', { name, exact: true });
const photosWith = async (tag: string) =>
  (await library.client.tags.list()).find(({ path }) => path === tag)?.photos ?? 0;

describe('the name of a button', () => {
  it('is shown where the pointer or the keyboard goes, and not behind or after what the button opens', async () => {
    const button = page.getByRole('button', { name: 'Add folder', exact: true });
    const name = () => page.getByRole('tooltip').count();
    await button.hover();
    await expect.poll(name).toBe(1);
    await button.click();
    const path = page.getByRole('dialog', { name: 'Add photo folder' }).getByRole('textbox', { name: 'Folder path' });
    await path.focus();
    await expect.poll(name).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
    await expect.poll(name).toBe(0);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await expect.poll(name).toBe(1);
  });
});

describe('the menu of a folder', () => {
  it('is that of the folder under the pointer', async () => {
    await page.getByRole('treeitem', { name: /^Town/ }).click({ button: 'right' });
    await page.getByRole('menu', { name: 'Town' }).waitFor();
    await expect.poll(() => item('Rescan').count()).toBe(0);
    await item('Show photos').click();
    await expect.poll(() => options().count()).toBe(6);
    await expect.poll(() => page.url()).toContain('Town');
  });

  it('is that of the folder with the focus, and keeps its sidecars in step', async () => {
    await page.getByRole('treeitem', { name: /^Coast/ }).focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menu', { name: 'Coast' }).waitFor();
    await item('Keep XMP sidecars in step').click();
    await expect
      .poll(async () =>
        (await library.client.library.overview()).roots.flatMap(({ liveFolders }) => liveFolders.length),
      )
      .toEqual([1]);
    await page.getByRole('treeitem', { name: /^Coast/ }).focus();
    await page.keyboard.press('Shift+F10');
    await item('Keep XMP sidecars in step').click();
    await expect
      .poll(async () =>
        (await library.client.library.overview()).roots.flatMap(({ liveFolders }) => liveFolders.length),
      )
      .toEqual([0]);
  });
});

describe('the menu of a tag', () => {
  it('gives the tag to the selected photos and takes it from them', async () => {
    await option(0).click();
    await page.keyboard.press('Control+a');
    const tag = page.getByRole('button', { name: /^sea/ });
    await tag.focus();
    await page.keyboard.press('Shift+F10');
    await item('Add to selected photos').click();
    await expect.poll(() => photosWith('sea')).toBe(12);
    await tag.click({ button: 'right' });
    await item('Remove from selected photos').click();
    await expect.poll(() => photosWith('sea')).toBe(0);
  });
});

describe('the menu of a run', () => {
  it('undoes it and does it again', async () => {
    const selection = { query: 'folder:Coast' };
    await library.client.tags.edit({ selection, operation: { type: 'add', paths: ['coast'] } });
    await page
      .getByRole('link', { name: 'History' })
      .or(page.getByRole('button', { name: 'History' }))
      .first()
      .click();
    const run = page.getByRole('listitem').filter({ hasText: 'Add tag coast' }).first();
    await run.getByRole('button').first().focus();
    await page.keyboard.press('Shift+F10');
    await item('Undo').click();
    await expect.poll(() => photosWith('coast')).toBe(0);
    await run.getByText('Add tag coast').click({ button: 'right' });
    await item('Redo').click();
    await expect.poll(() => photosWith('coast')).toBe(6);
  });
});
