/** @file The desktop application's own main process and preload script on a double of Electron, its window a page of Chromium: the demo library, real inference, menus, drops, a second start, quitting. */
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { eventually } from '../../support/eventually.ts';
import { type RunningDesktop, runDesktop } from '../double/runDesktop.ts';

let desktop: RunningDesktop;
let page: Page;

beforeAll(async () => {
  desktop = await runDesktop(undefined, { isBuilt: true });
  page = await desktop.double.window().page();
});

afterAll(() => desktop[Symbol.asyncDispose]());

const photos = () => page.getByRole('listbox', { name: 'Photos' }).getByRole('option');

async function ownFolder(name: string): Promise<string> {
  const path = join(desktop.folder, name);
  await mkdir(path);
  await cp(resolve('resources/demo-photos/Town/IMG_1004.jpg'), join(path, `${name}.jpg`));
  return path;
}

it('the application opens on the demo photos, which come through the application’s own scheme and caption themselves', async () => {
  await page.getByRole('dialog', { name: 'Introduction' }).getByRole('button', { name: 'Skip' }).click();
  await page.locator('.grid img.loaded').first().waitFor();
  await page.getByRole('img', { name: 'Written by the model demo' }).first().waitFor();
  const { double } = desktop;
  expect(double.window().complaints).toEqual([]);
  expect(double.window().calls).toContain('show');
  expect(double.app.isSandboxed).toBe(true);
  expect(double.said).toEqual(expect.arrayContaining(['schemes vignette', 'crash reports stay', 'awake']));
  await eventually(() => {
    // A fast machine is done with all of it by now.
    expect(double.trays[0]?.tips).toContainEqual(expect.stringMatching(/^Vignette: \d+ left/));
    expect(Math.max(...double.window().progress)).toBeGreaterThan(0);
  });
});

it('the application shows the page nothing of Node or of Electron', async () => {
  const names = ['require', 'process', 'fromMain', 'toMain'];
  await expect
    .poll(() => page.evaluate((list) => list.map((name) => name in globalThis), names))
    .toEqual(names.map(() => false));
});

it('answers with parts of a picture, and not again with what the page has', async () => {
  const answers = await page.evaluate(async () => {
    const source = document.querySelector<HTMLImageElement>('.grid img.loaded')?.src ?? '';
    const part = await fetch(source, { headers: { Range: 'bytes=0-9' }, cache: 'no-store' });
    const tag = part.headers.get('etag') ?? '';
    const size = (await part.arrayBuffer()).byteLength;
    const again = await fetch(source, { headers: { 'If-None-Match': tag }, cache: 'no-store' });
    return [part.status, size, again.status];
  });
  expect(answers).toEqual([206, 10, 304]);
});

it('the application leaves its page for no other address', async () => {
  await page.evaluate(() => location.assign('https://example.com/'));
  await expect.poll(() => page.evaluate(() => fetch('https://example.com/').catch(() => 'refused'))).toBe('refused');
  await photos().first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
});

it('the application lets its menus speak to the page, and to a field where the cursor is in one', async () => {
  const { double } = desktop;
  double.choose('go-settings');
  await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
  double.choose('go-library');
  double.choose('filter');
  const filter = page.getByRole('combobox', { name: 'Filter photos' });
  await page.keyboard.type('boat');
  double.choose('undo');
  await expect.poll(() => filter.inputValue()).not.toBe('boat');
  await filter.fill('');
  await page.keyboard.press('Escape');
  double.choose('pause-queue');
  await eventually(() => expect(double.trays[0]?.tip).toContain('Paused'));
  expect(double.said).toContain('may sleep');
});

it('the application shows the photo at hand in the file manager, and opens it elsewhere', async () => {
  const { double } = desktop;
  await photos().first().click();
  double.choose('photo.reveal');
  double.choose('photo.openElsewhere');
  await eventually(() => expect(double.said.at(-1)).toMatch(/^open .*\.jpg$/));
  expect(double.said.at(-2)).toBe(`reveal ${double.said.at(-1)?.slice('open '.length)}`);
  await photos().first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Show in file manager' }).click();
  await eventually(() => expect(double.said.at(-1)).toMatch(/^reveal /));
});

it('the application streams an answer about a photo over its MessagePort', async () => {
  await photos().first().dblclick();
  // How long the answer was whenever it had grown.
  const lengths = page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const seen: number[] = [];
        new MutationObserver(() => {
          const text = document.querySelector('.growing')?.textContent?.trim() ?? '';
          if (text.length > (seen.at(-1) ?? 0)) seen.push(text.length);
          if (document.querySelector('.answer > .text') !== null) resolve(seen);
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
  );
  await page.getByRole('textbox', { name: 'Your question' }).fill('what is in the picture?');
  await page.keyboard.press('Enter');
  expect((await lengths).length).toBeGreaterThan(0);
});

it('the application adds a folder that is chosen in a dialog of the system', async () => {
  const { double } = desktop;
  double.choices.push(await ownFolder('chosen'));
  double.choose('add-folder');
  const dialog = page.getByRole('dialog', { name: 'Add photo folder' });
  await dialog.getByRole('button', { name: 'Choose…' }).click();
  await expect.poll(() => dialog.getByRole('textbox').inputValue()).toMatch(/chosen$/);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('treeitem', { name: 'chosen, 1 photo' }).waitFor();
});

it('the application adds a folder that is dropped on the window, and says so of a file', async () => {
  const window = desktop.double.window();
  const folder = await ownFolder('dropped');
  await window.drop([folder]);
  await page.getByRole('treeitem', { name: 'dropped, 1 photo' }).waitFor();
  await window.drop([join(folder, 'dropped.jpg')]);
  await page.getByText('Drop folders here. Single files cannot be added.').waitFor();
});

it('the application comes to the front with a link or a folder that a Mac hands over', async () => {
  const { double } = desktop;
  const opened: string[] = [];
  const event = { preventDefault: () => void opened.push('ours') };
  const calls = () => double.window().calls.filter((call) => call === 'focus').length;
  const before = calls();
  double.app.emit('open-url', event, 'vignette://app/#/tags');
  await page.getByRole('heading', { name: 'Tags' }).first().waitFor();
  expect(calls()).toBe(before + 1);
  double.app.emit('open-file', event, await ownFolder('icon'));
  await page.getByRole('treeitem', { name: 'icon, 1 photo' }).waitFor();
  expect(calls()).toBe(before + 2);
  expect(opened).toEqual(['ours', 'ours']);
  double.choose('go-library');
});

it('the application learns no path from a drop that the page makes up', async () => {
  const told: unknown[] = [];
  const listener = (_event: unknown, paths: unknown) => told.push(paths);
  const { double } = desktop;
  double.ipcMain.on('vignette:dropped', listener);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([''], 'dropped'));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data }));
  });
  expect(told).toEqual([]);
  const folder = await ownFolder('real');
  await double.window().drop([folder]);
  await eventually(() => expect(told).toEqual([[folder]]));
  double.ipcMain.off('vignette:dropped', listener);
});

it('the application comes to the front with what a second start asks for', async () => {
  const { double, folder } = desktop;
  const window = double.window();
  window.minimized = true;
  const path = await ownFolder('second');
  const argv = ['electron', '--allow-file-access', '.', basename(path)];
  double.app.emit('second-instance', {}, argv, folder);
  await page.getByRole('treeitem', { name: 'second, 1 photo' }).waitFor();
  expect(window.calls.slice(-3)).toEqual(['restore', 'show', 'focus']);
  double.app.emit('second-instance', {}, ['electron', '.', 'vignette://app/#/models'], folder);
  await page.getByRole('heading', { name: 'Models' }).first().waitFor();
});

it('the application follows the settings with the language of its menus and the colours of its window', async () => {
  const { double } = desktop;
  const choose = async (setting: string, option: string) => {
    await page.getByRole('combobox', { name: setting }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  double.choose('go-settings');
  await choose('Language', '简体中文');
  await eventually(() => expect(double.menu.map(({ label }) => label)).toContain('编辑'));
  expect(double.trays[0]?.tip).toMatch(/^Vignette: 已暂停/);
  await choose('语言', 'English');
  await eventually(() => expect(double.menu.map(({ label }) => label)).toContain('Edit'));
  await choose('Theme', 'Light');
  await eventually(() => expect(double.nativeTheme.themeSource).toBe('light'));
  expect(double.window().calls.at(-1)).toMatch(/^background /);
});

it('the application takes an access token for Hugging Face into the key store, says so, and removes it', async () => {
  const { double, userData, libraryFolder } = desktop;
  const form = page.getByRole('form', { name: 'Hugging Face access token' });
  const save = async (token: string) => {
    await form.getByLabel('New token').fill(token);
    await form.getByRole('button', { name: 'Save' }).click();
  };
  await page.getByText('No token saved.').waitFor();
  await save('hf_two words');
  await form.getByText('holds characters that no token has').waitFor();
  await save('hf_secret');
  await page.getByText('Token saved, encrypted').waitFor();
  const field = form.getByLabel('New token');
  expect([await field.getAttribute('type'), await field.inputValue()]).toEqual(['password', '']);
  const stored = await readFile(join(userData, 'hub-token'));
  expect(stored.includes('hf_secret')).toBe(false);
  expect((await double.safeStorage.decryptStringAsync(stored)).result).toBe('hf_secret');
  double.safeStorage.kind = 'basic_text';
  await save('hf_session');
  await page.getByText('It is not saved').waitFor();
  await form.getByRole('button', { name: 'Remove token' }).click();
  await page.getByText('No token saved.').waitFor();
  expect(await readdir(userData)).not.toContain('hub-token');
  for (const name of (await readdir(libraryFolder)).filter((one) => one.startsWith('catalog.db'))) {
    expect((await readFile(join(libraryFolder, name))).includes('hf_se'), name).toBe(false);
  }
});

it('the application’s page is there again after a reload, with the menus', async () => {
  await page.reload();
  await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
  desktop.double.choose('go-library');
  await photos().first().waitFor();
  expect(desktop.double.window().complaints.filter((text) => !text.includes('example.com'))).toEqual([]);
});

it('the application puts everything away when it quits', async () => {
  const { double, userData, libraryFolder } = desktop;
  double.app.quit();
  expect(await double.app.ended.promise).toBe(0);
  expect([double.windows.size, double.processes.size]).toEqual([0, 0]);
  expect(JSON.parse(await readFile(join(userData, 'window.json'), 'utf8'))).toMatchObject({ x: 40, maximized: false });
  expect(double.said.filter((text) => text.startsWith('error'))).toEqual([]);
  // Nobody owns the library any more.
  await using catalog = await openCatalog({ libraryFolder, owner: 'test', onNotice: () => undefined });
  expect(catalog.roots.list().length).toBe(6);
});
