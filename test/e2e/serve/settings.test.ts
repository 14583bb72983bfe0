/** @file The settings in a browser: each is kept at once, and shows. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../schemas/defaultSettings.ts';
import { eventually } from '../../support/eventually.ts';
import {
  accessibilityProblems,
  noticeButton,
  onDesktop,
  openPage,
  type ServedLibrary,
  serveLibrary,
} from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(() => library[Symbol.asyncDispose]());
afterEach(async () => {
  await opened[Symbol.asyncDispose]();
  await library.client.settings.set({ ...defaultSettings, tourSeen: true });
});

async function open(): Promise<void> {
  opened = await openPage(library, '#/settings');
  page = opened.page;
  await page.getByRole('list', { name: 'Presets' }).getByRole('listitem').first().waitFor();
}

async function choose(list: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: list }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/**
 * The page shows a setting before the library has stored it: what a test stores next would be overwritten,
 * and every page after it would be Chinese.
 */
async function chooseChinese(): Promise<void> {
  await choose('Language', '简体中文');
  await expect.poll(async () => (await library.client.settings.get()).language).toBe('zh');
}

/** Of the bundled model, whose host then stores the photo's features. */
async function askOnce(): Promise<void> {
  const photoId = library.photoId('IMG_1000.jpg');
  for await (const _ of await library.client.chat.ask({ photoId, question: 'What is it?' }));
}

describe('the settings', () => {
  it('change colours, density and language at once, for good', async () => {
    await open();
    await choose('Theme', 'Light');
    await choose('Density', 'Compact');
    await chooseChinese();
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    await expect
      .poll(() => page.evaluate(() => ({ ...document.documentElement.dataset, lang: document.documentElement.lang })))
      .toEqual({ theme: 'light', density: 'compact', lang: 'zh-CN' });
  });

  it.skipIf(onDesktop)(
    'keep what is changed while an earlier change is still being saved (not on the desktop, which has no socket to hold)',
    async () => {
      await open();
      const answers: (string | Buffer)[] = [];
      let requests = 0;
      let isHeld = false;
      let letGo = (): void => {};
      await page.routeWebSocket('**/api', (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((message) => {
          if (message.toString().includes('settings/set')) requests++;
          server.send(message);
        });
        server.onMessage((message) => {
          if (isHeld) answers.push(message);
          else socket.send(message);
        });
        letGo = () => {
          isHeld = false;
          for (const message of answers) socket.send(message);
        };
      });
      await page.reload();
      await page.getByRole('list', { name: 'Presets' }).getByRole('listitem').first().waitFor();
      isHeld = true;
      await choose('Theme', 'Light');
      await choose('Density', 'Compact');
      await choose('Theme', 'Dark');
      const shown = () => page.evaluate(() => ({ ...document.documentElement.dataset }));
      expect(await shown()).toEqual({ theme: 'dark', density: 'compact' });
      // Were the others sent already, the first one's answer would show without them.
      expect(requests).toBe(1);
      letGo();
      await expect.poll(() => requests).toBe(3);
      expect(await shown()).toEqual({ theme: 'dark', density: 'compact' });
      await expect.poll(() => library.client.settings.get()).toMatchObject({ theme: 'dark', density: 'compact' });
      expect(opened.complaints).toEqual([]);
    },
  );

  it('choose a folder from those of the server, with the keyboard as well', async () => {
    await open();
    await page.getByRole('button', { name: 'Add folder…' }).click();
    const chosen = () => page.getByRole('textbox', { name: 'Folder path' }).inputValue();
    const above = page.getByRole('dialog').getByRole('button', { name: 'Parent folder' });
    await above.waitFor();
    await expect.poll(chosen).toBe('');
    expect(await accessibilityProblems(opened)).toEqual([]);
    await above.focus();
    await page.keyboard.press('Enter');
    await expect.poll(chosen).toBe(dirname(homedir()));
    const own = page.getByRole('list', { name: `Folders in ${dirname(homedir())}` });
    await own.getByRole('button', { name: basename(homedir()), exact: true }).click();
    await expect.poll(chosen).toBe(homedir());
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  });

  it('add a folder, leave patterns out of it, and remove it without touching a file', async () => {
    const folder = join(library.photoFolder, '..', 'Second');
    await mkdir(folder);
    await open();
    await page.getByRole('button', { name: 'Add folder…' }).click();
    await page.getByRole('textbox', { name: 'Folder path' }).fill(folder);
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await page.getByText('Added Second.').waitFor();
    await page.evaluate(() => {
      location.hash = '#/settings';
    });
    const row = page.getByRole('list', { name: 'Library folders' }).getByRole('listitem').filter({ hasText: 'Second' });
    await row.getByText('Ignored files', { exact: true }).click();
    // What changes in the library meanwhile does not fold it.
    await cp(resolve('resources/demo-photos/Coast/IMG_1000.jpg'), join(folder, 'new.jpg'));
    await row.getByText('1 photo', { exact: true }).waitFor();
    await row.getByRole('textbox').fill('*.png\nexports/');
    await row.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Rescanning folders.').waitFor();
    const roots = async () => (await library.client.library.overview()).roots.map(({ ignored }) => ignored);
    await expect.poll(() => roots()).toEqual([[], ['*.png', 'exports/']]);
    await row.getByRole('button', { name: 'Remove Second' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('No files are deleted').waitFor();
    // Enter does nothing that cannot be undone.
    await dialog.getByRole('button', { name: 'Cancel' }).and(page.locator(':focus')).waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
    await expect.poll(() => roots()).toEqual([[]]);
  });

  it('keep the sidecars of a folder in step, and those of a folder in it that had that before', async () => {
    await open();
    await page.getByText('Your photo files are changed only if you export text into them.').waitFor();
    const roots = async () =>
      (await library.client.library.overview()).roots.map(({ liveSidecars, liveFolders }) => ({
        liveSidecars,
        liveFolders: liveFolders.map(({ path }) => path),
      }));
    const whole = page.getByRole('checkbox', { name: 'Keep XMP sidecars in step', exact: true });
    await whole.check();
    await page.getByText('Sidecars in photos are kept in step.').waitFor();
    expect(await roots()).toEqual([{ liveSidecars: true, liveFolders: [] }]);
    const photo = join(library.photoFolder, 'Coast', 'IMG_1000.jpg');
    const before = await readFile(photo);
    await library.client.photos.writeCaption({ photoId: library.photoId('IMG_1000.jpg'), text: 'boats at the pier' });
    await eventually(async () => expect(await readFile(`${photo}.xmp`, 'utf8')).toContain('boats at the pier'));
    expect(await readFile(photo)).toEqual(before);
    const { folders } = await library.client.library.overview();
    const folderId = folders.find(({ name }) => name === 'Coast')?.id ?? 0;
    await library.client.library.setLiveSidecars({ folderId, live: true });
    await whole.uncheck();
    await page.getByText('Sidecars in photos are no longer kept in step.').waitFor();
    const inside = page.getByRole('checkbox', { name: 'Keep XMP sidecars in Coast in step' });
    await inside.waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    expect(await roots()).toEqual([{ liveSidecars: false, liveFolders: ['Coast'] }]);
    // The box goes with what it says: whoever waits for it to be empty may wait for ever.
    await inside.click();
    await inside.waitFor({ state: 'detached' });
    expect(await roots()).toEqual([{ liveSidecars: false, liveFolders: [] }]);
    expect(opened.complaints).toEqual([]);
  });

  it('make a rule that captions every new photo of a folder, hold it, and remove it', async () => {
    await open();
    await page.getByText('No folders have rules.').waitFor();
    await choose('Folder', 'photos/Coast');
    await page.getByRole('button', { name: 'Add rule' }).click();
    const rule = page.getByRole('checkbox', { name: 'Caption photos/Coast with caption' });
    await rule.waitFor();
    await rule.uncheck();
    await expect
      .poll(async () => (await library.client.library.rules()).map(({ enabled }) => enabled))
      .toEqual([false]);
    await page.getByRole('button', { name: 'Remove rule for photos/Coast' }).click();
    await page.getByText('No folders have rules.').waitFor();
  });

  it('make a rule that writes alt text, with a preset that is for it', async () => {
    await open();
    await choose('Action', 'Write alt text');
    await choose('Folder', 'photos/Coast');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('New photos in photos/Coast will get alt text automatically.').waitFor();
    await page.getByRole('checkbox', { name: 'Write alt text for photos/Coast with alt-text' }).waitFor();
    await expect
      .poll(async () => (await library.client.library.rules()).map(({ preset, writes }) => ({ preset, writes })))
      .toEqual([{ preset: 'alt-text', writes: 'altText' }]);
    await page.getByRole('button', { name: 'Remove rule for photos/Coast' }).click();
    await page.getByText('No folders have rules.').waitFor();
  });

  it('make a rule that tags new photos from a branch of the vocabulary, and say when that has no tags', async () => {
    await library.client.tags.setVocabulary({ text: 'sea' });
    await open();
    await choose('Action', 'Tag from the vocabulary');
    await choose('Folder', 'photos/Coast');
    await page.getByRole('textbox', { name: 'Only tags below' }).fill('things');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('The vocabulary has no tags below "things" to choose from.').waitFor();
    await library.client.tags.setVocabulary({ text: 'sea\nthings/boat' });
    await page.getByRole('spinbutton', { name: 'Maximum per photo' }).fill('3');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('New photos in photos/Coast will be tagged automatically.').waitFor();
    const rule = page.getByRole('checkbox', { name: 'Tag photos/Coast from things' });
    await rule.waitFor();
    const tagging = async () => (await library.client.library.rules()).map((known) => known.tagging);
    await expect.poll(() => tagging()).toEqual([{ max: 3, below: 'things', available: 1 }]);
    await library.client.tags.setVocabulary({ text: '' });
    await rule.uncheck();
    await page.getByText('No tags to choose from').waitFor();
    await page.getByRole('button', { name: 'Remove rule for photos/Coast' }).click();
    await rule.waitFor({ state: 'detached' });
  });

  it('keep a preset of one’s own, change it, remove it, and bring it back', async () => {
    await open();
    await page.getByRole('button', { name: 'New preset' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('poem');
    await page.getByRole('textbox', { name: 'Prompt' }).fill('a poem about');
    await choose('Writes', 'Long descriptions');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const poem = page.getByRole('list', { name: 'Presets' }).getByRole('listitem').filter({ hasText: 'poem' });
    await poem.getByText('For: Long descriptions').waitFor();
    await poem.getByRole('button', { name: 'Edit poem' }).click();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('verses about {folder}');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await poem.getByText('verses about {folder}').waitFor();
    await poem.getByRole('button', { name: 'Remove poem' }).click();
    await poem.waitFor({ state: 'detached' });
    await noticeButton(page, 'Preset poem removed.', 'Undo').click();
    await poem.getByText('For: Long descriptions').waitFor();
    expect((await library.client.presets.list()).find(({ own }) => own)).toMatchObject({ writes: 'longDescription' });
  });

  it('set quiet hours, the network switch and the default model, and show that nothing was connected to', async () => {
    await open();
    await page.getByRole('checkbox', { name: 'Quiet hours' }).check();
    await page.getByLabel('From').fill('23:30');
    await page.getByLabel('From').blur();
    // Only the application can keep the computer awake.
    await expect
      .poll(() => page.getByRole('checkbox', { name: 'Keep the computer awake while the queue is running' }).count())
      .toBe(onDesktop ? 1 : 0);
    await page.getByRole('checkbox', { name: 'Network off' }).check();
    await choose('Default matching model', 'demo-matching');
    await page.getByText('None').waitFor();
    // The server's own token is the environment's; in the application it is saved.
    await page.getByText(onDesktop ? 'No token saved.' : 'start Vignette with HF_TOKEN').waitFor();
    await expect.poll(() => page.getByLabel('New token').count()).toBe(onDesktop ? 1 : 0);
    await expect
      .poll(() => library.client.settings.get())
      .toMatchObject({
        quietHours: { from: '23:30', to: '07:00' },
        networkOff: true,
        matchingModelId: 'demo-matching',
      });
    expect(opened.complaints).toEqual([]);
  });

  it('show what models can be computed on and why not the rest, and keep what is chosen', async () => {
    await open();
    const section = page.getByRole('region', { name: 'Device' });
    await section.getByText('DirectML exists on Windows only.').waitFor();
    await section.getByText(/^Available, [\d.]+ GB of memory free$/).waitFor();
    await choose('Device', 'CPU');
    const idle = section.getByRole('spinbutton', { name: 'Unload unused models after' });
    await idle.fill('2');
    await idle.blur();
    await choose('Photos processed at once', '4');
    await expect
      .poll(() => library.client.settings.get())
      .toMatchObject({ device: 'cpu', modelIdleMinutes: 2, photosAtOnce: 4 });
    await choose('Photos processed at once', 'Automatic');
    await expect.poll(() => library.client.settings.get()).toMatchObject({ photosAtOnce: null });
    await chooseChinese();
    await page.getByRole('region', { name: '设备' }).getByText('仅在 Windows 上可用。').waitFor();
    expect(opened.complaints).toEqual([]);
  });

  it('show how large the stored features are and how often they served, limit them, and let them go', async () => {
    await library.client.library.pauseQueue({ paused: true });
    await askOnce();
    await eventually(async () => expect((await library.client.settings.features()).sizeBytes).toBeGreaterThan(1000));
    await open();
    const section = page.getByRole('region', { name: 'Feature cache' });
    await section.getByText(/^\d+% \(\d+ of \d+ photos?\)$/).waitFor();
    await section.getByText(/^[\d.]+ [kM]B$/).waitFor();
    const limit = section.getByRole('spinbutton', { name: 'Maximum size' });
    await limit.fill('2.5');
    await limit.blur();
    await expect.poll(async () => (await library.client.settings.get()).featureCacheGB).toBe(2.5);
    const clear = section.getByRole('button', { name: 'Clear cache' });
    // What the model had in its hands when the queue was paused may be stored after the first time.
    await expect
      .poll(async () => {
        if (await clear.isEnabled()) await clear.click();
        return [await section.getByText('0 bytes').isVisible(), await clear.isDisabled()];
      })
      .toEqual([true, true]);
    await library.client.library.pauseQueue({ paused: false });
    expect(opened.complaints).toEqual([]);
  });

  it('have no problem that axe finds', async () => {
    await open();
    await page.getByRole('button', { name: 'New preset' }).click();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});
