/** @file Narrowing down photos by the values that they have: by pointer and by keys, in the text of the query. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  library = await serveLibrary(['Coast', 'Town']);
  const { client, app } = library;
  // The clock of the camera: three at the end of 2019, one at the beginning of 2024, the others in May of that year.
  const date = app.catalog.connection.prepare('UPDATE photo SET taken_local = ?, taken_at_ms = ? WHERE id = ?');
  const ids = [...(await client.photos.list(everything).then(idsOf))];
  for (const [index, id] of ids.entries()) {
    const day = index < 3 ? '2019-12-31' : index === 3 ? '2024-01-01' : '2024-05-04';
    date.run(`${day}T12:00:00`, Date.parse(`${day}T12:00:00Z`), id);
  }
  for (const [names, paths] of [
    [['IMG_1000.jpg', 'IMG_1004.jpg', 'IMG_1005.jpg'], ['boat']],
    [['IMG_1000.jpg', 'IMG_1009.jpg'], ['kite']],
  ] as const) {
    const photoIds = names.map((name) => library.photoId(name));
    await client.tags.edit({ selection: { photoIds }, operation: { type: 'add', paths: [...paths] } });
  }
});
afterAll(() => library[Symbol.asyncDispose]());

const everything = { query: '', order: 'taken', descending: true } as const;

function idsOf({ ids }: { ids: string }): number[] {
  const bytes = Buffer.from(ids, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
}

const panel = () => page.getByRole('group', { name: 'Filter by value' });
const facet = (name: string) => panel().getByRole('listbox', { name, exact: true });
const value = (name: string, words: string | RegExp) => facet(name).getByRole('option', { name: words });
const values = (name: string) =>
  facet(name)
    .getByRole('option')
    .evaluateAll((options) => options.map((option) => option.getAttribute('aria-label')));
const chosen = (name: string) =>
  facet(name)
    .locator('[aria-selected="true"]')
    .evaluateAll((options) => options.map((option) => option.getAttribute('aria-label')));
const query = () => page.getByRole('combobox', { name: 'Filter photos' }).inputValue();

async function open(): Promise<void> {
  opened = await openPage(library, '#/library');
  page = opened.page;
  await page.getByRole('listbox', { name: 'Photos', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Show values to filter by' }).click();
  await facet('Tag').waitFor();
}

describe('the facets', () => {
  beforeEach(() => open());
  afterEach(() => opened[Symbol.asyncDispose]());

  it('narrow the photos down by what is pressed, and say so in the text of the query', async () => {
    await expect.poll(() => values('Tag')).toEqual(['boat, 3 photos', 'kite, 2 photos', 'None, 8 photos']);
    await value('Tag', /^boat/).click();
    await expect.poll(query).toBe('tag:=boat');
    await page.locator('.count', { hasText: '3 photos' }).first().waitFor();
    await expect.poll(() => chosen('Tag')).toEqual(['boat, 3 photos']);
    // The others say what they would find beside it.
    await value('Tag', /^kite/).click();
    await expect.poll(query).toBe('tag:=boat OR tag:=kite');
    await page.locator('.count', { hasText: '4 photos' }).first().waitFor();
    await value('Folder', /Town/).click();
    await expect.poll(query).toMatch(/^\(tag:=boat OR tag:=kite\) folder:=.*Town$/);
    await value('Tag', /^boat/).click();
    await value('Tag', /^kite/).click();
    await expect.poll(query).toMatch(/^folder:=.*Town$/);
    await page.goBack();
    await expect.poll(query).toMatch(/^tag:=kite folder:=.*Town$/);
  });

  it('are worked with the keys alone', async () => {
    await facet('Tag').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect.poll(query).toBe('tag:=kite');
    await expect.poll(() => chosen('Tag')).toEqual(['kite, 2 photos']);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(query).toBe('tag:=kite OR tag:=boat');
    await page.keyboard.press('Tab');
    await expect.poll(() => facet('Tag').evaluate((list) => list === document.activeElement)).toBe(false);
    await page.getByRole('listbox', { name: 'Photos', exact: true }).focus();
    await page.keyboard.press('Shift+F');
    await panel().waitFor({ state: 'detached' });
  });

  it('show the months of a year that is opened', async () => {
    const years = ['2024, 9 photos', '2019, 3 photos'];
    await expect.poll(() => values('Date taken')).toEqual(years);
    await facet('Date taken').focus();
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => values('Date taken'))
      .toEqual(['2024, 9 photos', 'May 2024, 8 photos', 'January 2024, 1 photo', '2019, 3 photos']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => values('Date taken')).toEqual(years);
    await value('Date taken', /^2019/).locator('.fold').click();
    await value('Date taken', 'December 2019, 3 photos').click();
    await expect.poll(query).toBe('taken:2019-12');
  });

  it('stay open, and follow what changes in the library', async () => {
    await page.reload();
    await facet('Tag').waitFor();
    const photoIds = [library.photoId('IMG_1025.jpg')];
    const { runId } = await library.client.tags.edit({
      selection: { photoIds },
      operation: { type: 'add', paths: ['harbour'] },
    });
    await value('Tag', 'harbour, 1 photo').waitFor();
    if (runId !== null) await library.client.runs.revert({ runId });
    await value('Tag', /harbour/).waitFor({ state: 'detached' });
  });
});

it('the facets have no problem that axe finds, and say so where no photo has a value', async () => {
  await open();
  await using _ = opened;
  await value('Tag', /^boat/).click();
  await expect.poll(() => chosen('Tag')).toEqual(['boat, 3 photos']);
  expect(await accessibilityProblems(opened)).toEqual([]);
  await page.getByRole('combobox', { name: 'Filter photos' }).fill('zeppelin');
  await page.getByText('The photos shown have no values to filter by.').waitFor();
  expect(opened.complaints).toEqual([]);
});
