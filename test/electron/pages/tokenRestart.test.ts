/** @file The access token for Hugging Face over restarts of the desktop application: saved with the key store and written nowhere in plain text, or gone where there is none. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import type { KeyStoreDouble } from '../double/keyStoreDouble.ts';
import { runDesktop } from '../double/runDesktop.ts';

const token = 'hf_aSecretThatNobodyMayRead';

let resources: AsyncDisposableStack;
let folder: string;
/** What the application wrote to its terminal. */
let printed: string[];

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  folder = resources.use(await temporaryFolder()).path;
  printed = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation((chunk, ...others) => {
      printed.push(Buffer.from(chunk as string).toString());
      return Reflect.apply(write, stream, [chunk, ...others]);
    });
  }
});

afterEach(async () => {
  vi.restoreAllMocks();
  await resources.disposeAsync();
});

/** A start of the application on the same computer, until `visit` is done. Returns the key store as it is left. */
async function start(visit: (page: Page, keyStore: KeyStoreDouble) => Promise<void>, former?: KeyStoreDouble) {
  vi.resetModules();
  await using desktop = await runDesktop(folder, former === undefined ? {} : { formerKeyStore: former });
  const { double } = desktop;
  const page = await double.window().page();
  await page.getByRole('main').waitFor();
  const tour = page.getByRole('dialog', { name: 'Introduction' });
  if (former === undefined) await tour.getByRole('button', { name: 'Skip' }).click();
  await visit(page, double.safeStorage);
  expect(double.window().complaints).toEqual([]);
  return double.safeStorage;
}

async function goToSettings(page: Page): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/settings';
  });
}

async function saveToken(page: Page): Promise<void> {
  await goToSettings(page);
  const form = page.getByRole('form', { name: 'Hugging Face access token' });
  await form.getByLabel('New token').fill(token);
  await form.getByRole('button', { name: 'Save' }).click();
}

async function filesWithToken(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map(async (file) => ({ file, bytes: await readFile(file) })));
  return contents.filter(({ bytes }) => bytes.includes(token)).map(({ file }) => file);
}

it('the access token is there after a restart, which does not open the key store for the settings, and stands in no file or log', async () => {
  const saved = await start(async (page) => {
    await saveToken(page);
    await page.getByText('Token saved, encrypted').waitFor();
  });
  await start(async (page, keyStore) => {
    await goToSettings(page);
    await page.getByText('Token saved, encrypted').waitFor();
    expect(keyStore.opened).toBe(0);
  }, saved);
  expect(await filesWithToken()).toEqual([]);
  expect(printed.join('')).not.toContain(token);
});

it('the access token counts until the end where there is no key store, which the settings say, and is gone after a restart', async () => {
  const none = await start(async (page, keyStore) => {
    keyStore.kind = 'missing';
    await saveToken(page);
    await page.getByText('It is not saved: no key store is available on this system.').waitFor();
  });
  await start(async (page) => {
    await goToSettings(page);
    await page.getByText('No token saved.').waitFor();
  }, none);
  expect(await filesWithToken()).toEqual([]);
});
