/** @file The page of models in a browser: a checkpoint is imported before one's eyes, tried, made the usual one, and removed. */
import { resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
const checkpoint = resolve('test/fixtures/reference/blip2-t5');
const maxMs = 60_000;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(() => library[Symbol.asyncDispose]());
afterEach(() => opened[Symbol.asyncDispose]());

async function open(): Promise<void> {
  opened = await openPage(library, '#/models');
  page = opened.page;
  await models().first().waitFor();
}

const models = () => page.getByRole('list', { name: 'Installed models' }).getByRole('listitem');
const path = () => page.getByRole('textbox', { name: 'Folder or file path' });

describe('the models page', () => {
  it('tells what is installed, and that the demo models are demo models', async () => {
    await open();
    await expect.poll(() => models().getByRole('heading').allInnerTexts()).toEqual(['demo', 'demo-matching']);
    await page.getByText('For your own photos, download or import a real model.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
  });

  it('tries a model: its device, its self-test, and how fast it is here', async () => {
    await open();
    await page.getByRole('button', { name: 'Test demo', exact: true }).click();
    const result = page.getByRole('region', { name: 'On this computer' });
    await result.getByText('Self-test: passed').waitFor({ timeout: maxMs });
    await result.getByText('Device: CPU').waitFor();
    await expect.poll(() => result.textContent()).toMatch(/Answer time: [\d.]+ (ms|sec)/);
  });

  it('says why a folder is none to import', async () => {
    await open();
    await path().fill(resolve('test/fixtures/images'));
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('alert').getByText('The import failed').waitFor();
    await expect.poll(() => models().count()).toBe(2);
  });

  it('takes a dropped path, imports it, makes it the usual one, and removes it again', async () => {
    await open();
    await page.getByRole('group', { name: 'Import model' }).evaluate((target, address) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/uri-list', address);
      target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, `file://${checkpoint}`);
    await expect.poll(() => path().inputValue()).toBe(checkpoint);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('mine');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('progressbar', { name: 'Importing blip2-t5' }).waitFor();
    await page.getByText('mine is ready.').waitFor({ timeout: maxMs });
    const mine = models().filter({ has: page.getByRole('heading', { name: 'mine' }) });
    await mine.getByRole('button', { name: 'Use as default caption model' }).click();
    await mine.getByText('Default caption model').waitFor();
    await mine.getByRole('button', { name: 'Other precision for mine' }).click();
    await expect.poll(() => path().inputValue()).toBe('mine');
    await page.getByRole('combobox', { name: /^Precision: int8/ }).click();
    await page.getByRole('option', { name: /^int4/ }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('small');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const small = models().filter({ has: page.getByRole('heading', { name: 'small' }) });
    await small.getByText('int4').waitFor({ timeout: maxMs });
    await small.getByText(/^\d+ of \d+ predictions match fp32, on 8 test pictures/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      small.getByRole('button', { name: 'Export small' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('small.vignette-model');
    const pack = await download.path();
    await library.client.models.remove({ id: 'small' });
    await small.waitFor({ state: 'detached' });
    await path().fill(pack);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await small.getByText('int4').waitFor({ timeout: maxMs });
    await small.getByRole('button', { name: 'Other precision for small' }).click();
    await page.getByText('small is stored as int4').waitFor();
    await path().fill('mine');
    await page.getByRole('combobox', { name: /^Precision: Automatic/ }).click();
    await page.getByRole('option', { name: /^int8/ }).click();
    await expect.poll(() => page.getByRole('checkbox', { name: 'Replace the existing model' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await small.getByText('int8').waitFor({ timeout: maxMs });
    await library.client.models.remove({ id: 'small' });
    expect((await library.client.settings.get()).captionModelId).toBe('mine');
    await library.client.settings.set({ captionModelId: null });
    await mine.getByRole('button', { name: 'Remove mine' }).click();
    await page.getByRole('alertdialog').getByText('The compiled model is deleted').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await mine.waitFor({ state: 'detached' });
    expect((await library.client.models.list()).map(({ id }) => id)).toEqual(['demo', 'demo-matching']);
    expect(opened.complaints).toEqual([]);
  });

  it('has no problem that axe finds', async () => {
    await open();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});
