/** @file The table of a run's answers in a browser: values of a column, the filter that tags respect, keys, and persons' answers. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
let runId: number;
let photoIds: number[];
const question = 'what color is the sky?';

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  const { answers, runs, connection } = library.app.catalog;
  photoIds = connection.prepare<[], number>('SELECT id FROM photo ORDER BY name_order').pluck().all();
  runId = runs.within({ kind: 'ask', description: { kind: 'ask', question, more: 0 } }, (id) => {
    const questionId = answers.questionId(question);
    // The last photo has none.
    for (const [index, photoId] of photoIds.slice(0, -1).entries()) {
      const blue = [0.9, 0.55, 0.7][index % 3] ?? 0;
      const choices = [
        { text: 'blue', probability: index % 2 === 0 ? blue : 1 - blue },
        { text: 'grey', probability: index % 2 === 0 ? 1 - blue : blue },
      ];
      answers.add(photoId, questionId, id, { text: index % 2 === 0 ? 'blue' : 'grey', source: 'model', choices });
    }
    answers.add(photoIds.at(-1) ?? 0, answers.questionId('how many boats?'), id, { text: '2', source: 'model' });
    return id;
  });
  opened = await openPage(library, `#/run/${runId}`);
  page = opened.page;
  await grid().waitFor();
  await expect.poll(() => column(1)).not.toContain('');
});
afterEach(async () => {
  await opened[Symbol.asyncDispose]();
  await library.client.runs.revert({ runId });
});

const grid = () => page.getByRole('grid', { name: 'Answers by photo' });
const cell = (row: number, of: number) =>
  grid()
    .locator(`[aria-rowindex="${row + 2}"] [role=gridcell]`)
    .nth(of);
/** Of the answers, in the order of the rows, without what else a cell says. */
const column = async (of: number) =>
  (
    await grid()
      .locator(`[role=row] [role=gridcell]:nth-child(${of + 1}) :is(.text, .none)`)
      .allInnerTexts()
  ).map((text) => text.trim());
const current = () => grid().getAttribute('aria-activedescendant');

describe('the values of a column', () => {
  it('are counted, and those that are checked are shown, found and turned into tags', async () => {
    await page.getByRole('button', { name: `Values: ${question}` }).click();
    const values = page.getByRole('dialog', { name: `Values: ${question}` });
    await expect
      .poll(() => values.getByRole('listitem').allInnerTexts())
      .toEqual(['blue\n3', 'grey\n2', 'No answer\n1', 'Unsure\n2']);
    await values.getByRole('checkbox', { name: /grey/ }).check();
    await expect.poll(() => column(1)).toEqual(['grey', 'grey']);
    await values.getByRole('checkbox', { name: /No answer/ }).check();
    await expect.poll(() => column(1)).toEqual(['grey', 'grey', '–']);
    await values.getByRole('checkbox', { name: /No answer/ }).uncheck();
    await values.getByRole('button', { name: 'High confidence first' }).click();
    await expect.poll(() => grid().locator('.confidence').allInnerTexts()).toEqual(['90%', '55%']);
    await page.keyboard.press('Escape');
    await page.getByText(`2 of ${photoIds.length} photos`).waitFor();

    await page.getByRole('button', { name: 'Convert to tags…' }).click();
    const drawer = page.getByRole('complementary', { name: 'Convert answers to tags' });
    await drawer.getByText(`Only the 2 of ${photoIds.length} photos that the table shows are tagged.`).waitFor();
    await expect.poll(() => drawer.getByRole('row').count()).toBe(2);
    await drawer.getByRole('button', { name: 'Preview' }).click();
    await drawer.getByText('2 photos will change').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => drawer.getByRole('row').count()).toBe(3);
    // What was previewed is not what would be done any more.
    await drawer.getByRole('button', { name: 'Preview' }).click();
    await drawer.getByText('5 photos will change').waitFor();
    expect(opened.complaints).toEqual([]);
  });
});

describe('keys in the table', () => {
  it('go from cell to cell, select a block, and open the photo', async () => {
    await grid().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(current).toBe(`answer-${photoIds[1]}-1`);
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => grid().locator('[role=gridcell][aria-selected=true]').count()).toBe(2);
    await page.keyboard.press('Escape');
    await expect.poll(() => cell(2, 1).getAttribute('aria-selected')).toBe('true');
    await expect.poll(() => cell(1, 1).getAttribute('aria-selected')).toBe('false');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain(`#/photo/${photoIds[2]}`);
  });
});

describe.each(['dark', 'light'] as const)('the table in %s colours', (colorScheme) => {
  it('has no problem that axe finds', { timeout: 60_000 }, async () => {
    await using other = await openPage(library, `#/run/${runId}`, colorScheme);
    await other.page.getByRole('gridcell').nth(3).waitFor();
    await other.page.getByRole('button', { name: `Values: ${question}` }).click();
    await other.page.getByRole('checkbox', { name: /Unsure/ }).check();
    expect(await accessibilityProblems(other)).toEqual([]);
  });
});
