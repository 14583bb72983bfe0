/** @file Imports from the page in a browser: the preview, both texts of a conflict, and the person's choice, which undo takes back. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { accessibilityProblems, noticeButton, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
  await library.client.photos.writeCaption({ photoId: library.photoId('IMG_1000.jpg'), text: 'my boats' });
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  opened = await openPage(library, '#/library');
  page = opened.page;
  await page.getByRole('option').first().waitFor();
});
afterEach(() => opened[Symbol.asyncDispose]());

it('the import dialog shows what is new and what stands against what, and imports what is chosen', async () => {
  const dialog = page.getByRole('dialog', { name: 'Import' });
  const file = join(library.photoFolder, 'captions.json');
  await writeFile(file, JSON.stringify({ IMG_1000: ['their boats'], IMG_1005: ['<b>"海"</b>'], nobody: ['x'] }));
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Import…');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('File or folder').fill(join(library.photoFolder, 'none.json'));
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByRole('alert').getByText('it does not exist').waitFor();
  await dialog.getByLabel('File or folder').fill(file);
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('1 caption for 1 photo.').waitFor();
  await dialog.getByText('<b>"海"</b>').waitFor();
  await dialog.getByText('nobody: no photo in the library has this name').waitFor();
  await dialog.getByText('my boats').waitFor();
  await dialog.getByText('their boats').waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
  await dialog.getByRole('combobox', { name: 'For IMG_1000.jpg' }).click();
  await page.getByRole('option', { name: 'Use imported' }).click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('Imported text for 2 photos.').waitFor();
  await page.getByRole('option', { name: /their boats/ }).waitFor();
  await noticeButton(page, 'Imported text for 2 photos.', 'Undo').click();
  await page.getByRole('option', { name: /my boats/ }).waitFor();
  await page.getByRole('navigation', { name: 'Folders and searches' }).getByRole('button', { name: 'Import…' }).click();
  await dialog.getByLabel('File or folder').waitFor();
  expect(opened.complaints).toEqual([]);
});
