/** @file The page of all tags in a browser: every change is shown exactly before it is made, and can be undone. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { accessibilityProblems, noticeButton, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
const hostile = '<img src=x onerror=alert(1)>\u202Egnp';

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(async () => {
  await library.client.tags.edit({ selection: { query: '' }, operation: { type: 'keep-only', paths: [] } });
  await library.client.tags.setVocabulary({ text: '' });
  await give('IMG_1000.jpg', ['sea', 'places', 'places/France', hostile]);
  await give('IMG_1005.jpg', ['ocean', 'places/France/Nice']);
});
afterEach(() => opened[Symbol.asyncDispose]());

async function give(fileName: string, paths: string[]): Promise<void> {
  await library.client.tags.edit({
    selection: { photoIds: [library.photoId(fileName)] },
    operation: { type: 'add', paths },
  });
}

async function open(): Promise<void> {
  opened = await openPage(library, '#/tags');
  page = opened.page;
  await page.getByRole('list', { name: 'All tags' }).getByRole('listitem').first().waitFor();
}

async function tagsOf(fileName: string): Promise<string[]> {
  return (await library.client.photos.details({ id: library.photoId(fileName) })).tags.toSorted();
}

const dialog = () => page.getByRole('dialog');
const choose = (path: string) => page.getByRole('checkbox', { name: `Select ${path}`, exact: true }).check();
const button = (name: string) => page.getByRole('button', { name, exact: true }).click();

/** Previews, then does it. */
async function confirm(photos: string): Promise<void> {
  await dialog().getByRole('button', { name: 'Preview' }).click();
  await dialog()
    .getByRole('button', { name: `Change ${photos}` })
    .click();
  await page.getByRole('status').getByText(`${photos} changed.`).waitFor();
}

describe('the tags page', () => {
  it('shows the tree, takes a hostile name for text, and finds by letters', async () => {
    await open();
    const rows = page.getByRole('list', { name: 'All tags' }).getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(6);
    await rows.filter({ hasText: hostile }).waitFor();
    await page.getByRole('searchbox', { name: 'Find a tag' }).fill('nice');
    await expect.poll(() => rows.locator('label').allInnerTexts()).toEqual(['places', 'France', 'Nice']);
    expect(opened.complaints).toEqual([]);
  });

  it('renames with what is below, says which photos change and how, and undoes it', async () => {
    await open();
    await choose('places');
    await button('Rename…');
    await dialog().getByRole('textbox', { name: 'New name' }).fill('trips');
    await dialog().getByRole('button', { name: 'Preview' }).click();
    const preview = dialog().getByRole('region', { name: 'Changes' });
    await preview.getByText('2 photos will change').waitFor();
    await expect
      .poll(() => preview.locator('ins').allInnerTexts())
      .toEqual(expect.arrayContaining(['trips/France/Nice', 'trips']));
    await expect.poll(() => tagsOf('IMG_1005.jpg')).toEqual(['ocean', 'places/France/Nice']);
    await dialog().getByRole('button', { name: 'Change 2 photos' }).click();
    await page.getByRole('status').getByText('2 photos changed.').waitFor();
    await expect.poll(() => tagsOf('IMG_1005.jpg')).toEqual(['ocean', 'trips/France/Nice']);
    await button('Undo');
    await page
      .getByRole('status')
      .getByText(/^Undone: Change tag/)
      .waitFor();
    await expect.poll(() => tagsOf('IMG_1005.jpg')).toEqual(['ocean', 'places/France/Nice']);
  });

  it('merges several into one', async () => {
    await open();
    await choose('sea');
    await choose('ocean');
    await button('Merge…');
    await dialog().getByRole('textbox', { name: 'Merge into' }).fill('water');
    await confirm('2 photos');
    await expect.poll(() => tagsOf('IMG_1005.jpg')).toContain('water');
    await expect.poll(() => tagsOf('IMG_1000.jpg')).toContain('water');
  });

  it('moves several below another', async () => {
    await open();
    await choose('sea');
    await choose('places/France');
    await button('Move under…');
    await dialog().getByRole('textbox', { name: 'Parent tag' }).fill('all');
    await confirm('2 photos');
    await expect.poll(() => tagsOf('IMG_1005.jpg')).toEqual(['all/France/Nice', 'ocean']);
    await expect
      .poll(() => tagsOf('IMG_1000.jpg'))
      .toEqual(expect.arrayContaining(['all/France', 'all/sea', 'places']));
  });

  it('removes from every photo', async () => {
    await open();
    await choose('ocean');
    await button('Remove…');
    await confirm('1 photo');
    await expect.poll(() => tagsOf('IMG_1005.jpg')).toEqual(['places/France/Nice']);
  });

  it('replaces by a regular expression, and says what is wrong with one', async () => {
    await open();
    await button('Find and replace…');
    const pattern = dialog().getByRole('textbox', { name: 'Regular expression' });
    await pattern.fill('(');
    await dialog().getByRole('button', { name: 'Preview' }).click();
    await dialog().getByText('This regular expression cannot be used').waitFor();
    await pattern.fill('^(sea|ocean)$');
    await dialog().getByRole('textbox', { name: 'Replacement' }).fill('water/$1');
    await confirm('2 photos');
    await expect.poll(() => tagsOf('IMG_1005.jpg')).toContain('water/ocean');
  });

  it('drops what deeper tags imply', async () => {
    await open();
    await button('Remove redundant parents…');
    await confirm('1 photo');
    await expect.poll(() => tagsOf('IMG_1000.jpg')).not.toContain('places');
  });

  it('keeps a vocabulary, and removes what is not in it', async () => {
    await open();
    await button('Vocabulary…');
    await dialog().getByRole('textbox', { name: 'Tags of the vocabulary' }).fill('sea\nocean\n');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Vocabulary saved: 2 tags.').waitFor();
    await button('Restrict to vocabulary…');
    await confirm('2 photos');
    await expect.poll(() => tagsOf('IMG_1000.jpg')).toEqual(['sea']);
    await expect.poll(() => tagsOf('IMG_1005.jpg')).toEqual(['ocean']);
  });

  it('takes no vocabulary before the one that there is has come, which would overwrite it', async () => {
    await open();
    const held: (() => void)[] = [];
    let isHeld = false;
    await page.routeWebSocket('**/api', (socket) => {
      socket.connectToServer().onMessage((message) => {
        if (isHeld) held.push(() => socket.send(message));
        else socket.send(message);
      });
    });
    await page.reload();
    await page.getByRole('list', { name: 'All tags' }).getByRole('listitem').first().waitFor();
    isHeld = true;
    await button('Vocabulary…');
    const field = dialog().getByRole('textbox', { name: 'Tags of the vocabulary' });
    await field.waitFor();
    expect(await field.isEditable()).toBe(false);
    await expect.poll(() => held.length).toBeGreaterThan(0);
    isHeld = false;
    for (const send of held) send();
    await field.fill('sea');
    await expect.poll(() => field.inputValue()).toBe('sea');
  });

  it("imports another program's keyword list into the vocabulary, and says what it could not take", async () => {
    await open();
    await button('Vocabulary…');
    await dialog().getByRole('textbox', { name: 'Tags of the vocabulary' }).fill('things/kite');
    const buffer = Buffer.from('\uFEFFthings\r\n\tboat\r\n\t\t{ship}\r\n\tAC/DC\r\n', 'utf16le');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'Lightroom keywords.txt', mimeType: 'text/plain', buffer });
    await dialog().getByText('Read 3 tags and 1 synonym. Save to keep them.').waitFor();
    await dialog().getByText('Line 4, things/AC∕DC: the slash in its name was replaced').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Vocabulary saved: 4 tags.').waitFor();
    const kept = 'things\nthings/AC∕DC\nthings/boat {ship}\nthings/kite';
    await expect.poll(() => library.client.tags.vocabulary()).toEqual({ text: kept });
    await noticeButton(page, 'Vocabulary saved: 4 tags.', 'Undo').click();
    await expect.poll(() => library.client.tags.vocabulary()).toEqual({ text: '' });
  });

  it('lets a model tag the selected photos out of the vocabulary, by its own words or synonyms, as one run', async () => {
    // The model says "boat" and "sea"; the list spells them otherwise.
    await library.client.tags.setVocabulary({ text: 'things/Vessel {boat}\nplaces/Sea\nplaces/Volcano' });
    opened = await openPage(library, '#/library?q=folder:Coast');
    page = opened.page;
    await page.getByRole('option').first().click();
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: 'Tag…' }).click();
    await page.getByText('Let a model choose tags').click();
    await page.getByText('Out of the 3 tags in the vocabulary.').waitFor();
    await page.getByRole('button', { name: 'Start tagging' }).click();
    await page.getByRole('status').getByText('Tagging 6 photos.').waitFor();
    await expect
      .poll(() => tagsOf('IMG_1000.jpg'), { timeout: 60_000 })
      .toEqual(expect.arrayContaining(['things/Vessel', 'places/Sea']));
    const runId = await eventually(async () => {
      const [run] = await library.client.runs.list({ limit: 1 });
      if (run?.state !== 'done') throw new Error('not done yet');
      expect(run.description).toEqual({ kind: 'tag', vocabulary: 3 });
      return run.id;
    }, 60_000);
    const { photoTags } = await library.client.photos.details({ id: library.photoId('IMG_1000.jpg') });
    expect(photoTags.find(({ path }) => path === 'things/Vessel')).toMatchObject({ source: 'model' });
    expect(photoTags.find(({ path }) => path === 'sea')).toMatchObject({ source: 'human' });
    await library.client.runs.revert({ runId });
    expect(await tagsOf('IMG_1000.jpg')).not.toContain('things/Vessel');
    expect(await tagsOf('IMG_1000.jpg')).toContain('sea');
  });

  it('has no problem that axe finds, with a preview open', async () => {
    await open();
    await choose('sea');
    await button('Remove…');
    await dialog().getByRole('button', { name: 'Preview' }).click();
    await dialog().getByText('1 photo will change').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});
