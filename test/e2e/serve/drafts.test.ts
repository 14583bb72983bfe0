/** @file What a person types in a browser and has not sent, over a reload of the page, another photo, and a closed form. */
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
let photoIds: number[];
let runId: number;
let libraryId: string;
const question = 'what is in the sky?';

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
  const { answers, captions, connection, runs, settings } = library.app.catalog;
  libraryId = settings.libraryId();
  photoIds = connection.prepare<[], number>('SELECT id FROM photo ORDER BY name_order').pluck().all();
  runId = runs.within({ kind: 'ask', description: { kind: 'ask', question, more: 0 } }, (id) => {
    for (const photoId of photoIds)
      answers.add(photoId, answers.questionId(question), id, { text: 'a cloud', source: 'model' });
    return id;
  });
  runs.within({ kind: 'caption', description: { kind: 'named', name: 'Caption' } }, (id) => {
    captions.add(photoIds[0] ?? 0, id, {
      text: 'a boat',
      source: 'model',
      captionScore: { itm: 0.1, doubtful: true, candidates: [] },
    });
  });
  await library.client.fields.save({ name: 'sky', type: 'text', values: [], questions: [question] });
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  opened = await openPage(library, '#/library');
  page = opened.page;
  await listed();
});
afterEach(() => opened[Symbol.asyncDispose]());

const listed = () => page.getByRole('listbox', { name: 'Photos' }).getByRole('option').nth(1).waitFor();
const textbox = (name: string | RegExp): Locator => page.getByRole('textbox', { name });

/** As with a link in the page. */
async function go(hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}

async function openPhoto(index: number, tab: 'Chat' | 'Details'): Promise<void> {
  await go(`#/photo/${photoIds[index]}`);
  await page.getByRole('tab', { name: tab }).click();
}

async function openCaption(index: number): Promise<void> {
  await openPhoto(index, 'Details');
  await page.keyboard.press('e');
  await textbox('Caption text').waitFor();
}

async function openAskForm(): Promise<void> {
  await go('#/library');
  await listed();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Shift+A');
  await textbox('Questions').waitFor();
}

async function openPreset(): Promise<void> {
  await go('#/settings');
  await page.getByRole('button', { name: 'New preset' }).click();
}

describe.each<{ what: string; open: () => Promise<void>; field: string | RegExp; done: () => Promise<void> }>([
  {
    what: 'a question of the chat',
    open: () => openPhoto(1, 'Chat'),
    field: 'Your question',
    done: async () => {
      await textbox('Your question').press('Enter');
      await page.locator('.answer > .text').waitFor();
    },
  },
  {
    what: 'questions to many photos',
    open: openAskForm,
    field: 'Questions',
    done: async () => {
      await page.getByRole('dialog').getByRole('button', { name: 'Ask', exact: true }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
  },
  {
    what: 'a preset',
    open: openPreset,
    field: 'Prompt',
    done: () => page.getByRole('button', { name: 'Cancel' }).click(),
  },
])('$what', ({ open, field, done }) => {
  it('is there after a reload, in no other library, and gone once it is where it belongs', async () => {
    const { settings } = library.app.catalog;
    await open();
    await textbox(field).fill('is it a gull?');
    await page.reload();
    await open();
    await expect.poll(() => textbox(field).inputValue()).toBe('is it a gull?');
    settings.set('libraryId', 'another');
    await page.reload();
    await open();
    await expect.poll(() => textbox(field).inputValue()).toBe('');
    settings.set('libraryId', libraryId);
    await page.reload();
    await open();
    await expect.poll(() => textbox(field).inputValue()).toBe('is it a gull?');
    await done();
    await expect
      .poll(async () => {
        await page.reload();
        await open();
        return await textbox(field).inputValue();
      })
      .toBe('');
  });
});

describe('an answer', () => {
  const answered = async (index: number): Promise<string | undefined> => {
    const { fields } = await library.client.photos.details({ id: photoIds[index] ?? 0 });
    return fields[0]?.answer?.text;
  };

  it('in the panel is saved although the page is closed, or another photo comes, while it is typed', async () => {
    await openPhoto(0, 'Details');
    const sky = page.getByRole('region', { name: 'Fields' }).getByRole('textbox', { name: 'sky' });
    await sky.fill('two gulls');
    await page.reload();
    await expect.poll(() => answered(0)).toBe('two gulls');
    await expect.poll(() => sky.inputValue()).toBe('two gulls');
    await sky.fill('three gulls');
    await go(`#/photo/${photoIds[1]}`);
    await expect.poll(() => answered(0)).toBe('three gulls');
    await expect.poll(() => sky.inputValue()).toBe('a cloud');
  });

  it('in a cell is saved although the page is closed while it is typed, and not where the person does not want it', async () => {
    await go(`#/run/${runId}`);
    const written = textbox(`Your answer: ${question}`);
    await page.getByRole('grid', { name: 'Answers by photo' }).getByText('a cloud').nth(2).dblclick();
    await written.fill('four gulls');
    await page.reload();
    await expect
      .poll(async () => (await Promise.all(photoIds.map((_, index) => answered(index)))).sort())
      .toContain('four gulls');
    await page.getByText('a cloud').first().dblclick();
    await written.fill('five gulls');
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByText('four gulls').waitFor();
    expect(await Promise.all(photoIds.map((_, index) => answered(index)))).not.toContain('five gulls');
  });
});

it('a caption under review is there to be gone on with after a reload, and after the person went on', async () => {
  await go('#/review');
  await page.getByText('a boat').waitFor();
  await page.keyboard.press('e');
  await textbox('Caption text').fill('a boat with gulls');
  await page.reload();
  await expect.poll(() => textbox('Caption text').inputValue()).toBe('a boat with gulls');
  await page.keyboard.press('Enter');
  await page.getByText('All reviewed').waitFor();
  const { caption } = await library.client.photos.details({ id: photoIds[0] ?? 0 });
  expect(caption).toMatchObject({ text: 'a boat with gulls', source: 'human' });
});

it('a caption is saved as that of the photo that it was written about, whichever comes while it is typed', async () => {
  const captions = async () =>
    await Promise.all(
      photoIds.slice(2, 4).map(async (id) => (await library.client.photos.details({ id })).caption?.text),
    );
  await openCaption(2);
  await textbox('Caption text').fill('gulls over a pier');
  await go(`#/photo/${photoIds[3]}`);
  await expect.poll(captions).toEqual(['gulls over a pier', undefined]);
  await openCaption(2);
  await textbox('Caption text').fill('gulls over a bridge');
  await page.reload();
  await expect.poll(captions).toEqual(['gulls over a bridge', undefined]);
});

it('a question that is asked again in other words is there to be gone on with after a reload', async () => {
  await openPhoto(2, 'Chat');
  await textbox('Your question').fill('is it a boat?');
  await page.keyboard.press('Enter');
  await page.locator('.answer > .text').waitFor();
  await page.getByRole('button', { name: 'Edit question' }).click();
  await textbox('Edit question').fill('is it a ship?');
  await page.reload();
  await expect.poll(() => textbox('Edit question').inputValue()).toBe('is it a ship?');
  await textbox('Edit question').press('Enter');
  await page.locator('.question', { hasText: 'is it a ship?' }).waitFor();
  await page.locator('.answer > .text').waitFor();
  await page.reload();
  await page.locator('.question', { hasText: 'is it a ship?' }).waitFor();
  await expect.poll(() => textbox('Edit question').count()).toBe(0);
});
