/** @file The table of a run's answers in a browser: values of a column, the filter that tags respect, keys, and persons' answers. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { answerTagReads } from '../../../main/library/editing/tagByAnswers.ts';
import { accessibilityProblems, noticeButton, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
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
    // Of both questions.
    await expect.poll(() => drawer.getByRole('row').count()).toBe(5);
    await drawer
      .getByRole('region', { name: 'how many boats?' })
      .getByRole('textbox', { name: 'Parent tag' })
      .fill('craft');
    // What was previewed is not what would be done any more.
    await drawer.getByRole('button', { name: 'Preview' }).click();
    await drawer.getByText('6 photos will change').waitFor();
    await expect
      .poll(() => drawer.locator('.preview .path').allInnerTexts())
      .toEqual(['color sky/blue', 'color sky/grey', 'craft/2']);
    await drawer.getByRole('combobox', { name: 'Question' }).click();
    await page.getByRole('option', { name: 'how many boats?' }).click();
    await expect.poll(() => drawer.getByRole('row').count()).toBe(2);
    expect(await accessibilityProblems(opened)).toEqual([]);

    // Nobody waits any more for what would be tagged, once the rules are others or the drawer is closed.
    const signals = heldPreviews();
    await drawer.getByRole('button', { name: 'Preview' }).click();
    await expect.poll(signals).toEqual([false]);
    await drawer.getByRole('textbox', { name: 'Parent tag' }).fill('boats');
    await expect.poll(signals).toEqual([true]);
    await drawer.getByRole('button', { name: 'Preview' }).click();
    await expect.poll(signals).toEqual([true, false]);
    await drawer.getByRole('button', { name: 'Close' }).click();
    await expect.poll(signals).toEqual([true, true]);
    expect(opened.complaints).toEqual([]);
  });
});

/** Previews of tags take forever. Returns of each whether it was given up. */
function heldPreviews(): () => boolean[] {
  const { reader } = library.app.catalog;
  const signals: AbortSignal[] = [];
  const read = reader.read.bind(reader) as (...args: readonly unknown[]) => Promise<unknown>;
  const spy = vi.spyOn(reader, 'read').mockImplementation((...args: readonly unknown[]) => {
    const [name, , signal] = args;
    if (name !== answerTagReads.previewTagsByAnswers || !(signal instanceof AbortSignal)) return read(...args);
    signals.push(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  onTestFinished(() => spy.mockRestore());
  return () => signals.map(({ aborted }) => aborted);
}

describe('a follow-up', () => {
  it('is asked of the photos that the table shows', async () => {
    await page.getByRole('button', { name: `Values: ${question}` }).click();
    await page.getByRole('checkbox', { name: /grey/ }).check();
    await page.keyboard.press('Escape');
    await page.getByText(`2 of ${photoIds.length} photos`).waitFor();
    await page.getByRole('button', { name: 'Ask a follow-up…' }).click();
    const form = page.getByRole('dialog', { name: 'Ask a follow-up…' });
    await form.getByRole('textbox', { name: 'Questions' }).fill('what is in the picture?');
    await form.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('status').getByText('Asking: 2 answers queued.').waitFor();
    const [run] = await library.client.runs.list({});
    await expect
      .poll(async () => (await library.client.answers.table({ runId: run?.id ?? 0 })).total, { timeout: 30_000 })
      .toBe(2);
    await library.client.runs.revert({ runId: run?.id ?? 0 });
  });
});

describe('a follow-up of a run', () => {
  it('is asked of photos with the answer, in the same run', async () => {
    await page.evaluate(() => location.replace('#/library'));
    await page.getByRole('listbox', { name: 'Photos' }).getByRole('option').nth(1).waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Shift+A');
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Questions' }).fill('is there a boat in the picture?');
    await form.getByRole('checkbox', { name: 'Ask follow-ups' }).check();
    await expect.poll(() => form.getByRole('button', { name: 'Ask', exact: true }).isDisabled()).toBe(true);
    await form.getByRole('textbox', { name: 'Where the answer is' }).fill('yes, no');
    await form.getByRole('textbox', { name: 'Follow-ups, one per line' }).fill('how many boats are there?');
    await form.getByRole('button', { name: 'Ask', exact: true }).click();
    await noticeButton(page, /answers queued/, 'Show').click();
    await grid().waitFor();
    const [run] = await library.client.runs.list({});
    await expect
      .poll(async () => (await library.client.runs.get({ runId: run?.id ?? 0 })).state, { timeout: 30_000 })
      .toBe('done');
    await expect.poll(() => column(1)).toHaveLength(photoIds.length);
    const { questions } = await library.client.answers.table({ runId: run?.id ?? 0 });
    expect(questions.map(({ text }) => text)).toContain('how many boats are there?');
    await library.client.runs.revert({ runId: run?.id ?? 0 });
  });
});

describe('a field', () => {
  it('is kept from a column, heads it, marks what does not fit, and is written in the panel of a photo', async () => {
    await library.client.photos.writeAnswer({ photoId: photoIds[0] ?? 0, question, text: 'mauve' });
    await page.getByRole('button', { name: `Values: ${question}` }).click();
    await page.getByRole('button', { name: 'Keep as field…' }).click();
    const form = page.getByRole('dialog', { name: 'Keep answers as a field' });
    await form.getByRole('textbox', { name: 'Name' }).fill('sky');
    await expect
      .poll(() => form.getByRole('textbox', { name: 'Values, one per line' }).inputValue())
      .toContain('mauve');
    await form.getByRole('textbox', { name: 'Values, one per line' }).fill('Blue\nGrey');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('columnheader', { name: 'sky One of a list' }).waitFor();
    await expect.poll(async () => (await column(1)).slice(0, 2)).toEqual(['mauve', 'Grey']);
    await expect.poll(() => cell(0, 1).getByRole('img', { name: 'Does not fit' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Values: sky' }).click();
    await expect
      .poll(() => page.getByRole('dialog', { name: 'Values: sky' }).getByRole('listitem').allInnerTexts())
      .toEqual(['Blue\n2', 'Grey\n2', 'mauve\n1', 'No answer\n1', 'Does not fit\n1', 'Unsure\n2']);
    await page.keyboard.press('Escape');

    await page.evaluate((id) => location.replace(`#/photo/${id}`), photoIds[0]);
    await page.getByRole('tab', { name: 'Details' }).click();
    const fields = page.getByRole('region', { name: 'Fields' });
    await fields.getByText('Not in the list').waitFor();
    await fields.getByRole('combobox', { name: /^sky/ }).click();
    await page.getByRole('option', { name: 'Grey' }).click();
    await fields.getByRole('combobox', { name: 'sky: Grey' }).waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    expect((await library.client.photos.summary({ selection: { query: 'answer:sky=grey' } })).photos).toBe(3);
    const [field] = await library.client.fields.list();
    await library.client.fields.remove({ id: field?.id ?? 0 });
    await expect.poll(() => fields.count()).toBe(0);
    await library.client.photos.writeAnswer({ photoId: photoIds[0] ?? 0, question, text: '' });
  });

  it('is defined, renamed and removed in the settings, and shown among the facets', async () => {
    await page.evaluate(() => location.replace('#/settings'));
    const section = page.getByRole('region', { name: 'Fields' });
    await section.getByRole('button', { name: 'New field' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Name' }).fill('sky');
    await form.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: 'One of a list' }).click();
    await form.getByRole('textbox', { name: 'Values, one per line' }).fill('Blue\nGrey');
    await form.getByRole('textbox', { name: 'Questions, one per line' }).fill(question);
    await form.getByRole('button', { name: 'Save' }).click();
    // The list may know of it before the form has heard that it is saved, and is gone.
    await form.waitFor({ state: 'detached' });
    await section.getByRole('button', { name: 'Edit field sky' }).click();
    await page.getByRole('dialog', { name: 'Edit field' }).getByRole('textbox', { name: 'Name' }).fill('heaven');
    await page.keyboard.press('Control+Enter');
    await section.getByRole('listitem').getByText('heaven').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await section.getByRole('button', { name: 'Remove field heaven' }).click();
    await section.getByRole('listitem').waitFor({ state: 'detached' });
    await noticeButton(page, 'Field heaven removed. Its answers are kept.', 'Undo').click();
    await section.getByRole('listitem').getByText(question).waitFor();

    await page.evaluate(() => location.replace('#/library'));
    // Until the view is there, the key would be pressed in the settings.
    await page.getByRole('listbox', { name: 'Photos', exact: true }).focus();
    await page.keyboard.press('Shift+F');
    await page.getByRole('listbox', { name: 'heaven' }).getByRole('option', { name: 'Blue, 3 photos' }).click();
    await expect.poll(() => page.url()).toContain(encodeURIComponent('answer:heaven=Blue'));
    const [field] = await library.client.fields.list();
    await library.client.fields.remove({ id: field?.id ?? 0 });
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

describe('the mouse in the table', () => {
  it('chooses a cell that the keys go on from, and ends what is written elsewhere without another cell being chosen', async () => {
    // The table has the keyboard as it opens.
    await page.keyboard.press('ArrowRight');
    await expect.poll(current).toBe(`answer-${photoIds[0]}-1`);
    await cell(1, 1).click();
    await page.keyboard.press('ArrowDown');
    await expect.poll(current).toBe(`answer-${photoIds[2]}-1`);
    await page.keyboard.type('azure');
    await cell(3, 1).click();
    await expect.poll(() => cell(2, 1).textContent()).toContain('azure');
    await expect.poll(current).toBe(`answer-${photoIds[3]}-1`);
    await page.keyboard.type('teal');
    const search = page.getByRole('searchbox', { name: 'Search answers' });
    await search.click();
    await expect.poll(() => cell(3, 1).textContent()).toContain('teal');
    await expect.poll(() => search.and(page.locator(':focus')).count()).toBe(1);
    // A person's answers are theirs, also after the run.
    for (const row of [2, 3])
      await library.client.photos.writeAnswer({ photoId: photoIds[row] ?? 0, question, text: '' });
  });
});

describe('a person’s answer', () => {
  it('goes with Tab to the next column, and a model’s is not removed without a word', async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type('azure');
    await page.keyboard.press('Tab');
    await expect.poll(() => cell(0, 1).textContent()).toContain('azure');
    await expect.poll(current).toBe(`answer-${photoIds[0]}-2`);
    await expect.poll(() => grid().and(page.locator(':focus')).count()).toBe(1);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Delete');
    await expect.poll(() => cell(0, 1).textContent()).toContain('blue');
    await page.keyboard.press('Delete');
    await page.getByRole('status').getByText('Nothing to remove').waitFor();
  });

  it('is written into a cell, stands before the model’s, which is kept, and is undone', async () => {
    await grid().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: `Your answer: ${question}` }).fill('turquoise');
    await page.keyboard.press('Enter');
    await expect.poll(() => cell(0, 1).textContent()).toContain('turquoise');
    await expect.poll(() => cell(0, 1).getAttribute('title')).toContain('The model answered: blue');
    await expect.poll(() => cell(0, 1).getByRole('img').getAttribute('aria-label')).toBe('Written by a person');
    // The next row has the focus; a letter begins to write over it.
    await expect.poll(current).toBe(`answer-${photoIds[1]}-1`);
    await page.keyboard.type('azure');
    await page.keyboard.press('Escape');
    await expect.poll(() => cell(1, 1).textContent()).toContain('grey');
    const details = await library.client.photos.details({ id: photoIds[0] ?? 0 });
    expect(details.answers).toContainEqual(expect.objectContaining({ text: 'turquoise', source: 'human' }));
    await noticeButton(page, 'Answers saved.', 'Undo').click();
    await expect.poll(() => cell(0, 1).textContent()).toContain('blue');
    await page.keyboard.press('Escape');
    expect(opened.complaints).toEqual([]);
  });

  it('is copied to a spreadsheet with a header, and pasted from one, which says what changed', async () => {
    await grid().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+c');
    await page.getByRole('status').getByText('2 rows copied.').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe([question, 'blue', 'grey'].join('\r\n'));
    await page.evaluate((text) => navigator.clipboard.writeText(text), `${question}\nblue\nteal\n'=1+1`);
    await page.keyboard.press('Control+v');
    await expect.poll(async () => (await column(1)).slice(0, 3)).toEqual(['blue', 'teal', '=1+1']);
    const said = '2 answers for 2 photos saved as yours. 1 already the same.';
    // One run; the cells are emptied of what the person wrote, too.
    await noticeButton(page, said, 'Undo').click();
    await expect.poll(async () => (await column(1)).slice(0, 3)).toEqual(['blue', 'grey', 'blue']);
  });

  it('is copied by itself without a header, and cut where a person wrote it; selecting all does not scroll', async () => {
    await library.client.photos.writeAnswer({ photoId: photoIds[0] ?? 0, question, text: 'teal' });
    await expect.poll(() => cell(0, 1).textContent()).toContain('teal');
    await grid().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Control+x');
    await expect.poll(() => cell(0, 1).textContent()).toContain('blue');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('teal');
    const first = cell(0, 1);
    const rows = page.locator('.answer-rows');
    const size = page.viewportSize() ?? { width: 1280, height: 800 };
    await page.setViewportSize({ ...size, height: 320 });
    await expect.poll(() => rows.evaluate((list) => list.scrollHeight - list.clientHeight)).toBeGreaterThan(60);
    await page.keyboard.press('Control+a');
    await expect.poll(() => first.getAttribute('aria-selected')).toBe('true');
    await expect.poll(() => rows.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    await page.keyboard.press('Escape');
    await page.setViewportSize(size);
  });

  it('is taken away with Delete, so that the model’s is shown again', async () => {
    await library.client.photos.writeAnswer({ photoId: photoIds[0] ?? 0, question, text: 'teal' });
    await expect.poll(() => cell(0, 1).textContent()).toContain('teal');
    await grid().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Delete');
    await expect.poll(() => cell(0, 1).textContent()).toContain('blue');
    await expect.poll(() => cell(0, 1).getByRole('img').count()).toBe(0);
  });
});

describe('the table', () => {
  it('has no problem that axe finds', { timeout: 60_000 }, async () => {
    await using other = await openPage(library, `#/run/${runId}`);
    await other.page.getByRole('gridcell').nth(3).waitFor();
    await other.page.getByRole('button', { name: `Values: ${question}` }).click();
    await other.page.getByRole('checkbox', { name: /Unsure/ }).check();
    expect(await accessibilityProblems(other)).toEqual([]);
  });
});
