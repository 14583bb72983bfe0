/** @file From the first start to a caption by a downloaded model, in a browser, against a hub on this machine. Its checkpoints are small: a real one has gigabytes. */
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesOf, type HubServer, startHub } from '../../support/hubServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

const maxMs = 90_000;
const names = ['instructblip-flan-t5-xl', 'blip-image-captioning-large', 'blip-image-captioning-base'];
const resources = new AsyncDisposableStack();
let hub: HubServer;
let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  const [instruct, blip] = await Promise.all([
    filesOf(resolve('test/fixtures/reference/instructblip-t5')),
    filesOf(resolve('test/fixtures/reference/blip-caption')),
  ]);
  hub = resources.use(await startHub());
  // which of them is recommended depends on the machine
  for (const name of names) {
    hub.add(`Salesforce/${name}`, name.startsWith('instruct') ? instruct : blip);
  }
  hub.add('tiny/blip2-opt', await filesOf(resolve('test/fixtures/reference/blip2-opt')));
  const adapter = await filesOf(resolve('test/fixtures/adapters/plain'));
  const config = { ...JSON.parse(String(adapter['adapter_config.json'])), base_model_name_or_path: null };
  hub.add('me/orphan', { ...adapter, 'adapter_config.json': Buffer.from(JSON.stringify(config)) }, 'mit');
  const home = resources.use(await temporaryFolder());
  const before = { HF_ENDPOINT: process.env.HF_ENDPOINT, HF_HOME: process.env.HF_HOME };
  resources.defer(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  process.env.HF_ENDPOINT = hub.endpoint;
  process.env.HF_HOME = home.path;
  library = resources.use(await serveLibrary(['Coast'], { firstRun: true }));
  opened = resources.use(await openPage(library, '#/library'));
  page = opened.page;
}, maxMs);
afterAll(() => resources.disposeAsync());

const tour = () => page.getByRole('dialog', { name: 'Introduction' });
const focusedName = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
const confirmation = () => page.getByRole('dialog', { name: /^Download / });

describe('a model from the hub', () => {
  it('is recommended for this machine, and confirmed once before anything is fetched', async () => {
    await tour().getByRole('button', { name: 'Next' }).click();
    await tour().getByText('Measuring the speed of this computer', { exact: false }).waitFor();
    await tour()
      .getByRole('button', { name: /^Download/ })
      .click({ timeout: maxMs });
    await confirmation().getByText('Free disk space').waitFor();
    await page.keyboard.press('Escape');
    await confirmation().waitFor({ state: 'detached' });
    await tour().getByText('2 of 4').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await tour().getByRole('button', { name: 'Skip' }).click();

    await page.getByRole('link', { name: 'Models', exact: true }).click();
    const known = page.getByRole('list', { name: 'Models to download' }).getByRole('listitem');
    const recommended = known.filter({ hasText: 'Recommended for this computer' });
    await recommended.waitFor();
    await expect.poll(() => known.first().textContent()).toContain('Recommended for this computer');
    expect(hub.requests).toEqual([]);
    expect(await accessibilityProblems(opened)).toEqual([]);
    await recommended.getByRole('button', { name: /^Download/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^License: (MIT|BSD-3-Clause)$/).waitFor();
    await dialog.getByText('Free disk space').waitFor();
    expect(hub.requests).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('says before the download what its license forbids', async () => {
    await page.getByRole('button', { name: 'Download instructblip-vicuna-7b' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Restricted use.').waitFor();
    await dialog.getByText(/Vicuna and LLaMA have their own licenses/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('is refused while the network is switched off', async () => {
    await library.client.settings.set({ networkOff: true });
    await expect(
      library.client.modelDownloads.start({
        repo: `Salesforce/${names[2]}`,
        precision: 'auto',
        keepsCheckpoint: false,
      }),
    ).rejects.toMatchObject({ code: 'NETWORK_OFF' });
    expect(hub.requests).toEqual([]);
    await library.client.settings.set({ networkOff: false });
  });

  it('is shown in the title bar of every page until it is done or removed', async () => {
    const repo = `Salesforce/${names[1]}`;
    const { id } = await library.client.modelDownloads.start({ repo, precision: 'auto', keepsCheckpoint: false });
    await library.client.modelDownloads.pause({ id });
    await page.getByRole('link', { name: 'History', exact: true }).click();
    const status = page.getByRole('banner').getByRole('button', { name: `Model ${names[1]}: Paused` });
    await status.click();
    await page.getByRole('heading', { name: 'Download a model' }).waitFor();
    await expect.poll(focusedName).toBe(`Model ${names[1]}: Paused`);
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.getByRole('button', { name: `Cancel: ${names[1]}` }).click();
    await page.getByText(`The download of ${names[1]} was canceled.`).waitFor();
    await status.waitFor({ state: 'detached' });
  });

  it('is found by the name of its repository: an adapter with its base, and what it does not say is asked for', async () => {
    await page.getByRole('link', { name: 'Models', exact: true }).click();
    await page.getByRole('button', { name: 'Other model…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Download a model by name' });
    await dialog.getByRole('textbox', { name: 'Repository' }).fill('me/orphan');
    hub.requests.length = 0;
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('does not say for which checkpoint', { exact: false }).waitFor();
    await dialog.getByRole('textbox', { name: 'Base checkpoint' }).fill('tiny/blip2-opt');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('License: me/orphan: mit; tiny/blip2-opt: not stated').waitFor();
    expect(hub.requests.filter(({ host }) => host === 'storage')).toEqual([]);
    expect(await accessibilityProblems(opened)).toEqual([]);
    await dialog.getByRole('button', { name: 'Download', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page
      .getByRole('list', { name: 'Installed models' })
      .getByText('orphan', { exact: true })
      .waitFor({ timeout: maxMs });
    await library.client.models.remove({ id: 'orphan' });
  });

  it('is downloaded after one click and one confirmation in the introduction, and captions the person’s own photos', async () => {
    const { models } = await library.client.modelDownloads.known({ measure: false });
    const id = models.find(({ recommended }) => recommended)?.repo.split('/')[1] ?? '';
    const own = join(library.photoFolder, '..', 'own photos');
    await mkdir(own);
    await cp(resolve('resources/demo-photos/Town/IMG_1004.jpg'), join(own, 'first.jpg'));
    await library.client.settings.set({ tourSeen: false });
    await page.getByRole('link', { name: 'Library', exact: true }).click();
    await page.reload();
    await tour().getByRole('button', { name: 'Next' }).click();

    await tour()
      .getByRole('button', { name: `Download ${id}` })
      .click();
    await confirmation().getByRole('button', { name: 'Download', exact: true }).click();

    await page.getByText(`${id} is ready and is now the default for captions.`).waitFor({ timeout: maxMs });
    expect((await library.client.settings.get()).captionModelId).toBe(id);
    const { connections } = await library.client.settings.about();
    expect(connections.some(({ purpose, outcome }) => purpose.includes(id) && outcome === 'done')).toBe(true);
    await tour().getByRole('button', { name: 'Next' }).click();
    await tour().getByRole('button', { name: 'Next' }).click();
    await tour().getByRole('button', { name: 'Add your photos' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add photo folder' });
    await dialog.getByRole('textbox').fill(own);
    await page.keyboard.press('Enter');
    await page
      .getByRole('img', { name: `Written by the model ${id}` })
      .first()
      .waitFor({ timeout: maxMs });
  });

  it('stays in the title bar with the reason when it failed, which leads to where it can be tried again', async () => {
    const { models } = await library.client.modelDownloads.known({ measure: false });
    const name = names
      .slice(1)
      .find((one) => models.some(({ repo, installedIds }) => repo.endsWith(one) && installedIds.length === 0));
    if (name === undefined) throw new Error('both are installed');
    hub.fault = () => ({ status: 403, headers: { 'x-error-code': 'GatedRepo' } });
    await library.client.modelDownloads.start({
      repo: `Salesforce/${name}`,
      precision: 'auto',
      keepsCheckpoint: false,
    });
    const status = page.getByRole('banner').getByRole('button', { name: `Model ${name}: Failed. ` });
    await status.waitFor();
    for (const attribute of ['aria-label', 'title'])
      await expect
        .poll(() => status.getAttribute(attribute))
        .toMatch(/Failed\. The publisher gives these files only to/);
    await page.reload();
    await status.click();
    await expect.poll(focusedName).toBe(`Model ${name}: Failed`);
    // also from further down on the same page
    await page.getByRole('link', { name: 'Models', exact: true }).focus();
    await status.click();
    await expect.poll(focusedName).toBe(`Model ${name}: Failed`);
    expect(await accessibilityProblems(opened)).toEqual([]);

    hub.fault = () => undefined;
    await page.getByRole('button', { name: `Resume: ${name}` }).click();
    await page.getByText(`${name} is ready.`, { exact: true }).waitFor({ timeout: maxMs });
    await page
      .getByRole('banner')
      .getByRole('button', { name: `Model ${name}` })
      .waitFor({ state: 'detached' });
    expect(opened.complaints).toEqual([]);
  });
});
