/** @file Photos by date: the headings above them, selecting all of a date, and the timeline beside them. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeIds } from '../../../renderer/state/photoIds.ts';
import { eventually } from '../../support/eventually.ts';
import { accessibilityProblems, noticeButton, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

/** The newest first, as they are listed. */
const days = [
  ...Array.from({ length: 5 }, () => '2024-05-04'),
  ...Array.from({ length: 4 }, () => '2024-05-01'),
  '2023-12-24',
  '2023-12-03',
  '2019-07-01',
];

beforeAll(async () => {
  library = await serveLibrary(['Coast', 'Town']);
  const { connection } = library.app.catalog;
  const date = connection.prepare('UPDATE photo SET taken_local = ?, taken_at_ms = ? WHERE id = ?');
  const { ids } = await library.client.photos.list({ query: '', order: 'name', descending: false });
  for (const [index, id] of [...decodeIds(ids)].entries()) {
    const day = days[index] ?? '2019-07-01';
    date.run(`${day}T12:00:00`, Date.parse(`${day}T12:00:00Z`) - index, id);
  }
});
afterAll(() => library[Symbol.asyncDispose]());

const grid = () => page.getByRole('listbox', { name: 'Photos', exact: true });
const timeline = () => page.getByRole('slider', { name: 'Timeline' });
const headings = () => grid().locator('.heading .date').allTextContents();
const heading = (words: string) => grid().locator('.heading', { hasText: words });
const selectedCount = () => grid().locator('[role=option][aria-selected="true"]').count();

async function open(height = 420): Promise<void> {
  opened = await openPage(library, '#/library');
  page = opened.page;
  await page.setViewportSize({ width: 1000, height });
  await grid().getByRole('option').first().waitFor();
}

describe('photos by date', () => {
  afterEach(() => opened[Symbol.asyncDispose]());

  it('stand under their days, or under the month where its days have few', async () => {
    await open(2000);
    await expect
      .poll(headings)
      .toEqual(['Saturday, May 4, 2024', 'Wednesday, May 1, 2024', 'December 2023', 'Monday, July 1, 2019']);
    await expect.poll(() => grid().getByRole('group', { name: 'December 2023' }).count()).toBe(1);
    await page.goto(`${page.url().split('#')[0]}#/library?order=name&asc=`);
    await expect.poll(headings).toEqual([]);
  });

  it('are selected all of a date by its box, and by key', async () => {
    await open(2000);
    await heading('May 1').locator('.box').click();
    await expect.poll(selectedCount).toBe(4);
    await heading('December').locator('.box').click();
    await expect.poll(selectedCount).toBe(6);
    await heading('May 1').locator('.box').click();
    await expect.poll(selectedCount).toBe(2);
    await expect.poll(() => heading('December').getAttribute('data-selected')).toBe('all');
    await grid().focus();
    await page.keyboard.press('Home');
    await expect.poll(() => heading('May 4').getAttribute('data-selected')).toBe('some');
    await page.keyboard.press('Control+Shift+Space');
    await expect.poll(selectedCount).toBe(5);
    await page.keyboard.press('Control+Shift+Space');
    await expect.poll(selectedCount).toBe(0);
  });
});

describe('a rectangle drawn with the mouse', () => {
  afterEach(() => opened[Symbol.asyncDispose]());

  const boxOf = async (index: number) => {
    const box = await grid().locator(`[data-index="${index}"]`).boundingBox();
    if (box === null) throw new Error(`photo ${index} is not drawn`);
    return box;
  };

  it('selects the photos that it touches, and with Control adds them', async () => {
    await open(2000);
    await page.setViewportSize({ width: 1800, height: 2000 });
    // The first two then lie beside each other.
    await expect.poll(async () => (await boxOf(1)).y - (await boxOf(0)).y).toBe(0);
    const [first, second] = [await boxOf(0), await boxOf(1)];
    // From the gap between the two.
    await page.mouse.move((first.x + first.width + second.x) / 2, first.y + 20);
    await page.mouse.down();
    await page.mouse.move(first.x + 20, first.y + 60, { steps: 4 });
    await expect.poll(selectedCount).toBe(1);
    await page.locator('.band').waitFor();
    await page.mouse.move(second.x + 20, first.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.locator('.band').waitFor({ state: 'detached' });
    await expect.poll(() => grid().locator('[aria-selected="true"]').getAttribute('data-index')).toBe('1');
    await page.keyboard.down('Control');
    await page.mouse.move((first.x + first.width + second.x) / 2, first.y + 20);
    await page.mouse.down();
    await page.mouse.move(first.x + 20, first.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Control');
    await expect.poll(selectedCount).toBe(2);
  });

  it('scrolls the list at its edge', async () => {
    await open();
    const box = await grid().boundingBox();
    if (box === null) throw new Error('there is no grid');
    await page.mouse.move(box.x + 4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height + 40, { steps: 4 });
    await expect
      .poll(() => grid().evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop))
      .toBeLessThan(4);
    await page.mouse.up();
    await page.keyboard.press('Escape');
    await expect.poll(selectedCount).toBe(0);
  });
});

describe('the timeline', () => {
  beforeEach(() => open());
  afterEach(() => opened[Symbol.asyncDispose]());

  const here = () => timeline().getAttribute('aria-valuetext');
  const scrolled = () => grid().evaluate(({ scrollTop }) => scrollTop);

  it('says where one is while the list scrolls', async () => {
    await expect.poll(here).toBe('May 2024');
    await grid().focus();
    await page.keyboard.press('End');
    await expect.poll(here).toBe('July 2019');
  });

  it('leads by key from month to month and from year to year', async () => {
    await timeline().focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(here).toBe('December 2023');
    await page.keyboard.press('PageDown');
    await expect.poll(here).toBe('July 2019');
    await page.keyboard.press('PageUp');
    await expect.poll(here).toBe('December 2023');
    await expect.poll(scrolled).toBeGreaterThan(50);
    await page.keyboard.press('PageUp');
    await expect.poll(here).toBe('May 2024');
    await expect.poll(scrolled).toBeLessThan(20);
  });

  it('leads where it is pressed and dragged', async () => {
    const box = await timeline().boundingBox();
    if (box === null) throw new Error('there is no timeline');
    const x = box.x + box.width / 2;
    await page.mouse.move(x, box.y + box.height - 1);
    await page.mouse.down();
    const end = () => grid().evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
    await expect.poll(end).toBeLessThan(12);
    await page.mouse.move(x, box.y + 1, { steps: 5 });
    await page.mouse.up();
    await expect.poll(scrolled).toBeLessThan(20);
    await page.mouse.move(x, box.y + box.height - 1);
    await expect.poll(scrolled).toBeLessThan(20);
  });
});

it('photos by date have no problem that axe finds, whatever stands below them', async () => {
  await open();
  await using _ = opened;
  await timeline().waitFor();
  await heading('May 4').locator('.box').click();
  await expect.poll(selectedCount).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Show below photos' }).click();
  const fields = page.getByRole('dialog', { name: 'Show below photos' });
  for (const field of await fields.getByRole('checkbox').all()) await field.check();
  await page.keyboard.press('Escape');
  const nameOf = () => grid().getByRole('option').first().getAttribute('aria-label');
  await expect.poll(nameOf).toMatch(/IMG_\d+\.\w+.* × .*photos\/Coast/);
  expect(await accessibilityProblems(opened)).toEqual([]);
  await page.getByRole('button', { name: 'Show below photos' }).click();
  await fields.getByRole('checkbox', { name: 'File name' }).uncheck();
  await page.keyboard.press('Escape');
  await expect.poll(nameOf).toMatch(/ × .*photos\/Coast.*IMG_\d+\.\w+/);
  expect(await accessibilityProblems(opened)).toEqual([]);
  expect(opened.complaints).toEqual([]);
});

describe('stacks', () => {
  const tiles = () => grid().getByRole('option').count();
  const first = () => grid().getByRole('option').first();
  const badge = () => grid().locator('[data-stack]').first();
  const found = (words: string) => page.getByText(words, { exact: true }).waitFor();

  beforeAll(async () => {
    const { catalog, stacks } = library.app;
    // Else their own hashes come later.
    await eventually(() => expect(catalog.photos.withoutLooks(0, 1)).toEqual([]));
    const burst = await library.client.photos.list({ query: 'folder:Coast', order: 'taken', descending: true });
    const alike = catalog.connection.prepare(
      `UPDATE photo SET perceptual_hash = zeroblob(8), taken_local = '2024-05-05T12:00:00', taken_at_ms = ? WHERE id = ?`,
    );
    for (const id of decodeIds(burst.ids).slice(0, 3)) alike.run(Date.parse('2024-05-05T12:00:00Z'), id);
    await stacks.update();
  });

  it('are folded and unfolded in place, and are selected whole', async () => {
    await open(2000);
    await expect.poll(tiles).toBe(days.length);
    await page.getByRole('button', { name: 'Collapse stacks' }).click();
    await expect.poll(tiles).toBe(days.length - 2);
    await found('12 photos, 1 stack');
    await expect.poll(() => heading('2024').first().textContent()).toMatch(/May 2024\s*9$/);
    await first().click();
    await found('3 selected in 1 stack');
    await page.keyboard.down('Control');
    await grid().getByRole('option').nth(1).click();
    await page.keyboard.up('Control');
    await found('4 selected, 3 in 1 stack');
    expect(await accessibilityProblems(opened)).toEqual([]);
    await badge().click();
    await expect.poll(tiles).toBe(days.length);
    for (const place of ['1/3', '2/3', '3/3']) await grid().locator(`[data-stack="${place}"]`).waitFor();
    await grid().getByRole('option').nth(2).click();
    const name = () => first().getAttribute('data-photo');
    const third = await grid().getByRole('option').nth(2).getAttribute('data-photo');
    await page.keyboard.press('Shift+S');
    await expect.poll(name).toBe(third);
    await page.keyboard.press('s');
    await expect.poll(tiles).toBe(days.length - 2);
    await found('3 selected in 1 stack');
    await page.keyboard.press('Control+Shift+G');
    await expect.poll(tiles).toBe(days.length);
    await noticeButton(page, 'Unstacked 3 photos.', 'Undo').click();
    await expect.poll(tiles).toBe(days.length - 2);
    expect(opened.complaints).toEqual([]);
    await opened[Symbol.asyncDispose]();
  });

  it('are put together by hand', async () => {
    await open(2000);
    await grid().getByRole('option').nth(6).click();
    await grid()
      .getByRole('option')
      .nth(7)
      .click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+G');
    // Those that were found by themselves are folded, too.
    await expect.poll(tiles).toBe(days.length - 3);
    await found('2 selected in 1 stack');
    const photoIds = await grid().locator('[aria-selected="true"]').getAttribute('data-photo');
    const stack = library.app.catalog.stacks.photosWith(Number(photoIds));
    // Captioned once; the other photo gets the caption where a matching model believes it, and else one of its own.
    await page.keyboard.press('Shift+C');
    await page.getByText('Once for each stack: its top photo (1 instead of 2)').click();
    await page.getByText('The other photos get its text where the matching model finds that it fits').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.getByRole('button', { name: 'Caption', exact: true }).last().click();
    const captions = () => stack.flatMap((id) => library.app.catalog.captions.of(id));
    await expect.poll(() => captions().length, { timeout: 60_000 }).toBe(2);
    const [{ runId = 0 } = {}, other] = captions();
    expect(other).toMatchObject({ runId, itm: expect.any(Number) });
    await library.app.catalog.undo.revert(runId);
    expect(captions()).toEqual([]);
    library.app.catalog.captions.write(stack[0] ?? 0, 'Two boats');
    await grid().getByRole('option', { selected: true }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Stack', exact: true }).hover();
    await page.getByRole('menuitem', { name: 'Copy caption to the rest of the stack' }).click();
    await found('Copied the caption to 1 photo. It is being checked against each.');
    await expect.poll(() => captions().map(({ text }) => text)).toEqual(['Two boats', 'Two boats']);
    const scores = () => library.app.catalog.scores.of(stack[1] ?? 0).length;
    await expect.poll(scores, { timeout: 60_000 }).toBe(1);
    await opened[Symbol.asyncDispose]();
  });
});
