/** @file Exports from the page in a browser: a download, a folder, sidecars beside the photos after a question. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { accessibilityProblems, onDesktop, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
  for (const [name, text] of [
    ['IMG_1000.jpg', 'boats on the sea'],
    ['IMG_1005.jpg', '<b>"海"</b>'],
  ] as const)
    await library.client.photos.writeCaption({ photoId: library.photoId(name), text });
  const altText = { text: 'Boats, seen from the pier', kind: 'altText' } as const;
  await library.client.photos.writeCaption({ photoId: library.photoId('IMG_1000.jpg'), ...altText });
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  opened = await openPage(library, '#/library');
  page = opened.page;
  await page.getByRole('option').first().waitFor();
});
afterEach(() => opened[Symbol.asyncDispose]());

const dialog = () => page.getByRole('dialog', { name: 'Export' });

async function choose(what: string, value: string | RegExp): Promise<void> {
  await dialog().getByRole('combobox', { name: what }).click();
  await page.getByRole('option', { name: value }).click();
}

it('a template says which texts go into each file', async () => {
  await page.keyboard.press('Control+e');
  await choose('Format', /\.txt/);
  await dialog().getByRole('textbox', { name: 'Template' }).fill('[{alt_text}]');
  await dialog().getByText('Preview', { exact: true }).click();
  const preview = dialog().getByRole('region', { name: 'Preview' });
  await preview.getByText('Boats, seen from the pier').waitFor();
  await expect.poll(() => preview.textContent()).not.toContain('boats on the sea');
  expect(opened.complaints).toEqual([]);
});

it.skipIf(onDesktop)(
  'the export dialog opens by key for the photos that are shown, and downloads them (not on the double, whose answers Chromium does not download)',
  async () => {
    await page.keyboard.press('Control+e');
    await dialog().getByText('2 photos').waitFor();
    await choose('Format', /^CSV/);
    await dialog().getByRole('checkbox', { name: 'Alt text' }).check();
    await dialog().getByText('Preview', { exact: true }).click();
    await dialog().getByRole('region', { name: 'Preview' }).getByText('Coast/IMG_1000.jpg,boats on the sea,').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    const download = page.waitForEvent('download');
    await dialog().getByRole('button', { name: 'Export', exact: true }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('library captions.csv');
    const text = await readFile(await file.path(), 'utf8');
    expect(text).toContain(',alt_text\r\n');
    expect(text).toContain(',"Boats, seen from the pier"\r\n');
    expect(text).toContain('Coast/IMG_1000.jpg,boats on the sea,');
    expect(text).toContain('"<b>""海""</b>"');
    await dialog().getByRole('link', { name: 'Save library captions.csv' }).waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(opened.complaints).toEqual([]);
  },
);

it('the export dialog exports the selection into a folder, and says why where it cannot', async () => {
  await page.getByRole('option', { name: /boats on the sea/ }).click();
  await page
    .getByRole('region', { name: 'Actions for selected photos' })
    .getByRole('button', { name: 'Export…' })
    .click();
  await dialog().getByText('1 photo', { exact: true }).waitFor();
  await choose('Destination', /^Folder/);
  await dialog().getByLabel('Folder', { exact: true }).fill('/nowhere/at/all');
  await dialog().getByRole('button', { name: 'Export', exact: true }).click();
  await dialog().getByRole('alert').getByText('There is no folder /nowhere/at/all.').waitFor();
  await dialog().getByLabel('Folder', { exact: true }).fill(library.photoFolder);
  await dialog().getByRole('button', { name: 'Export', exact: true }).click();
  await dialog().getByText('Exported 1 photo.').waitFor();
  expect(JSON.parse(await readFile(join(library.photoFolder, 'captions.json'), 'utf8'))).toEqual({
    IMG_1000: ['boats on the sea'],
  });
});

it('the export dialog writes sidecars beside the photos only after it has said how many, and keeps text that is there', async () => {
  const mine = join(library.photoFolder, 'Coast', 'IMG_1000.txt');
  await writeFile(mine, 'by hand');
  await page.keyboard.press('Control+e');
  await choose('Format', /\.txt/);
  await dialog().getByText('2 photos').waitFor();
  await dialog().getByRole('button', { name: 'Export', exact: true }).click();
  await dialog().getByText('2 files will be written next to your photos.').waitFor();
  await dialog().getByRole('button', { name: 'Write 2 files' }).click();
  await dialog().getByText('Wrote 1 file.').waitFor();
  await dialog().getByText('1 file with text from other programs was not changed.').waitFor();
  expect(await readFile(mine, 'utf8')).toBe('by hand');
  expect(await readFile(join(library.photoFolder, 'Coast', 'IMG_1005.txt'), 'utf8')).toBe('<b>"海"</b>\n');
});

it('the export dialog writes into the photos only after it has said so, and takes it out again', async () => {
  const photo = join(library.photoFolder, 'Coast', 'IMG_1000.jpg');
  const before = await readFile(photo);
  await page.keyboard.press('Control+e');
  await choose('Format', /^In the photo files/);
  await dialog().getByText('2 photos').waitFor();
  await dialog().getByRole('combobox', { name: 'Destination' }).waitFor({ state: 'detached' });
  await dialog().getByRole('button', { name: 'Export', exact: true }).click();
  await dialog().getByText('This changes 2 original photo files.').waitFor();
  // What is set to something else is asked about anew.
  await dialog().getByRole('checkbox', { name: 'Alt text' }).check();
  await dialog().getByRole('button', { name: 'Export', exact: true }).click();
  await dialog().getByText('This changes 2 original photo files.').waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
  expect(await readFile(photo)).toEqual(before);
  await dialog().getByRole('button', { name: 'Change 2 photo files' }).click();
  await dialog().getByText('2 photo files up to date.').waitFor();
  const written = await readFile(photo);
  expect(written.includes('boats on the sea')).toBe(true);
  expect(written.includes('Boats, seen from the pier')).toBe(true);
  await dialog().getByRole('button', { name: 'Export again' }).click();
  await dialog().getByRole('checkbox', { name: 'Remove what Vignette wrote and restore what was there' }).check();
  await dialog().getByRole('button', { name: 'Export', exact: true }).click();
  await dialog().getByText('This removes what Vignette wrote into these photo files').waitFor();
  await dialog().getByRole('button', { name: 'Restore photo files' }).click();
  await dialog().getByText('2 photo files up to date.').waitFor();
  expect((await readFile(photo)).includes('boats on the sea')).toBe(false);
  expect(opened.complaints).toEqual([]);
});

it('the export dialog makes a dataset folder with the pictures, split, and does not touch one that is there', async () => {
  const folder = join(library.photoFolder, '..', 'dataset');
  await page.keyboard.press('Control+e');
  await choose('Format', /^Dataset folder/);
  await dialog().getByText('2 photos').waitFor();
  await dialog().getByRole('combobox', { name: 'Destination' }).waitFor({ state: 'detached' });
  await choose('Pictures:', 'Copy');
  await dialog().getByText('Training: 100 %.').waitFor();
  await dialog().getByLabel('Test', { exact: true }).fill('100');
  await dialog().getByLabel('Test', { exact: true }).blur();
  await dialog().getByText('Training: 0 %.').waitFor();
  await dialog().getByText('Preview', { exact: true }).click();
  await dialog().getByRole('region', { name: 'Preview' }).getByText('"boats on the sea"').waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
  await dialog().getByLabel('Folder', { exact: true }).fill(folder);
  await dialog().getByRole('button', { name: 'Export', exact: true }).click();
  await dialog().getByText('Exported 2 photos.').waitFor();
  await dialog().getByText(folder, { exact: true }).waitFor();
  expect(await readdir(folder)).toEqual(['test']);
  const lines = (await readFile(join(folder, 'test', 'metadata.jsonl'), 'utf8')).trimEnd().split('\n');
  const rows = z
    .array(z.object({ file_name: z.string(), text: z.string() }))
    .parse(lines.map((line) => JSON.parse(line)));
  expect(rows.map(({ text }) => text)).toEqual(['boats on the sea', '<b>"海"</b>']);
  for (const [index, name] of ['IMG_1000.jpg', 'IMG_1005.jpg'].entries()) {
    const picture = await readFile(join(folder, 'test', rows[index]?.file_name ?? ''));
    expect(picture).toEqual(await readFile(join(library.photoFolder, 'Coast', name)));
  }
  await dialog().getByRole('button', { name: 'Export again' }).click();
  await dialog().getByRole('button', { name: 'Export', exact: true }).click();
  await dialog()
    .getByRole('alert')
    .getByText(/cannot be written: it is not empty/)
    .waitFor();
  expect(opened.complaints).toEqual([]);
});

it('the export dialog offers a dataset folder in Chinese as well', async () => {
  await library.client.settings.set({ language: 'zh' });
  try {
    await page.reload();
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Control+e');
    const inChinese = page.getByRole('dialog', { name: '导出' });
    await inChinese.getByRole('combobox', { name: '格式' }).click();
    await page.getByRole('option', { name: /^数据集文件夹/ }).click();
    await inChinese.getByText('训练集：100%。').waitFor();
    await inChinese.getByText('新建的或空的文件夹。').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
  } finally {
    await library.client.settings.set({ language: 'system' });
  }
});
