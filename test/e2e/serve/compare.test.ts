/** @file Photos side by side in a browser. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { libraryPlaces } from '../../../main/library/files/libraryPlaces.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary, textOf } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
/** Oldest first, as the list is ordered here. */
let ids: number[];

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
  ids = ['IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1010.jpg', 'IMG_1015.jpg'].map((name) => library.photoId(name));
  const [first = 0, second = 0] = ids;
  await library.client.photos.writeCaption({ photoId: first, text: 'Three white boats at dusk' });
  await library.client.photos.writeCaption({ photoId: second, text: 'One brown boat at dusk' });
  const add = (photoIds: number[], path: string) =>
    library.client.tags.edit({ selection: { photoIds }, operation: { type: 'add', paths: [path] } });
  await add([first, second], 'sea');
  await add([first], 'balloon');
});

afterAll(() => library[Symbol.asyncDispose]());

beforeEach(async () => {
  opened = await openPage(library, '#/library?order=name&asc=');
  page = opened.page;
  await page.getByRole('option').first().waitFor();
});

afterEach(() => opened[Symbol.asyncDispose]());

const pane = (name: string): Locator => page.getByRole('group', { name: new RegExp(`^Photo \\d of \\d: ${name}`) });

const focused = () => page.locator('.pane[aria-current=true]').getAttribute('aria-label');

/** How much larger than at first, each. */
const widths = () =>
  page.locator('.pane .photo').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));

const address = () => page.evaluate(() => location.hash);

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

describe('photos side by side', () => {
  beforeEach(async () => {
    await press('Home', 'Shift+ArrowRight', 'n');
    await pane('IMG_1005').waitFor();
  });

  it('are told apart by words, tags and facts, marked for the eye and in words', async () => {
    expect(await address()).toContain(`#/compare/${ids[0]},${ids[1]}`);
    const [first, second] = [pane('IMG_1000'), pane('IMG_1005')];
    await expect.poll(() => first.locator('mark').allTextContents()).toEqual(['Three white boats']);
    await expect.poll(() => second.locator('mark').allTextContents()).toEqual(['One brown boat']);
    await first.getByText('(Differs: Three white boats)').waitFor();
    await first.getByRole('listitem').filter({ hasText: 'balloon (not on all)' }).waitFor();
    await expect.poll(() => second.getByRole('listitem').allTextContents()).toEqual(['sea']);
    await first.getByText('Date taken').waitFor();
    await expect.poll(() => first.getByText('Dimensions').count()).toBe(0);
    expect(await accessibilityProblems(opened)).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  it('are zoomed together until their link is undone, and marked, replaced and removed one by one by key', async () => {
    await expect.poll(focused).toContain('IMG_1005');
    await press('ArrowRight');
    await expect.poll(focused).toContain('IMG_1000');
    const fitted = await widths();
    await press('+');
    await expect.poll(async () => (await widths()).every((width, at) => width > (fitted[at] ?? 0) * 1.3)).toBe(true);
    await press('l', 'z');
    await expect.poll(async () => (await widths())[0]).toBe(fitted[0]);
    expect((await widths())[1]).toBeGreaterThan(fitted[1] ?? 0);

    await press('3');
    await pane('IMG_1000').getByRole('img', { name: '3 stars' }).waitFor();
    const cards = await library.client.photos.cards({ ids: ids.slice(0, 2) });
    expect(cards.map(({ marks }) => marks.rating)).toEqual([3, null]);

    await press(']');
    await expect.poll(focused).toContain('IMG_1010');
    await press('ArrowRight', ']');
    await expect.poll(address).toContain(`#/compare/${ids[2]},${ids[3]}`);
    // two are the fewest
    await press('Backspace');
    expect(await address()).toContain(`#/compare/${ids[2]},${ids[3]}`);
    await press('Escape');
    await expect.poll(() => page.getByRole('option', { selected: true }).count()).toBe(2);
    await press('Shift+ArrowLeft', 'Shift+ArrowLeft', 'n');
    await expect.poll(() => page.locator('.pane').count()).toBe(3);
    await press('Backspace');
    await expect.poll(() => page.locator('.pane').count()).toBe(2);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-current'))).toBe('true');
  });
});

describe('the captions of a photo', () => {
  it('stand one below the other, and a number shows that one: a person’s stays beside it, and undoing brings it back', async () => {
    const photoId = ids[2] ?? 0;
    const { runs, captions } = library.app.catalog;
    for (const [preset, text] of [
      ['caption', 'a boat on the sea'],
      ['detailed', 'two boats on the sea'],
    ] as const)
      runs.within({ kind: 'caption', description: { kind: 'caption', preset } }, (runId) =>
        captions.add(photoId, runId, { text, source: 'model' }),
      );
    await library.client.photos.writeCaption({ photoId, text: 'My boats on the sea' });
    const shown = async () => (await library.client.photos.details({ id: photoId })).caption;
    await page.evaluate((hash) => location.replace(hash), `#/photo/${photoId}`);
    await page.getByRole('button', { name: 'Choose caption' }).waitFor();
    await press('v');
    const list = page.getByRole('region', { name: 'Captions of this photo' });
    const rows = list.getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(3);
    await expect.poll(() => list.locator('mark').allTextContents()).toEqual(['two', 'a boat']);
    await list.getByText('detailed').waitFor();
    await expect.poll(() => accessibilityProblems(opened)).toEqual([]);

    await press('3');
    await expect
      .poll(shown)
      .toMatchObject({ text: 'a boat on the sea', source: 'model', approvedAtMs: expect.any(Number) });
    // no row goes elsewhere, and no key is a rating
    await expect.poll(() => rows.nth(2).getByRole('button', { pressed: true }).count()).toBe(1);
    await press('5');
    await press('1');
    await expect.poll(shown).toMatchObject({ text: 'My boats on the sea', source: 'human' });
    await press('Control+z');
    await expect.poll(shown).toMatchObject({ text: 'a boat on the sea' });
    await press('Control+z');
    await expect.poll(shown).toMatchObject({ text: 'My boats on the sea', source: 'human' });
    expect((await library.client.photos.details({ id: photoId })).marks.rating).toBeNull();
    await press('Escape');
    await expect.poll(() => list.count()).toBe(0);
    await expect.poll(address).toContain(`#/photo/${photoId}`);
  });
});

describe('two models or presets', () => {
  it('are asked side by side, and of their answers only the one that is picked is stored, as the model’s, approved by the person', async () => {
    const photoId = library.photoId('IMG_1020.jpg');
    const { client } = library;
    await client.photos.writeCaption({ photoId, text: 'My own words' });
    const before = await client.photos.details({ id: photoId });
    const lastRunId = async () => (await client.runs.list({ withEdits: true, limit: 1 }))[0]?.id;
    const runsBefore = await lastRunId();
    await page.evaluate((hash) => location.replace(hash), `#/photo/${photoId}`);
    await page.getByRole('button', { name: 'Compare models or presets' }).waitFor();
    await press('Shift+V');
    const ask = page.getByRole('button', { name: 'Ask both' });
    await expect.poll(() => ask.isDisabled()).toBe(true);
    const second = page.getByRole('group', { name: 'Answer 2' });
    await second.getByRole('combobox', { name: 'Preset' }).click();
    await page.getByRole('option', { name: 'detailed' }).click();
    // As the hint says, also while a list has the keyboard.
    await expect
      .poll(() => second.getByRole('combobox', { name: 'Preset' }).and(page.locator(':focus')).count())
      .toBe(1);
    await page.getByText('Press Ctrl ⏎ to ask both').waitFor();
    await press('Control+Enter');
    await second.getByRole('button', { name: 'Use answer 2' }).waitFor();
    const text = await textOf(second.locator('.text'));
    await second.getByText(/\d (ms|s)/).waitFor();
    await expect.poll(() => accessibilityProblems(opened)).toEqual([]);
    expect((await client.photos.details({ id: photoId })).captions).toEqual(before.captions);
    expect(await lastRunId()).toBe(runsBefore);

    await press('4', '2');
    const shown = async () => (await client.photos.details({ id: photoId })).caption;
    await expect.poll(shown).toMatchObject({ source: 'model', approvedAtMs: expect.any(Number) });
    const after = await client.photos.details({ id: photoId });
    expect(text).toContain(after.caption?.text);
    expect(after.captions.map((caption) => [caption.source, caption.preset])).toEqual([
      ['model', 'detailed'],
      ['human', null],
    ]);
    expect(after.marks.rating).toBeNull();
    await press('Control+z');
    await expect.poll(shown).toMatchObject({ text: 'My own words', source: 'human' });
    await expect(client.trials.keep({ trialId: 1000 })).rejects.toMatchObject({ code: 'NO_SUCH_TRIAL' });
    await press('Escape');
    await expect.poll(() => second.count()).toBe(0);
  });
});

describe('two models of different families', () => {
  const families = { captioner: 'blip-caption', answerer: 'blip2-t5' };

  beforeAll(async () => {
    const { models: modelsFolder } = libraryPlaces(library.app.catalog.libraryFolder);
    for (const [id, fixture] of Object.entries(families))
      await importCheckpoint({ source: join(fixturesFolder, fixture), modelsFolder, id });
  });

  beforeEach(async () => {
    await page.evaluate((hash) => location.replace(hash), `#/photo/${ids[2]}`);
    await page.getByRole('button', { name: 'Compare models or presets' }).waitFor();
    await press('Shift+V');
    askBoth = page.getByRole('button', { name: 'Ask both' });
    await askBoth.waitFor();
  });

  afterEach(async () => {
    library.host.release();
    library.app.catalog.settings.set('loadedModels', 2);
    await library.app.settingsChanged();
  });

  const side = (number: number) => page.getByRole('group', { name: `Answer ${number}` });
  const question = () => page.getByRole('combobox', { name: 'Question', exact: true });
  let askBoth: Locator;

  async function choose(number: number, model: string): Promise<void> {
    await side(number).getByRole('combobox', { name: 'Model' }).click();
    await page.getByRole('option', { name: model, exact: true }).click();
  }

  const modelsIn = async (number: number) => await side(number).locator('.meta').allTextContents();

  it('answer at once: one that is slow holds up nothing, and can be stopped', async () => {
    library.host.slowNext();
    await choose(1, 'captioner');
    await choose(2, 'demo');
    await askBoth.click();
    await side(2).getByRole('button', { name: 'Use answer 2' }).waitFor();
    await expect.poll(() => modelsIn(1)).toEqual([expect.stringContaining('Writing')]);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect.poll(() => modelsIn(1)).toEqual([]);
    await expect.poll(() => modelsIn(2)).toEqual([expect.stringContaining('demo')]);
    library.host.release();
    await askBoth.click();
    await side(1).getByRole('button', { name: 'Use answer 1' }).waitFor();
    await side(2).getByRole('button', { name: 'Use answer 2' }).waitFor();
    await expect.poll(() => modelsIn(1)).toEqual([expect.stringMatching(/captioner.*running at once/)]);
  });

  it('answer one after the other where only one of them may be in memory', async () => {
    library.app.catalog.settings.set('loadedModels', 1);
    await library.app.settingsChanged();
    await choose(1, 'captioner');
    await choose(2, 'demo');
    await askBoth.click();
    await side(1).getByRole('button', { name: 'Use answer 1' }).waitFor();
    await side(2).getByRole('button', { name: 'Use answer 2' }).waitFor();
  });

  it('answer the same question: what one of them cannot do stands beside the other’s answer, which is kept as one', async () => {
    const photoId = ids[2] ?? 0;
    const answers = async () => (await library.client.photos.details({ id: photoId })).answers;
    await choose(1, 'captioner');
    await choose(2, 'answerer');
    await question().fill('how many boats are there?');
    await question().press('Enter');
    await side(2).getByRole('button', { name: 'Use answer 2' }).waitFor();
    await side(1).locator('.problem').waitFor();
    await expect.poll(() => side(1).getByRole('combobox', { name: 'Preset' }).count()).toBe(0);
    await expect.poll(() => accessibilityProblems(opened)).toEqual([]);
    expect(await answers()).toEqual([]);
    await press('2');
    const run = { modelId: 'answerer', source: 'model', question: 'how many boats are there?' };
    await expect.poll(answers).toMatchObject([run]);
    await press('Control+z');
    await expect.poll(answers).toEqual([]);
    await choose(1, 'answerer');
    await expect.poll(() => askBoth.isDisabled()).toBe(true);
  });
});
