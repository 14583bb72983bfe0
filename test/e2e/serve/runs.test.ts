/** @file The pages of runs, and the queue, in a browser. */
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { present } from '../../support/present.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(() => library[Symbol.asyncDispose]());
afterEach(() => opened[Symbol.asyncDispose]());

async function open(hash: string): Promise<void> {
  opened = await openPage(library, hash);
  page = opened.page;
}

const runs = () => page.getByRole('list', { name: 'History' }).getByRole('listitem');

/** A run that is listed, whatever the tests before left: single edits are not. */
async function addTag(tag: string): Promise<void> {
  await library.client.tags.edit({ selection: { query: '' }, operation: { type: 'add', paths: [tag] } });
}

describe('runs', () => {
  it('teaches what a run is while there is none', async () => {
    await open('#/runs');
    await page.getByRole('heading', { name: 'No history yet' }).waitFor();
  });

  it('wait while the queue is held, are done when it goes on, and what they wrote is undone', async () => {
    await library.client.library.pauseQueue({ paused: true });
    await library.client.runs.caption({ selection: { query: '' } });
    await open('#/runs');
    await page.getByRole('button', { name: /^Queue: paused, 6 left/ }).click();
    const panel = page.getByRole('dialog', { name: 'Queue' });
    await panel.getByText('The queue is paused.').waitFor();
    await panel.getByText('0 of 6').waitFor();
    await panel.getByRole('button', { name: 'Resume all', exact: true }).click();
    await panel.getByText('Queue is empty').waitFor({ timeout: 60_000 });
    await page.keyboard.press('Escape');

    const run = runs().filter({ hasText: 'Caption photos' });
    await run.getByText('6 of 6').waitFor();
    await run.getByText('Done').waitFor();
    await run.getByRole('button', { name: 'Details of Caption photos' }).click();
    await run.getByText('a photo of').waitFor();
    const undo = run.getByRole('button', { name: 'Undo' });
    await expect.poll(() => undo.getAttribute('title')).toContain('Removes the captions from this run');
    await undo.click();
    await page.getByText('6 changes undone.').waitFor();
    await run.first().getByText('Undone').or(runs().nth(1).getByText('Undone')).first().waitFor();
    expect((await library.client.library.overview()).counts.captioned).toBe(0);
  });

  it('that wait can be ended from the panel of the queue', async () => {
    await library.client.library.pauseQueue({ paused: true });
    await library.client.runs.ask({ selection: { query: '' }, questions: ['what color is the boat?'] });
    await open('#/runs');
    await runs().first().waitFor();
    await page.keyboard.press('q');
    const panel = page.getByRole('dialog', { name: 'Queue' });
    await panel.getByRole('button', { name: 'Cancel Ask: what color is the boat?' }).click();
    await page.getByText('Canceled. Finished results are kept.').waitFor();
    await panel.getByText('Queue is empty').waitFor();
    await runs().filter({ hasText: 'Ask:' }).getByText('Canceled').waitFor();
    await library.client.library.pauseQueue({ paused: false });
  });

  it('are counted in the sidebar as soon as they end', async () => {
    await open('#/library');
    await page.getByRole('button', { name: 'Without caption 6' }).waitFor();
    // No timer of the page goes off any more.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const { runId } = await library.client.runs.caption({ selection: { query: '' } });
    await page.getByRole('button', { name: /^Without caption/ }).waitFor({ state: 'detached', timeout: 60_000 });
    await library.client.runs.revert({ runId: present(runId) });
  });

  it('are shown by kind, single edits only when asked for', async () => {
    await addTag('boat');
    await library.client.photos.writeCaption({ photoId: library.photoId('IMG_1000.jpg'), text: 'mine' });
    await open('#/runs');
    await runs().first().waitFor();
    await expect.poll(() => runs().filter({ hasText: 'Edit caption' }).count()).toBe(0);
    await page.getByRole('checkbox', { name: 'Include single edits' }).check();
    await runs().filter({ hasText: 'Edit caption' }).waitFor();
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'Edit', exact: true }).click();
    await expect.poll(() => runs().count()).toBe(1);
    expect(opened.complaints).toEqual([]);
  });

  it('are undone by a key after a reload, too, and say their names, and redone', async () => {
    const captionOf = async () =>
      (await library.client.photos.details({ id: library.photoId('IMG_1000.jpg') })).caption?.text;
    await addTag('sand');
    await library.client.photos.writeCaption({
      photoId: library.photoId('IMG_1000.jpg'),
      text: 'not done by this page',
    });
    await open('#/runs');
    await runs().first().waitFor();
    await page.keyboard.press('Control+k');
    const named = page.getByRole('option', { name: 'Undo “Edit caption”' });
    await named.waitFor();
    await page.keyboard.press('Escape');
    // Until it is gone, the key belongs to the palette's field, which outlives its list.
    await page.getByRole('combobox', { name: 'Command palette' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await page.getByText('Undone: Edit caption').waitFor();
    await expect.poll(captionOf).not.toBe('not done by this page');
    await page.reload();
    await runs().first().waitFor();
    await page.keyboard.press('Control+Shift+z');
    await page.getByText('Redone: Edit caption').waitFor();
    await expect.poll(() => captionOf()).toBe('not done by this page');
    await page.keyboard.press('Control+z');
    await page.getByText('Undone: Edit caption').waitFor();
    await expect.poll(() => captionOf()).not.toBe('not done by this page');
  });

  it('and all that can be done with them stay in sight at 200 % zoom', async () => {
    await addTag('sea');
    await open('#/runs');
    await page.setViewportSize({ width: 640, height: 400 });
    await runs().first().waitFor();
    const boxesOf = (part: Locator) =>
      part.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    const names = await boxesOf(runs().locator('.name'));
    const buttons = await boxesOf(runs().getByRole('button', { name: 'Undo', exact: true }));
    expect(Math.min(...names.map(({ width }) => width))).toBeGreaterThan(80);
    expect(Math.min(...buttons.map(({ width }) => width))).toBeGreaterThan(50);
    expect(Math.max(...[...names, ...buttons].map(({ right }) => right))).toBeLessThanOrEqual(640);
    expect(buttons).not.toEqual([]);
  });

  it('lead to their photos', async () => {
    await library.client.runs.caption({ selection: { query: '' } });
    await open('#/runs');
    await runs()
      .filter({ hasText: 'Caption photos' })
      .last()
      .getByRole('button', { name: 'Photos', exact: true })
      .click();
    await page.getByRole('combobox', { name: 'Filter photos' }).waitFor();
    await expect.poll(() => page.getByRole('combobox', { name: 'Filter photos' }).inputValue()).toMatch(/^run:\d+$/);
  });

  it('that are not there are said to be so', async () => {
    await open('#/run/999');
    await page.getByRole('heading', { name: 'Run not found' }).waitFor();
  });

  it('have no problem that axe finds, list and queue', async () => {
    await addTag('listed');
    await open('#/runs');
    await runs().first().waitFor();
    await runs()
      .first()
      .getByRole('button', { name: /^Details/ })
      .click();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.keyboard.press('q');
    await page.getByRole('dialog', { name: 'Queue' }).waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});
