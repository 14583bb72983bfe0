/** @file The first start in a browser: the demo library, the introduction, the person's own folder. */
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';

let library: ServedLibrary;

beforeAll(async () => {
  library = await serveLibrary(['Coast'], { firstRun: true });
});

afterAll(() => library[Symbol.asyncDispose]());

const tour = (page: Page) => page.getByRole('dialog', { name: 'Introduction' });

it('a first start opens the demo library, which captions itself, and says so', async () => {
  await using opened = await openPage(library, '#/library');
  const { page } = opened;
  await tour(page).getByText('These photos were captioned on this computer').waitFor();
  await tour(page).getByText('This is a small demo library.', { exact: false }).waitFor();
  const captioned = page.getByRole('img', { name: 'Written by the model demo' });
  await expect.poll(() => captioned.count(), { timeout: 60_000 }).toBe(6);
  expect(opened.complaints).toEqual([]);
});

it('a first start has no problem that axe finds in the introduction', async () => {
  await using opened = await openPage(library, '#/library');
  await tour(opened.page).waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
});

it('the introduction leads through four steps by keyboard to a folder of one’s own, and is not shown again', async () => {
  await using opened = await openPage(library, '#/library');
  const { page } = opened;
  const own = join(library.photoFolder, '..', 'own photos');
  await mkdir(own);
  await cp(resolve('resources/demo-photos/Town/IMG_1004.jpg'), join(own, 'first.jpg'));

  await tour(page).getByText('1 of 4').waitFor();
  for (const step of ['2 of 4', '3 of 4', '4 of 4']) {
    await page.keyboard.press('Enter');
    await tour(page).getByText(step).waitFor();
  }
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add photo folder' });
  await dialog.waitFor();
  await tour(page).waitFor({ state: 'detached' });
  await page.keyboard.type(join(own, 'missing'));
  await page.keyboard.press('Enter');
  await dialog.locator('[aria-invalid="true"]').waitFor();
  await dialog.getByRole('textbox').fill(own);
  await page.keyboard.press('Enter');
  await page.getByRole('treeitem', { name: 'own photos, 1 photo' }).waitFor();
  await page.getByRole('option', { name: /first\.jpg/ }).waitFor();

  await page.reload();
  await page.getByRole('option', { name: /first\.jpg/ }).waitFor();
  await expect.poll(() => tour(page).count()).toBe(0);
});

it('the empty library teaches to add a folder', async () => {
  const { roots } = await library.client.library.overview();
  for (const { id } of roots) await library.client.library.removeFolder({ rootId: id });
  await using opened = await openPage(library, '#/library');
  const { page } = opened;
  await page.getByRole('heading', { name: 'No folders yet' }).waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
  await page.getByRole('main').getByRole('button', { name: 'Add folder' }).click();
  await page.getByRole('dialog', { name: 'Add photo folder' }).waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
});
