/** @file A pilot in a browser, with the bundled model: what work will cost, twelve photos first, other words, and the rest. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { present } from '../../support/present.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';
import { documentedCount, Walk } from './walk.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
const photoCount = 18;
const sample = 12;
const maxMs = 120_000;

beforeAll(async () => {
  library = await serveLibrary(['Coast', 'Town', 'Winter']);
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  await library.client.settings.set({ language: 'en' });
  opened = await openPage(library, '#/library');
  page = opened.page;
  await page.getByRole('listbox', { name: 'Photos' }).getByRole('option').nth(5).waitFor();
});
afterEach(() => opened[Symbol.asyncDispose]());

const dialog = () => page.getByRole('dialog');
const table = () => page.getByRole('table', { name: 'Results by photo' });
const settings = () => page.getByRole('region', { name: 'Settings' });
const toast = (text: string | RegExp) => page.getByRole('status').getByText(text);

async function selectAll(): Promise<void> {
  await page.keyboard.press('Control+a');
  await page.getByText(`${photoCount} selected`).waitFor();
}

async function idle(): Promise<void> {
  await eventually(async () => {
    const runs = await library.client.runs.list({});
    if (runs.some(({ state }) => state === 'running')) throw new Error('still running');
  }, maxMs);
}

async function newestRun() {
  const [run] = await library.client.runs.list({ limit: 1 });
  return present(run);
}

async function captioned(): Promise<number> {
  return (await library.client.library.overview()).counts.captioned;
}

describe('a pilot', () => {
  it('of twelve and then the rest takes four keys, asks no photo twice, and is undone in one step', async () => {
    const walk = new Walk(page);
    await walk.press('Control+a', 'Shift+C');
    await dialog().getByText(`${photoCount} photos to do`).waitFor();
    await walk.press('Control+Enter');
    await page.getByRole('heading', { name: `Pilot: ${sample} of ${photoCount} photos` }).waitFor();
    await settings()
      .getByRole('button', { name: `Caption the remaining ${photoCount - sample}` })
      .waitFor();
    await walk.press('Control+Enter');
    await toast(`Captioning ${photoCount - sample} photos.`).waitFor();
    expect(walk.count).toBe(documentedCount('Try a caption run on 12 photos, then do the rest'));
    await idle();
    const run = await newestRun();
    expect(run).toMatchObject({ done: photoCount, total: photoCount, failed: 0 });
    await expect.poll(captioned).toBe(photoCount);
    await settings().getByText('All photos are done with these settings.').waitFor();
    await table().getByRole('button', { name: 'Undo' }).click();
    await expect.poll(captioned).toBe(0);
  });

  it('shows results as they come, compares other words beside them, survives a reload, and forgets what was not chosen', async () => {
    await selectAll();
    await page.getByRole('button', { name: 'Caption', exact: true }).click();
    await dialog().getByRole('button', { name: 'Try on 12 first' }).click();
    await expect.poll(() => table().getByRole('row').count(), { timeout: maxMs }).toBe(sample + 1);
    await idle();
    const cells = () => table().getByRole('cell').allInnerTexts();
    await expect.poll(async () => (await cells()).filter((text) => /waiting|no result/i.test(text))).toEqual([]);
    const first = await cells();
    expect(first).toHaveLength(sample);

    await settings().getByRole('combobox', { name: 'Preset' }).click();
    await page.getByRole('option', { name: 'Custom prompt' }).click();
    await settings().getByRole('textbox', { name: 'Prompt' }).fill('a picture of');
    await settings()
      .getByRole('button', { name: `Caption all ${photoCount}` })
      .waitFor();
    await settings().getByRole('button', { name: 'Try on these 12' }).click();
    await expect.poll(() => table().getByRole('columnheader').count()).toBe(3);
    // At 200 % the table stands below the settings, which are as wide as they need to be.
    await page.setViewportSize({ width: 640, height: 400 });
    for (const choice of await settings().getByRole('combobox').all())
      await expect.poll(async () => (await choice.boundingBox())?.width).toBeGreaterThan(60);
    await page.setViewportSize({ width: 1280, height: 860 });
    await idle();

    await page.reload();
    await table().waitFor();
    await expect.poll(async () => (await cells()).length, { timeout: maxMs }).toBe(2 * sample);
    expect((await cells()).filter((_, index) => index % 2 === 0)).toEqual(first);
    // The newest settings are shown, and count.
    await settings()
      .getByRole('button', { name: `Caption the remaining ${photoCount - sample}` })
      .waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);

    await table().getByRole('columnheader').nth(1).getByRole('button', { name: 'Use these settings' }).click();
    await settings().getByRole('button', { name: 'Undo the other attempts' }).click();
    await toast('Undid 1 attempt.').waitFor();
    await table().getByRole('columnheader').nth(2).getByText('Undone').waitFor();
    await expect.poll(captioned).toBe(sample);
    const { attempts } = await library.client.pilots.get({ pilotId: Number(page.url().split('/').at(-1)) });
    expect(attempts.map(({ run }) => run.revertedByRunId !== null)).toEqual([false, true]);

    // The run leads back to it.
    await page.goto(page.url().replace(/#.*/, `#/run/${attempts[0]?.run.id}`));
    await page.getByRole('button', { name: 'Pilot' }).click();
    await page.getByRole('heading', { name: /^Pilot: 12 of/ }).waitFor();
    await library.client.runs.revert({ runId: present(attempts[0]).run.id });
  });

  it('that was changed a moment ago tries what it says now, and not all photos', async () => {
    await selectAll();
    await page.keyboard.press('Shift+C');
    await dialog().getByText(`${photoCount} photos to do`).waitFor();
    await page.keyboard.press('Control+Enter');
    await idle();
    await settings().getByRole('combobox', { name: 'Preset' }).click();
    await page.getByRole('option', { name: 'Custom prompt' }).click();
    const prompt = settings().getByRole('textbox', { name: 'Prompt' });
    await prompt.fill('a picture of');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => table().getByRole('columnheader').count()).toBe(3);
    await settings()
      .getByRole('button', { name: /the remaining/ })
      .waitFor();
    await prompt.fill('a drawing of');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => table().getByRole('columnheader').count()).toBe(4);
    await idle();
    const runs = await library.client.runs.list({ limit: 3 });
    expect(runs.map(({ total }) => total)).toEqual([sample, sample, sample]);
    for (const { id } of runs) await library.client.runs.revert({ runId: id });
  });

  it('of questions shows the answers, and in Chinese everything is Chinese', async () => {
    await library.client.settings.set({ language: 'zh' });
    await page.reload();
    await page.getByRole('listbox', { name: '照片' }).getByRole('option').nth(5).waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Shift+A');
    await dialog().getByRole('textbox', { name: '问题' }).fill('what is in the picture?');
    await dialog().getByText(`待处理 ${photoCount} 张照片`).waitFor();
    await dialog().getByRole('button', { name: '先试 12 张' }).click();
    await page.getByRole('heading', { name: `试运行：${photoCount} 张照片中的 ${sample} 张` }).waitFor();
    await idle();
    await page.getByRole('button', { name: `向其余 ${photoCount - sample} 张提问` }).waitFor();
    const said = await page.getByRole('main').textContent();
    expect(said).not.toMatch(/\b(?:attempt|settings|photos?|remaining|results?|about|undo)\b/i);
    expect(await accessibilityProblems(opened)).toEqual([]);
  });

  it('that is gone says so', async () => {
    await page.goto(page.url().replace(/#.*/, '#/pilot/999'));
    await page.getByText('This pilot is gone').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});

it('the estimate follows the form, and few photos are not offered to be tried first', async () => {
  await page.getByRole('listbox', { name: 'Photos' }).getByRole('option').first().click();
  await page.keyboard.press('Shift+A');
  const estimate = dialog().getByRole('group', { name: 'Estimate' });
  await expect.poll(() => estimate.count()).toBe(0);
  const questions = dialog().getByRole('textbox', { name: 'Questions' });
  await questions.fill('is it day?');
  await estimate.getByText('1 answer for 1 photo to do').waitFor();
  await questions.fill('is it day?\nis it raining?');
  await estimate.getByText('2 answers for 1 photo to do').waitFor();
  await expect.poll(() => dialog().getByRole('button', { name: /first/ }).count()).toBe(0);
});
