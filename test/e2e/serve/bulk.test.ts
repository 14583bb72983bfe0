/** @file Work on many photos in a browser, with the bundled model: captions, questions that become tags, and the way back. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnswerRow, AnswerTable } from '../../../preload/contract/answers.ts';
import { decodeIds } from '../../../renderer/state/photoIds.ts';
import { eventually } from '../../support/eventually.ts';
import { present } from '../../support/present.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { accessibilityProblems, noticeButton, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
const photoCount = 6;
const maxMs = 60_000;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  opened = await openPage(library, '#/library');
  page = opened.page;
  await page.getByRole('listbox', { name: 'Photos' }).getByRole('option').nth(5).waitFor();
});
afterEach(() => opened[Symbol.asyncDispose]());

const bar = () => page.getByRole('region', { name: 'Actions for selected photos' });
const dialog = () => page.getByRole('dialog');
const table = () => page.getByRole('grid', { name: 'Answers by photo' });
const toast = (text: string | RegExp) => page.getByRole('status').getByText(text);

async function selectAll(): Promise<void> {
  await page.keyboard.press('Control+a');
  await bar().getByText(`${photoCount} selected`).waitFor();
}

async function idle(): Promise<void> {
  await eventually(async () => {
    const runs = await library.client.runs.list({});
    if (runs.some(({ state }) => state === 'running')) throw new Error('still running');
  }, maxMs);
}

/** As the library has them. */
async function answersOf(runId: number): Promise<{ questions: AnswerTable['questions']; rows: AnswerRow[] }> {
  const { questions, ids } = await library.client.answers.table({ runId });
  const questionIds = questions.map(({ id }) => id);
  const photoIds = [...decodeIds(ids)];
  return { questions, rows: await library.client.answers.rows({ runId, questionIds, photoIds }) };
}

function textsOf(rows: readonly AnswerRow[]): string[] {
  return rows.flatMap(({ answers }) => answers).map((answer) => answer?.text ?? '');
}

/** The tags of all photos, sorted. */
async function tagsOfPhotos(): Promise<string[]> {
  return (await library.client.tags.list()).filter(({ photos }) => photos > 0).map(({ path }) => path);
}

/** @param question among several */
async function answeredAs(kind: string, question?: string): Promise<void> {
  const named = question === undefined ? 'Answers' : `Answers to “${question}”`;
  await dialog().getByRole('combobox', { name: named }).click();
  await page.getByRole('option', { name: kind, exact: true }).click();
}

describe('the selection bar', () => {
  it('appears with a selection and goes with it', async () => {
    await expect.poll(() => bar().count()).toBe(0);
    await selectAll();
    await bar().getByRole('button', { name: 'Clear selection' }).click();
    await bar().waitFor({ state: 'detached' });
  });

  it('captions what is selected, says how many are new, and the second time that there is nothing to do', async () => {
    await selectAll();
    for (const said of [`Captioning ${photoCount} photos.`, 'Nothing to do: all photos are already done.']) {
      await bar().getByRole('button', { name: 'Caption', exact: true }).click();
      await dialog().getByRole('button', { name: 'Caption' }).click();
      await toast(said).waitFor();
      // How it ended is said as well, wherever one is.
      if (said.startsWith('Captioning')) await toast(`Captioned ${photoCount} photos.`).waitFor();
      await dialog().waitFor({ state: 'detached' });
      await idle();
    }
    const { counts } = await library.client.library.overview();
    expect(counts.captioned).toBe(photoCount);
  });

  it('writes alt text for what is selected, and leaves the captions', async () => {
    const { caption } = await library.client.photos.details({ id: library.photoId('IMG_1000.jpg') });
    await selectAll();
    await bar().getByRole('button', { name: 'Caption', exact: true }).click();
    await dialog().getByRole('combobox', { name: 'Write' }).click();
    await page.getByRole('option', { name: 'Alt text' }).click();
    await dialog().getByRole('button', { name: 'Write alt text' }).click();
    await toast(`Writing alt text for ${photoCount} photos.`).waitFor();
    await toast(`Wrote alt text for ${photoCount} photos.`).waitFor();
    const after = await library.client.photos.details({ id: library.photoId('IMG_1000.jpg') });
    expect(after.altTexts).toMatchObject([{ source: 'model' }]);
    expect(after.caption).toEqual(caption);
    await idle();
  });

  it('keeps the best of several attempts, as the matching model sees them', async () => {
    await selectAll();
    await page.keyboard.press('Shift+C');
    await dialog().getByRole('combobox', { name: 'Candidates' }).click();
    await page.getByRole('option', { name: 'Best of 3' }).click();
    await dialog().getByRole('combobox', { name: 'Checked by' }).waitFor();
    await dialog().getByRole('button', { name: 'Caption' }).click();
    await toast(/^Captioning/).waitFor();
    await idle();
    const { captions } = await library.client.photos.details({ id: library.photoId('IMG_1000.jpg') });
    expect(captions.some(({ itm, candidates }) => itm !== null && candidates.length > 0)).toBe(true);
  });

  it('tags all of them after showing how many change, and undoes it', async () => {
    await selectAll();
    await bar().getByRole('button', { name: 'Tag…' }).click();
    await dialog().getByRole('combobox', { name: 'Tags to add or remove' }).fill('holiday/2024');
    await page.keyboard.press('Enter');
    await dialog().getByText(`${photoCount} photos will change`).waitFor();
    await dialog()
      .getByRole('button', { name: `Add ${photoCount}` })
      .click();
    await toast(`Added holiday/2024 to ${photoCount} photos.`).waitFor();
    await expect.poll(() => tagsOfPhotos()).toEqual(['holiday/2024']);
    await noticeButton(page, `Added holiday/2024 to ${photoCount} photos.`, 'Undo').click();
    await toast(/^Undone: Add tag/).waitFor();
    await expect.poll(() => tagsOfPhotos()).toEqual([]);
  });
});

describe('questions to many photos', () => {
  it('make a table, whose answers become tags that were shown before; the run is undone and brought back', async () => {
    await selectAll();
    await page.keyboard.press('a');
    await dialog()
      .getByRole('textbox', { name: 'Questions' })
      .fill('what is in the picture?\nhow many boats are there?');
    await dialog()
      .getByText(`= ${photoCount * 2} answers`)
      .waitFor();
    await dialog().getByRole('button', { name: 'Ask', exact: true }).click();
    await noticeButton(page, `Asking: ${photoCount * 2} answers queued.`, 'Show').click();
    await idle();
    await expect.poll(() => table().getByRole('gridcell').count(), { timeout: maxMs }).toBe(photoCount * 3);

    // As the library has them.
    const [run] = await library.client.runs.list({});
    const { rows, questions } = await answersOf(present(run?.id));
    const column = questions.findIndex(({ text }) => text === 'how many boats are there?');
    const answers = rows.map((row) => row.answers[column]?.text ?? '');
    await table().getByRole('button', { name: 'how many boats are there?', exact: true }).click();
    const shown = () =>
      table()
        .getByRole('row')
        .locator(`[role=gridcell]:nth-child(${column + 2})`)
        .allInnerTexts();
    await expect.poll(shown).toEqual(answers.toSorted(new Intl.Collator('en', { numeric: true }).compare));

    await page.getByRole('searchbox', { name: 'Search answers' }).fill('IMG_1000');
    await page.getByText(`1 of ${photoCount} photos`).waitFor();
    await page.getByRole('searchbox', { name: 'Search answers' }).fill('');

    await page.getByRole('button', { name: 'Convert to tags…' }).click();
    const drawer = page.getByRole('complementary', { name: 'Convert answers to tags' });
    if (questions.length > 1) {
      await drawer.getByRole('combobox', { name: 'Question' }).click();
      await page.getByRole('option', { name: 'how many boats are there?' }).click();
    }
    await drawer.getByRole('textbox', { name: 'Parent tag' }).fill('boats');
    await drawer.getByRole('button', { name: 'Preview' }).click();
    await drawer.getByText(`${photoCount} photos will change`).waitFor();
    await drawer.getByRole('button', { name: `Change ${photoCount} photos` }).click();
    await toast(`${photoCount} photos tagged.`).waitFor();
    const expected = [...new Set(answers.map((answer) => `boats/${answer.toLowerCase()}`))].toSorted();
    expect((await tagsOfPhotos()).toSorted()).toEqual(expected);

    await page.getByRole('link', { name: 'History' }).click();
    const runs = page.getByRole('list', { name: 'History' }).getByRole('listitem');
    await runs.filter({ hasText: 'Tag by answers' }).first().getByRole('button', { name: 'Undo' }).click();
    await toast(/undone\.$/).waitFor();
    await expect.poll(() => tagsOfPhotos()).toEqual([]);
    // The undo is no line of its own.
    await expect.poll(() => runs.filter({ hasText: 'Undo:' }).count()).toBe(0);
    await runs.filter({ hasText: 'Tag by answers' }).first().getByRole('button', { name: 'Redo' }).click();
    await toast(/redone\.$/).waitFor();
    expect((await tagsOfPhotos()).toSorted()).toEqual(expected);
    expect(opened.complaints).toEqual([]);
  });

  it('may have a closed list of answers', async () => {
    await selectAll();
    await bar().getByRole('button', { name: 'Ask…' }).click();
    await dialog().getByRole('textbox', { name: 'Questions' }).fill('is there a boat in the picture?');
    await answeredAs('One of a list');
    await dialog().getByRole('textbox', { name: 'Allowed answers' }).fill('yes');
    await expect.poll(() => dialog().getByRole('button', { name: 'Ask', exact: true }).isDisabled()).toBe(true);
    await dialog().getByRole('textbox', { name: 'Allowed answers' }).fill('yes, no');
    await dialog().getByRole('button', { name: 'Ask', exact: true }).click();
    await toast(/answers queued/).waitFor();
    await idle();
    const [run] = await library.client.runs.list({});
    const { rows } = await answersOf(present(run?.id));
    expect(new Set(textsOf(rows))).toEqual(new Set(['yes', 'no']));
  });

  it('may differ by question, and a follow-up is free and kept as a field, as all of them can be', async () => {
    await library.client.fields.save({ name: 'sky', type: 'list', values: ['day', 'night'], questions: [] });
    await selectAll();
    await bar().getByRole('button', { name: 'Ask…' }).click();
    await dialog()
      .getByRole('textbox', { name: 'Questions' })
      .fill('is there a boat in the picture?\nis it day or night?');
    await dialog().getByRole('checkbox', { name: 'Ask follow-ups' }).check();
    await dialog().getByRole('textbox', { name: 'Where the answer is' }).fill('yes');
    await dialog().getByRole('textbox', { name: 'Follow-ups' }).fill('what color is the boat?');
    await answeredAs('Yes or no', 'is there a boat in the picture?');
    await dialog().getByRole('checkbox', { name: 'Keep answers as fields' }).check();
    const name = (of: string) => dialog().getByRole('textbox', { name: `Name for “${of}”` });
    await name('what color is the boat?').fill('hull');
    await name('is it day or night?').fill('Sky');
    const allowed = dialog().getByRole('combobox', { name: 'Answers to “is it day or night?”: What the field allows' });
    await allowed.waitFor();
    await dialog().getByRole('button', { name: 'Ask', exact: true }).click();
    await toast(/answers queued/).waitFor();
    await idle();
    const [run] = await library.client.runs.list({});
    expect(run?.settings).toMatchObject({ choices: ['yes', 'no'] });
    expect(run?.ownSettings.map(({ question, settings }) => [question, settings.choices])).toEqual([
      ['is it day or night?', ['day', 'night']],
      ['what color is the boat?', undefined],
    ]);
    const fields = await library.client.fields.list();
    expect(fields.map(({ name: called, type, questions }) => [called, type, questions])).toEqual([
      ['hull', 'text', ['what color is the boat?']],
      ['sky', 'list', ['is it day or night?']],
    ]);
    await library.client.runs.revert({ runId: present(run?.id) });
    for (const { id } of fields) await library.client.fields.remove({ id });
  });
});

describe('answers restricted to the vocabulary', () => {
  it('are one tag each, said in the model’s words and spelled as in the list, and become tags in its tree', async () => {
    await library.client.tags.setVocabulary({ text: 'colors/WHITE {white}\ncolors/Deep blue {blue}\nthings/red' });
    await selectAll();
    await bar().getByRole('button', { name: 'Ask…' }).click();
    await dialog().getByRole('textbox', { name: 'Questions' }).fill('what color is the boat?');
    await answeredAs('One of a list');
    await answeredAs('Tag of the vocabulary');
    await dialog().getByRole('textbox', { name: 'Allowed answers' }).waitFor({ state: 'detached' });
    await dialog().getByRole('textbox', { name: 'Only tags below' }).fill('colors');
    await dialog().getByRole('button', { name: 'Ask', exact: true }).click();
    await noticeButton(page, /answers queued/, 'Show').click();
    await idle();
    const [run] = await library.client.runs.list({});
    const { rows } = await answersOf(present(run?.id));
    const answers = new Set(textsOf(rows));
    expect(['WHITE', 'Deep blue']).toEqual(expect.arrayContaining([...answers]));
    const before = await tagsOfPhotos();
    await page.getByRole('button', { name: 'Convert to tags…' }).click();
    const drawer = page.getByRole('complementary', { name: 'Convert answers to tags' });
    await drawer.getByRole('textbox', { name: 'Parent tag' }).fill('boats');
    for (const answer of answers)
      await expect
        .poll(() => drawer.getByRole('textbox', { name: `Tags for “${answer}”` }).inputValue())
        .toBe(`colors/${answer}`);
    await drawer.getByRole('button', { name: 'Preview' }).click();
    await drawer.getByRole('button', { name: `Change ${photoCount} photos` }).click();
    await toast(`${photoCount} photos tagged.`).waitFor();
    const expected = [...before, ...[...answers].map((answer) => `colors/${answer}`)];
    expect((await tagsOfPhotos()).toSorted()).toEqual(expected.toSorted());
    await library.client.tags.setVocabulary({ text: '' });
    expect(opened.complaints).toEqual([]);
  });
});

describe('what the model says', () => {
  const cannotRead = 'This model cannot read “天”, so its answer may not fit the question.';

  it('is warned about where it could not read the question', async () => {
    await selectAll();
    const { runId } = await library.client.runs.ask({ selection: { query: '' }, questions: ['天'] });
    await idle();
    await page.evaluate((id) => location.replace(`#/run/${id}`), runId);
    await table().waitFor();
    await page.getByText(cannotRead).waitFor();
    await page.evaluate((id) => location.replace(`#/photo/${id}`), library.photoId('IMG_1000.jpg'));
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByText(cannotRead).waitFor();
  });

  it('finds photos by what they show as soon as they are indexed, and is warned where words could not be read', async () => {
    await page.evaluate(() => location.replace('#/library?q=boat&semantic=&order=relevance'));
    await page.getByText('No photos are indexed for visual search').waitFor();
    await library.client.runs.embed({ selection: { query: '' } });
    await idle();
    // The list that is open follows.
    await page
      .getByRole('option', { name: /Found by: .*Visual match/ })
      .first()
      .waitFor();
    await page.evaluate(() => location.replace('#/library?q=天&semantic=&order=relevance'));
    await page.getByText('The matching model cannot read “天”').waitFor();
    await page.evaluate(() => location.replace('#/library?q=boat&semantic=&order=relevance'));
    await page.getByText('The matching model cannot read “天”').waitFor({ state: 'detached' });
    await page
      .getByRole('option', { name: /Found by: .*Visual match/ })
      .first()
      .waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });

  it('finds photos that look like one, with the keys alone, as a query like any other', async () => {
    await library.client.runs.embed({ selection: { query: '' } });
    await idle();
    const photoId = library.photoId('IMG_1000.jpg');
    await page.evaluate(() => location.replace('#/library?order=name&asc='));
    const first = page.getByRole('listbox', { name: 'Photos' }).getByRole('option').first();
    await first.and(page.getByRole('option', { name: /IMG_1000/ })).waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('find similar');
    await page.getByRole('option', { name: /Find similar photos/ }).waitFor();
    await page.keyboard.press('Enter');
    const filter = page.getByRole('combobox', { name: 'Filter photos' });
    await expect.poll(() => filter.inputValue()).toBe(`similar:${photoId}`);
    await page.getByRole('group', { name: 'Similar to' }).getByRole('link', { name: 'IMG_1000.jpg' }).waitFor();
    await first.and(page.getByRole('option', { name: /IMG_1000/ })).waitFor();
    await page.getByRole('button', { name: 'Save search' }).waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    // Narrowed down, it stays the same search; Escape ends it.
    await page.keyboard.press('/');
    await page.keyboard.press('End');
    await page.keyboard.type(' -name:IMG_1000');
    await page.keyboard.press('Enter');
    await first.and(page.getByRole('option', { name: /IMG_1000/ })).waitFor({ state: 'detached' });
    await page.getByRole('group', { name: 'Similar to' }).waitFor();
    expect(new URL(page.url()).hash).toContain('order=relevance');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.getByRole('group', { name: 'Similar to' }).waitFor({ state: 'detached' });
    expect(opened.complaints).toEqual([]);
  });

  it('is warned about on photos of one’s own, if it is the demo model that says it', async () => {
    await using own = await temporaryFolder();
    const { runId } = await library.client.runs.ask({ selection: { query: '' }, questions: ['is it day or night?'] });
    await idle();
    const photoId = library.photoId('IMG_1005.jpg');
    await library.client.runs.caption({ selection: { photoIds: [photoId] }, candidates: 1 });
    await idle();
    await library.client.photos.writeCaption({ photoId, text: 'our boat' });
    // With a second folder the library is not the demo any more.
    const { id: rootId } = await library.client.library.addFolder({ path: own.path });
    const warning = page.getByText('The demo model knows only drawn scenes.');
    await page.evaluate((run) => location.replace(`#/run/${run}`), runId);
    await table().waitFor();
    await warning.waitFor();
    await page.evaluate((of) => location.replace(`#/photo/${of}`), photoId);
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByRole('region', { name: 'Answers' }).locator(warning).waitFor();
    await page.getByRole('region', { name: 'Alternatives' }).locator(warning).waitFor();
    await library.client.library.removeFolder({ rootId });
  });
});

describe('accessibility', () => {
  it('the open panels have no problem that axe finds', { timeout: 120_000 }, async () => {
    await using other = await openPage(library, '#/library');
    const { page: there } = other;
    await there.getByRole('listbox', { name: 'Photos' }).getByRole('option').first().waitFor();
    await there.keyboard.press('Control+a');
    for (const keys of ['Shift+C', 'Shift+A', 'Shift+T']) {
      await there.keyboard.press(keys);
      await there.getByRole('dialog').getByRole('heading').waitFor();
      expect(await accessibilityProblems(other)).toEqual([]);
      // At 200 %, the buttons of a form are in view however long it is.
      await there.setViewportSize({ width: 640, height: 400 });
      const inView = () =>
        there.getByRole('dialog').evaluate((form) => {
          const bottoms = [...form.querySelectorAll('[type=submit]')].map((one) => one.getBoundingClientRect().bottom);
          return bottoms.every((bottom) => bottom <= form.getBoundingClientRect().bottom);
        });
      await expect.poll(inView).toBe(true);
      await there.setViewportSize({ width: 1280, height: 860 });
      await there.getByRole('dialog').press('Escape');
      await there.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });
});
