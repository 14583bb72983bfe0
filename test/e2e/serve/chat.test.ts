/** @file The conversation with a photo, in a browser, answered by the bundled model. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import {
  accessibilityProblems,
  noticeButton,
  openPage,
  type ServedLibrary,
  serveLibrary,
  textOf,
} from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

const expectedSchema = z.object({
  answers: z.array(z.object({ file: z.string(), prompt: z.string(), beams: z.int(), text: z.string() })),
});

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
/** Each test has a photo of its own, and so a conversation of its own. */
const fileNames = ['IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1010.jpg', 'IMG_1015.jpg', 'IMG_1020.jpg', 'IMG_1025.jpg'];
let turn = 0;
let photoId: number;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});

afterAll(() => library[Symbol.asyncDispose]());

beforeEach(async () => {
  photoId = library.photoId(fileNames[turn % fileNames.length] ?? '');
  await library.client.chat.clear({ photoId });
  turn += 1;
  opened = await openPage(library, `#/photo/${photoId}`);
  page = opened.page;
  await page.getByRole('tab', { name: 'Details' }).waitFor();
});

afterEach(async () => {
  library.host.endNext(0);
  library.host.release();
  await opened[Symbol.asyncDispose]();
});

const answers = (): Locator => page.locator('.answer > .text');
const growing = (): Locator => page.locator('.growing');

async function ask(question: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your question' }).fill(question);
  await page.keyboard.press('Enter');
}

/** A menu that just opened takes keys only then. */
const keyboardInMenu = (): Promise<void> => page.locator('[role=menuitem]:focus').waitFor();

/** Asks, and waits for the whole answer. */
async function answerTo(question: string): Promise<string> {
  const before = await answers().count();
  await ask(question);
  await answers().nth(before).waitFor();
  return await textOf(answers().nth(before));
}

it('answers each of several questions as the reference does', async () => {
  const expected = expectedSchema.parse(
    JSON.parse(await readFile(resolve('resources/demo-photos/expected.json'), 'utf8')),
  );
  const file = `Coast/${fileNames[(turn - 1) % fileNames.length]}`;
  const asked = expected.answers
    .filter(
      (answer) => answer.file === file && answer.beams === 1 && /^(is|what|which|how|on|do) .*\?$/.test(answer.prompt),
    )
    .slice(0, 4);
  expect(asked.length).toBe(4);
  for (const { prompt, text } of asked) expect(await answerTo(prompt)).toBe(text);
});

it('the chat pane shows an answer while it is written, and keeps the conversation over a reload', async () => {
  library.host.holdAnswers();
  await ask('what is in the picture?');
  await growing().filter({ hasText: /\w/ }).waitFor();
  const begun = await textOf(growing());
  await expect.poll(() => answers().count()).toBe(0);
  library.host.release();
  await answers().waitFor();
  const answer = await textOf(answers());
  expect(answer.startsWith(begun)).toBe(true);
  await expect.poll(() => page.locator('[aria-live=polite]').filter({ hasText: answer }).count()).toBe(1);
  await page.reload();
  await answers().waitFor();
  await expect.poll(() => textOf(answers())).toBe(answer);
  expect(opened.complaints).toEqual([]);
});

it('the chat pane stops an answer with Escape and keeps what was said so far', async () => {
  library.host.holdAnswers();
  await ask('what is in the picture?');
  await growing().filter({ hasText: /\w/ }).waitFor();
  const begun = await textOf(growing());
  await page.keyboard.press('Escape');
  await page.getByText('Stopped.').waitFor();
  await expect.poll(() => textOf(answers())).toBe(begun);
  await page.reload();
  await page.getByText('Stopped.').waitFor();
});

it('the chat pane asks a question again in other words, and goes back to the first with what followed it', async () => {
  await answerTo('is there a boat?');
  const followUp = await answerTo('what is the weather like?');
  await page.getByText('is there a boat?').hover();
  await page.getByRole('button', { name: 'Edit question and ask again' }).first().click();
  await page.keyboard.type('what is in the picture?');
  await page.keyboard.press('Enter');
  await page.getByText('is there a boat?').waitFor({ state: 'detached' });
  await answers().waitFor();
  await expect.poll(() => answers().count()).toBe(1);
  const messages = await library.client.chat.messages({ photoId });
  expect(messages.map(({ author }) => author)).toEqual(['human', 'model']);
  expect(messages[0]?.text).toBe('what is in the picture?');
  await page.getByText('Version 2 of 2 of this question').waitFor();
  const previous = page.getByRole('button', { name: 'Previous version' });
  await previous.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Version 1 of 2 of this question').waitFor();
  await expect.poll(() => textOf(answers().nth(1))).toBe(followUp);
  await expect.poll(() => previous.evaluate((button) => button === document.activeElement)).toBe(true);
  // By keys, too, while the next question is typed; round and round.
  await page.getByRole('textbox', { name: 'Your question' }).fill('half a quest');
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByText('Version 2 of 2 of this question').waitFor();
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByText('Version 1 of 2 of this question').waitFor();
  await expect.poll(() => page.getByRole('textbox', { name: 'Your question' }).inputValue()).toBe('half a quest');
  await page.reload();
  await page.getByText('Version 1 of 2 of this question').waitFor();
  await expect.poll(() => answers().count()).toBe(2);
});

it('a conversation is worked with by keys alone: asked in 2, its answer quoted in 2 to 3, undone in 2, asked of all photos in 2', async () => {
  let keys = 0;
  const press = async (key: string) => {
    keys++;
    await page.keyboard.press(key);
  };
  const caption = async () => (await library.client.photos.details({ id: photoId })).captions[0];
  await library.client.photos.writeCaption({ photoId, text: 'Our boat' });
  await page.locator('section.view').focus();
  await press('a');
  await page.keyboard.type('what is in the picture?');
  await press('Enter');
  await answers().waitFor();
  const answer = await textOf(answers());
  expect(keys).toBe(2);

  // The first of the menu makes it the caption, the second adds it to the one that is there.
  await press('Control+j');
  await keyboardInMenu();
  await press('ArrowDown');
  await press('Enter');
  await page.getByRole('status').getByText('Added to your caption, based on the model’s answer.').waitFor();
  expect(keys).toBe(5);
  expect(await caption()).toMatchObject({
    text: `Our boat, ${answer}`,
    source: 'human',
    basedOn: { source: 'model', modelId: 'demo' },
  });
  // The keyboard is back in the question's field, whose own undo these keys are.
  await press('Escape');
  await press('Control+z');
  await page.getByText('Undone: Add answer to caption').waitFor();
  expect(await caption()).toMatchObject({ text: 'Our boat', source: 'human', basedOn: null });
  await press('Control+j');
  await keyboardInMenu();
  await press('Enter');
  await page.getByText('Set as caption.').waitFor();
  expect(keys).toBe(9);
  expect(await caption()).toMatchObject({ text: answer, source: 'model' });

  await press('a');
  await page.keyboard.type('what is in the picture?');
  keys = 0;
  await press('Alt+Enter');
  const form = page.getByRole('dialog', { name: /^Ask all \d+ photos found/ });
  await form.getByText(/answers for \d+ photos to do/).waitFor();
  expect(await accessibilityProblems(opened)).toEqual([]);
  await press('Enter');
  expect(keys).toBe(2);
  await page.getByText(/^Also asked of \d+ photos\./).waitFor();
  await page.getByRole('link', { name: 'Show answers' }).click();
  await page.waitForURL(/#\/run\/\d+/);
  await page.getByRole('heading', { name: /what is in the picture/ }).waitFor();
  expect(opened.complaints).toEqual([]);
});

it('a saved question is chosen and its blanks are filled in by keys, with what went there before, and once for all photos, with the settings of the chat', async () => {
  const field = page.getByRole('textbox', { name: 'Your question' });
  const selected = () =>
    field.evaluate((area) =>
      area instanceof HTMLTextAreaElement ? area.value.slice(area.selectionStart, area.selectionEnd) : undefined,
    );
  const choose = async (words: string, place = 0) => {
    await field.press('/');
    await keyboardInMenu();
    for (let step = 0; step < place; step++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => field.inputValue()).toBe(words);
    await expect.poll(selected).toBe('___');
  };
  await field.press('/');
  await keyboardInMenu();
  await page.keyboard.press('Escape');
  await expect.poll(() => field.evaluate((area) => area === document.activeElement)).toBe(true);
  await choose('how many ___ are there?');
  await page.getByText('Blank 1 of 1.').waitFor({ state: 'attached' });
  await page.keyboard.press('Enter');
  await page.keyboard.type('boats');
  await page.keyboard.press('Enter');
  await page.getByText('how many boats are there?').waitFor();
  await answers().waitFor();

  await choose('is there a ___ next to the ___?', 5);
  await page.keyboard.type('boat');
  await page.keyboard.press('Tab');
  await page.keyboard.type('house');
  await page.keyboard.press('Shift+Tab');
  await expect.poll(selected).toBe('boat');
  expect(await accessibilityProblems(opened)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByText('is there a boat next to the house?').waitFor();
  await answers().nth(1).waitFor();

  await choose('how many ___ are there?');
  await page.getByRole('list', { name: 'Recent entries' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => field.inputValue()).toBe('how many boats are there?');
  await page.getByRole('button', { name: 'Answer settings' }).click();
  const chatSettings = page.getByRole('dialog', { name: 'Answer settings' });
  await chatSettings.getByLabel('Beams').fill('3');
  await chatSettings.getByLabel('Beams').press('Tab');
  await page.keyboard.press('Escape');
  await field.fill('how many ___ are there?');
  await page.keyboard.press('Alt+Enter');
  const form = page.getByRole('dialog', { name: /^Ask all/ });
  const blank = form.getByLabel('Blank in “how many ___ are there?”');
  await expect.poll(() => blank.evaluate((input) => input === document.activeElement)).toBe(true);
  await expect.poll(() => form.getByRole('button', { name: 'Ask', exact: true }).isDisabled()).toBe(true);
  await expect.poll(() => form.getByLabel('Beams').inputValue()).toBe('3');
  await form.getByLabel('Maximum length (tokens)').fill('9');
  await blank.focus();
  await page.keyboard.type('kites');
  await page.keyboard.press('Enter');
  await page.getByText(/^Asking/).waitFor();
  const [run] = await library.client.runs.list({});
  expect(run?.description).toMatchObject({ kind: 'ask', question: 'how many kites are there?' });
  const { identity } = library.app.catalog.runs.get(run?.id ?? 0);
  expect(identity?.settings).toMatchObject({ numBeams: 3, maxNewTokens: 9, sample: false, stopOnLoop: true });
  // A later form about an answer has what that was given with, whatever is set now.
  await page
    .getByRole('button', { name: /^Ask all \d+ photos found/ })
    .first()
    .click();
  await form.getByText('Change answer settings').waitFor();
  await expect.poll(() => form.getByLabel('Beams').count()).toBe(0);
  await page.keyboard.press('Escape');
  expect(opened.complaints).toEqual([]);
});

it('the chat pane shows where in the photo an answer takes its words from, and gets the keyboard back', async () => {
  const answer = await answerTo('what is in the picture?');
  // from the grid, too: the photo is opened for it
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.waitForURL(/#\/library/);
  const why = page.getByRole('button', { name: 'Why these words?' }).last();
  await why.click();
  await page.waitForURL(new RegExp(`#/photo/${photoId}`));
  const words = page.getByRole('toolbar', { name: 'Words of the text' });
  await words.waitFor();
  await expect.poll(() => textOf(words)).toBe(answer);
  expect(await accessibilityProblems(opened)).toEqual([]);
  await page.keyboard.press('Escape');
  await words.waitFor({ state: 'detached' });
  await expect.poll(() => why.evaluate((button) => button === document.activeElement)).toBe(true);
  expect(opened.complaints).toEqual([]);
});

it('the chat pane turns an answer into tags that the person has changed', async () => {
  await answerTo('what is in the picture?');
  await page.getByRole('button', { name: 'Convert to tags' }).click();
  await page.getByRole('textbox', { name: 'Tags, separated by commas' }).fill('sea, places/Coast');
  await page.keyboard.press('Enter');
  await page.getByText('2 tags added.').waitFor();
  expect((await library.client.photos.details({ id: photoId })).tags.toSorted()).toEqual(['places/Coast', 'sea']);
});

it('the chat pane gives the whole answer although the model process ends in the middle of it', async () => {
  library.host.endNext(1);
  const answer = await answerTo('what is in the picture?');
  const [, message] = await library.client.chat.messages({ photoId });
  expect(message).toMatchObject({ text: answer, stopped: false });
  await expect.poll(() => page.getByRole('alert').count()).toBe(0);
});

it('the chat pane says what to do when the model process ends every time, and asks again on demand', async () => {
  library.host.endNext(2);
  await ask('what is in the picture?');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  await expect.poll(() => textOf(alert)).toContain('The model crashed twice while answering.');
  await alert.getByRole('button', { name: 'Ask again' }).click();
  await answers().waitFor();
  await expect.poll(() => alert.count()).toBe(0);
  expect((await library.client.chat.messages({ photoId })).map(({ author }) => author)).toEqual(['human', 'model']);
});

it.skipIf(process.platform === 'win32')(
  'the chat pane shows what the model was given, and copies a command for a POSIX shell that gives the same answer',
  async () => {
    const answer = await answerTo('what is in the picture?');
    await page.getByRole('button', { name: 'Answer details' }).click();
    const given = page.getByRole('dialog', { name: 'Answer details' });
    await expect.poll(() => textOf(given)).toMatch(/demo, fp32/);
    await given.getByRole('button', { name: 'Copy as command' }).click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toMatch(/^vignette ask --model demo --raw -- .*\.jpg 'what is in the picture\?'$/);
    const script = `vignette() { "$NODE" "$MAIN" "$@"; }; ${command}`;
    const env = { ...process.env, NODE: process.execPath, MAIN: resolve('main/cli/vignette.ts') };
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script], { env });
    expect(stdout.trim()).toBe(answer);
  },
);

it('the chat pane takes hostile questions for text', async () => {
  const hostile = '<img src=x onerror="document.title=\'owned\'"> \u202e{@html 1}';
  await ask(hostile);
  await page.getByText(hostile).waitFor();
  await answers().waitFor();
  await expect.poll(() => page.title()).toBe('Vignette');
  expect(opened.complaints).toEqual([]);
});

it('the chat pane begins anew, offers questions, and goes back to an earlier conversation', async () => {
  await answerTo('is there a boat?');
  await page.getByRole('button', { name: 'New conversation' }).click();
  const earlier = page.getByRole('list', { name: 'Earlier conversations' });
  await earlier.getByRole('button', { name: 'is there a boat?' }).first().click();
  await answers().waitFor();
  expect((await library.client.chat.messages({ photoId }))[0]?.text).toBe('is there a boat?');
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByText('Ask about this photo').waitFor();
  await page.getByRole('button', { name: 'What is the weather like?' }).click();
  await answers().waitFor();
  expect((await library.client.chat.messages({ photoId }))[0]?.text).toBe('what is the weather like?');
});

it('the chat pane says by which revision of the model a question was answered, of a message and of a bulk question, where it is asked', async () => {
  const { catalog } = library.app;
  const model = { id: 'vqa', sha256: 'ab', precision: 'int8' };
  const version = { ...model, source: 'Salesforce/blip-vqa-base', revision: '1a2b3c4d5e6f7a8b', compiler: '3' };
  const question = 'who is at sea?';
  const identity = { model, prompt: question, settings: generationSettingsSchema.parse({}) };
  catalog.runs.within({ kind: 'chat', description: { kind: 'chat', question }, identity }, (runId) => {
    catalog.modelVersions.record(runId, version);
    const askedId = catalog.conversations.say(photoId, { author: 'human', text: question });
    catalog.conversations.reply(askedId, { author: 'model', text: 'a sailor', runId });
  });
  catalog.runs.within({ kind: 'ask', description: { kind: 'ask', question, more: 0 }, identity }, (runId) => {
    catalog.modelVersions.record(runId, version);
    catalog.answers.add(photoId, catalog.answers.questionId(question), runId, { text: 'two sailors', source: 'model' });
  });
  await page.reload();
  await expect.poll(() => textOf(page.locator('.answer .facts .model'))).toBe('vqa');
  await page.getByRole('button', { name: 'Answer details' }).click();
  await page.getByText('vqa, revision 1a2b3c4, int8', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Details' }).click();
  const dot = page
    .getByRole('region', { name: 'Answers' })
    .getByRole('img', { name: 'Written by the model vqa', exact: true });
  await expect.poll(() => dot.getAttribute('title')).toBe('Written by the model vqa, revision 1a2b3c4, int8');
  await library.client.settings.set({ language: 'zh' });
  await page.reload();
  await page.getByTitle('vqa，修订版本 1a2b3c4，int8').waitFor();
  await library.client.settings.set({ language: 'system' });
});

describe('accessibility', () => {
  it('has no problem that axe finds with a question, an answer and what the model was given', async () => {
    await answerTo('what is in the picture?');
    await using themed = await openPage(library, `#/photo/${photoId}`);
    await themed.page.locator('.answer').waitFor();
    expect(await accessibilityProblems(themed)).toEqual([]);
    await themed.page.getByRole('button', { name: 'Answer details' }).click();
    await themed.page.getByRole('button', { name: 'Copy as command' }).waitFor();
    expect(await accessibilityProblems(themed)).toEqual([]);
  });
});

it('the chat pane warns below the answer of what the model cannot read of the question', async () => {
  await answerTo('what is 天空 there?');
  await expect
    .poll(() => textOf(page.locator('.answer .warning')))
    .toBe('This model cannot read “天”, “空”, so its answer may not fit the question.');
  await answerTo('what is in the picture?');
  await expect.poll(() => page.locator('.answer .warning').count()).toBe(1);
});

it('the chat pane suggests the vocabulary’s tag where the answer has a synonym of it, and the model stays its author', async () => {
  await answerTo('list the tags of this photo.');
  const convert = page.getByRole('button', { name: 'Convert to tags' });
  const field = page.getByRole('textbox', { name: 'Tags, separated by commas' });
  await convert.click();
  const [word = '', ...others] = (await field.inputValue()).split(', ');
  await page.keyboard.press('Escape');
  expect(word).not.toBe('');
  const tag = 'Things/Meant by a synonym';
  await library.client.tags.setVocabulary({ text: `${tag} {${word}}` });
  try {
    await convert.click();
    await expect.poll(() => field.inputValue()).toBe([tag, ...others].join(', '));
    await page.keyboard.press('Enter');
    await noticeButton(page, ' added.', 'Undo').waitFor();
    const { photoTags } = await library.client.photos.details({ id: photoId });
    expect(photoTags.filter(({ path }) => [tag, word].includes(path))).toMatchObject([
      { path: tag, source: 'model', approvedAtMs: expect.any(Number) },
    ]);
  } finally {
    await library.client.tags.setVocabulary({ text: '' });
  }
});
