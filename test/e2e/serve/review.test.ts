/** @file The review of captions and alt texts, in a browser, with the keyboard alone. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeIds } from '../../../renderer/state/photoIds.ts';
import { eventually } from '../../support/eventually.ts';
import {
  accessibilityProblems,
  noticeButton,
  openPage,
  type ServedLibrary,
  serveLibrary,
  textOf,
} from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';
import { documentedCount, Walk } from './walk.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
let allPhotoIds: readonly number[];

const first = 'IMG_1000.jpg';
const second = 'IMG_1005.jpg';
const third = 'IMG_1010.jpg';

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
  const all = await library.client.photos.list({ query: '', order: 'taken', descending: true });
  allPhotoIds = [...decodeIds(all.ids)];
});

afterAll(() => library[Symbol.asyncDispose]());

/** A caption as a run with a matching model leaves it; the least likely one is reviewed first. */
function doubt(fileName: string, text: string, itm: number, candidates: { text: string; itm: number }[] = []): number {
  return score(library.photoId(fileName), { text, itm, doubtful: true, candidates });
}

interface Scored {
  readonly text: string;
  readonly itm: number;
  readonly doubtful?: boolean;
  readonly candidates?: { text: string; itm: number }[];
}

function score(photoId: number, { text, itm, doubtful = false, candidates = [] }: Scored): number {
  const { runs, captions } = library.app.catalog;
  return runs.within({ kind: 'caption', description: { kind: 'named', name: 'Caption' } }, (runId) =>
    captions.add(photoId, runId, { text, source: 'model', captionScore: { itm, doubtful, candidates } }),
  );
}

/** Only what the test doubts is left to review. */
function clear(): void {
  const { runs, captions } = library.app.catalog;
  runs.within({ kind: 'bulk-edit', description: { kind: 'named', name: 'Clear' } }, (runId) => {
    for (const photoId of allPhotoIds) for (const { id } of captions.of(photoId)) captions.remove(id, runId);
  });
}

async function open(hash = '#/review'): Promise<void> {
  opened = await openPage(library, hash);
  page = opened.page;
}

const captionOf = async (fileName: string) =>
  (await library.client.photos.details({ id: library.photoId(fileName) })).caption;
const underReview = () => page.getByRole('region', { name: 'Caption under review' }).locator('.text');

beforeEach(clear);
afterEach(() => opened[Symbol.asyncDispose]());

it('the review goes through all of them: accept, another candidate, own words', async () => {
  doubt(first, 'a boat', 0.1);
  doubt(second, 'a ship', 0.2, [{ text: 'a red ship', itm: 0.4 }]);
  doubt(third, 'a car', 0.3);
  await open();
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.getByText('0 of 3 reviewed').waitFor();
  await page.keyboard.press('Enter');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  await page.keyboard.press('n');
  await underReview().filter({ hasText: 'a red ship' }).waitFor();
  await page.keyboard.press('Enter');
  await underReview().filter({ hasText: 'a car' }).waitFor();
  await page.keyboard.press('e');
  await page.keyboard.type('no car at all');
  await page.keyboard.press('Enter');
  await page.getByText('All reviewed').waitFor();
  await page.getByText(/^3 accepted, 0 rejected, 0 skipped\./).waitFor();
  await expect
    .poll(() => captionOf(first))
    .toMatchObject({ text: 'a boat', source: 'model', approvedAtMs: expect.any(Number) });
  await expect
    .poll(() => captionOf(second))
    .toMatchObject({
      text: 'a red ship',
      source: 'model',
      approvedAtMs: expect.any(Number),
    });
  await expect
    .poll(() => captionOf(third))
    .toMatchObject({ text: 'no car at all', source: 'human', approvedAtMs: null });
  expect(opened.complaints).toEqual([]);
});

it('the review shows enough of the photo at 200 % zoom', async () => {
  doubt(first, 'a boat', 0.1);
  await open();
  await page.setViewportSize({ width: 640, height: 400 });
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await expect.poll(async () => (await page.locator('.stage').boundingBox())?.height).toBeGreaterThanOrEqual(200);
});

it('skips, goes back, and takes an acceptance back', async () => {
  doubt(first, 'a boat', 0.1);
  doubt(second, 'a ship', 0.2);
  await open();
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('s');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Accepted.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: Approve caption').waitFor();
  await expect.poll(() => captionOf(first)).toMatchObject({ text: 'a boat', source: 'model', approvedAtMs: null });
  // In the middle of the review, too, the photo comes back.
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.getByText('0 of 2 reviewed').waitFor();
  await page.keyboard.press('Enter');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  await page.keyboard.press('e');
  const field = page.getByRole('textbox', { name: 'Caption text' });
  await field.fill('a tall ship');
  await noticeButton(page, 'Accepted.', 'Undo').last().click();
  await page.getByText('0 of 2 reviewed').waitFor();
  // Not while something is being written.
  await expect.poll(() => field.inputValue()).toBe('a tall ship');
});

it('the review gives no photo the caption of the one that is still shown, however fast the keys come', async () => {
  doubt(first, 'a boat', 0.1);
  doubt(second, 'a ship', 0.2);
  await open();
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('s');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  // In one go: the photo before has to be asked for, and nothing can come between.
  await page.evaluate(`for (const key of ['ArrowLeft', 'Enter', 'e'])
    window.dispatchEvent(new KeyboardEvent('keydown', { key }))`);
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Accepted.').waitFor();
  await expect
    .poll(() => captionOf(first))
    .toMatchObject({ text: 'a boat', source: 'model', approvedAtMs: expect.any(Number) });
  await expect.poll(() => captionOf(second)).toMatchObject({ text: 'a ship', source: 'model', approvedAtMs: null });
});

it('captions a photo again and shows the new caption when it is there', async () => {
  doubt(first, 'something quite wrong', 0.1);
  await open();
  await underReview().filter({ hasText: 'something quite wrong' }).waitFor();
  await page.keyboard.press('r');
  await eventually(async () => expect((await captionOf(first))?.text).not.toBe('something quite wrong'), 30_000);
  await page.getByText('New caption ready.').waitFor();
  await expect.poll(() => textOf(underReview())).toBe((await captionOf(first))?.text);
  // It was scored as well: whether it is still doubtful is known.
  expect((await captionOf(first))?.itm).toEqual(expect.any(Number));
  expect((await captionOf(first))?.doubtful).not.toBeNull();
});

it('the review shows stale captions too, and says why each is there', async () => {
  const { runs, captions } = library.app.catalog;
  runs.within({ kind: 'caption', description: { kind: 'named', name: 'Caption' } }, (runId) =>
    captions.add(library.photoId(first), runId, { text: 'as it was before', source: 'model', photoRevision: 0 }),
  );
  await open();
  await page.getByText('Out of date: the photo was edited after this was written.').waitFor();
});

it('a rejected caption is shown no more, and the photo comes back to the review when that is undone', async () => {
  doubt(first, 'a boat', 0.1);
  doubt(second, 'a ship', 0.2);
  await open();
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('x');
  await page.getByText('Rejected.').waitFor();
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  await expect.poll(() => captionOf(first)).toBeNull();
  await page.keyboard.press('Enter');
  await page.getByText(/^1 accepted, 1 rejected, 0 skipped\./).waitFor();
  await page.getByRole('button', { name: 'Caption 1 rejected photo again' }).click();
  await page.getByRole('dialog', { name: 'Caption 1 rejected photo again' }).getByLabel('Preset').waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: Approve caption').waitFor();
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('Undone: Reject caption').waitFor();
  await expect.poll(() => captionOf(first)).toMatchObject({ text: 'a boat', source: 'model' });
});

it('a person’s own caption cannot be rejected', async () => {
  const { runs, captions } = library.app.catalog;
  runs.within({ kind: 'edit', description: { kind: 'editCaption' } }, (runId) =>
    captions.add(library.photoId(first), runId, { text: 'my boat', source: 'human', photoRevision: 0 }),
  );
  await open();
  await underReview().filter({ hasText: 'my boat' }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^Reject/ }).isDisabled()).toBe(true);
  await page.keyboard.press('x');
  await page.getByText('Only a model’s text can be rejected.').waitFor();
  await expect.poll(() => captionOf(first)).toMatchObject({ text: 'my boat', source: 'human' });
});

it('a reload goes on where the review was', async () => {
  doubt(first, 'a boat', 0.1);
  doubt(second, 'a ship', 0.2);
  doubt(third, 'a car', 0.3);
  await open();
  await underReview().filter({ hasText: 'a boat' }).waitFor();
  await page.keyboard.press('Enter');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
  await page.keyboard.press('s');
  await page.getByText('2 of 3 reviewed').waitFor();
  await page.reload();
  await underReview().filter({ hasText: 'a car' }).waitFor();
  await page.getByText('2 of 3 reviewed').waitFor();
  await page.keyboard.press('ArrowLeft');
  await underReview().filter({ hasText: 'a ship' }).waitFor();
});

it('all captions above 90 % are accepted with three keys, after a look at the least sure of them', async () => {
  // 88 %, 90 %, 92 %, …: all but the first.
  for (const [index, photoId] of allPhotoIds.entries())
    score(photoId, { text: `photo ${index}`, itm: (88 + 2 * index) / 100 });
  const sure = allPhotoIds.length - 1;
  await open('#/library');
  await page.getByRole('listbox').first().waitFor();
  const walk = new Walk(page);
  await walk.press('r');
  await page.getByText('Nothing to review').waitFor();
  await walk.press('b');
  const dialog = page.getByRole('dialog', { name: 'Accept above a score' });
  await dialog.getByText(`${sure} captions will be accepted`).waitFor();
  await expect.poll(() => dialog.getByRole('listitem').first().textContent()).toContain('photo 1');
  await expect
    .poll(() =>
      dialog
        .getByRole('button', { name: /^Accept \d/ })
        .and(page.locator(':focus'))
        .count(),
    )
    .toBe(1);
  expect(await accessibilityProblems(opened)).toEqual([]);
  await walk.press('Enter');
  await page.getByText(`${sure} captions accepted.`).waitFor();
  expect(walk.count).toBe(documentedCount('Accept all captions above 90 %'));
  const approved = async (query: string) =>
    decodeIds((await library.client.photos.list({ query, order: 'itm', descending: false })).ids).length;
  await expect.poll(() => approved('source:model approved:yes')).toBe(sure);
  await page.keyboard.press('Control+z');
  await expect.poll(() => approved('source:model approved:yes')).toBe(0);
});

it('of what a search finds, all captions above a score that a slider sets are accepted, and no others', async () => {
  score(library.photoId(first), { text: 'a boat', itm: 0.95 });
  score(library.photoId(second), { text: 'a ship', itm: 0.92 });
  score(library.photoId(third), { text: 'a car', itm: 0.8 });
  await open(`#/review?${new URLSearchParams({ q: 'name:IMG_1000 OR name:IMG_1010' })}`);
  await page.getByText('Nothing to review').waitFor();
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog', { name: 'Accept above a score' });
  const accepts = (count: string) => dialog.getByText(`${count} will be accepted`).waitFor();
  await accepts('1 caption');
  const number = dialog.getByRole('spinbutton', { name: 'Match at least' });
  const remark = dialog.getByText('Enter a whole number from 1 to 100.');
  await number.fill('500');
  await remark.waitFor();
  await dialog.getByRole('slider', { name: 'Match at least' }).fill('75');
  await remark.waitFor({ state: 'detached' });
  await accepts('2 captions');
  await expect.poll(() => number.inputValue()).toBe('75');
  const onlyFound = dialog.getByRole('checkbox', { name: 'Only photos found by the current search' });
  await onlyFound.uncheck();
  await accepts('3 captions');
  await onlyFound.check();
  await accepts('2 captions');
  expect(await accessibilityProblems(opened)).toEqual([]);
  await dialog.getByRole('button', { name: 'Accept 2' }).click();
  await page.getByText('2 captions accepted.').waitFor();
  const approvals = await Promise.all([first, second, third].map(captionOf));
  expect(approvals.map((caption) => typeof caption?.approvedAtMs)).toEqual(['number', 'object', 'number']);
});

it('captions that were accepted all at once are due again as soon as that is undone, in the middle of the review', async () => {
  doubt(first, 'a boat', 0.5);
  doubt(second, 'a ship', 0.6);
  doubt(third, 'a car', 0.1);
  await open();
  await page.getByText('0 of 3 reviewed').waitFor();
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog', { name: 'Accept above a score' });
  await dialog.getByRole('slider', { name: 'Match at least' }).fill('40');
  await dialog.getByRole('button', { name: 'Accept 2' }).click();
  await page.getByText('2 of 3 reviewed').waitFor();
  await underReview().filter({ hasText: 'a car' }).waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('0 of 3 reviewed').waitFor();
});

describe('captions of two models that disagree', () => {
  const unlike = (fileName: string) => {
    const { runs, captions } = library.app.catalog;
    for (const text of ['two dogs', 'a red boat'])
      runs.within({ kind: 'caption', description: { kind: 'named', name: 'Caption' } }, (runId) =>
        captions.add(library.photoId(fileName), runId, { text, source: 'model' }),
      );
  };
  const pair = () => page.getByRole('list', { name: 'Captions that disagree' });

  it('are a queue of their own: one is chosen by its number, edited, or both are rejected', async () => {
    for (const name of [first, second, third]) unlike(name);
    const order = [first, second, third].toSorted((a, b) => library.photoId(a) - library.photoId(b));
    await open();
    await page.getByText('Nothing to review').waitFor();
    await page.getByRole('link', { name: 'Disagreements' }).focus();
    await page.keyboard.press('Enter');
    await pair().getByText('a red boat').waitFor();
    await page.getByText('0 of 3 reviewed').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.keyboard.press('2');
    await page.getByText('1 of 3 reviewed').waitFor();
    await pair().getByText('two dogs').waitFor();
    await page.keyboard.press('x');
    await page.getByText('2 of 3 reviewed').waitFor();
    await pair().getByText('two dogs').waitFor();
    await page.keyboard.press('Shift+E');
    await page.keyboard.press('End');
    await page.keyboard.type(' on a beach');
    await page.keyboard.press('Enter');
    await page.getByText(/^2 accepted, 1 rejected, 0 skipped\./).waitFor();
    const [chosen, rejected, edited] = order;
    await expect
      .poll(() => captionOf(chosen ?? ''))
      .toMatchObject({ text: 'two dogs', source: 'model', approvedAtMs: expect.any(Number) });
    await expect.poll(() => captionOf(rejected ?? '')).toBeNull();
    await expect.poll(() => captionOf(edited ?? '')).toMatchObject({ text: 'two dogs on a beach', source: 'human' });
  });
});

it('alt texts of models are a queue of their own: one is accepted, one rejected, and what is left accepted at once', async () => {
  const { runs, captions } = library.app.catalog;
  const description = { kind: 'caption', preset: 'alt-text', textKind: 'altText' } as const;
  for (const name of [first, second, third])
    runs.within({ kind: 'caption', description }, (runId) =>
      captions.add(library.photoId(name), runId, { kind: 'altText', text: `a picture, ${name}`, source: 'model' }),
    );
  const altTextsOf = async (name: string) =>
    (await library.client.photos.details({ id: library.photoId(name) })).altTexts;
  const altText = () => page.getByRole('region', { name: 'Alt text under review' }).locator('.text');
  await open('#/review/altText');
  await page.getByRole('link', { name: 'Alt texts (3)' }).waitFor();
  await altText().filter({ hasText: third }).waitFor();
  await page.keyboard.press('Enter');
  await altText().filter({ hasText: second }).waitFor();
  await page.keyboard.press('x');
  await altText().filter({ hasText: first }).waitFor();
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog', { name: 'Accept all' });
  await dialog.getByText('1 alt text will be accepted').waitFor();
  await dialog.getByText(`a picture, ${first}`).waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByText(/^2 accepted, 1 rejected, 0 skipped\./).waitFor();
  await expect.poll(() => altTextsOf(second)).toEqual([]);
  for (const name of [first, third]) {
    await expect.poll(() => altTextsOf(name)).toMatchObject([{ source: 'model', approvedAtMs: expect.any(Number) }]);
  }
});

describe('accessibility', () => {
  it('has no problem that axe finds, with and without something to review', async () => {
    await open();
    await page.getByText('Nothing to review').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    doubt(first, 'a boat', 0.1, [{ text: 'a red boat', itm: 0.4 }]);
    await page.reload();
    await underReview().waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});
