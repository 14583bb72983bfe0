/** @file From the page of models to a caption by a downloaded model, in a browser, against a hub on this machine. Its checkpoints are small: a real one has gigabytes. */
import { resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { filesOf, type HubServer, startHub } from '../../support/hubServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { accessibilityProblems, type OpenedPage, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';

const longestMs = 90_000;
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
  library = resources.use(await serveLibrary(['Coast']));
  opened = resources.use(await openPage(library, '#/models'));
  page = opened.page;
}, longestMs);
afterAll(() => resources.disposeAsync());

describe('a model from the hub', () => {
  it('is recommended for this machine, and confirmed once before anything is fetched', async () => {
    const known = page.getByRole('list', { name: 'Models to download' }).getByRole('listitem');
    const recommended = known.filter({ hasText: 'Recommended for this machine' });
    await recommended.waitFor({ timeout: longestMs });
    expect(await known.first().textContent()).toContain('Recommended for this machine');
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
    await dialog.getByText(/Vicuna and LLaMA have licenses of their own/).waitFor();
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
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    const status = page.getByRole('banner').getByRole('button', { name: `Model ${names[1]}: Paused` });
    await status.click();
    await page.getByRole('heading', { name: 'Download a model' }).waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await library.client.modelDownloads.cancel({ id });
    await status.waitFor({ state: 'detached' });
  });

  it('is downloaded after one click and one confirmation, writes by default where only the demo was there, and captions', async () => {
    const id = names[2] ?? '';
    await page.getByRole('button', { name: `Download ${id}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Download', exact: true }).click();
    await page.getByText(`${id} is ready, and writes captions by default now.`).waitFor({ timeout: longestMs });
    expect((await library.client.settings.get()).captionModelId).toBe(id);
    const { models } = await library.client.modelDownloads.known({ measure: false });
    expect(models.find(({ repo }) => repo === `Salesforce/${id}`)?.installedIds).toEqual([id]);
    const { connections } = await library.client.settings.about();
    expect(connections.some(({ purpose, outcome }) => purpose.includes(id) && outcome === 'done')).toBe(true);
    expect((await library.client.library.overview()).counts.captioned).toBe(0);
    await library.client.runs.caption({ selection: { query: '' } });
    await eventually(async () => {
      if ((await library.client.library.overview()).counts.captioned === 0) throw new Error('not captioned yet');
    }, longestMs);
    expect(opened.complaints).toEqual([]);
  });
});
