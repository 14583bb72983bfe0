/** @file The library view in a browser: the grid, selecting, the filter bar, the sidebar, and folders that change on disk. */
import { cp, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { present } from '../../support/present.ts';
import {
  accessibilityProblems,
  noticeButton,
  onDesktop,
  openPage,
  type ServedLibrary,
  serveLibrary,
} from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  library = await serveLibrary(['Coast', 'Town']);
});

afterAll(() => library[Symbol.asyncDispose]());

async function open(hash = '#/library?order=name&asc='): Promise<void> {
  opened = await openPage(library, hash);
  page = opened.page;
  await grid().waitFor();
  // Before, a photo has no name.
  await grid().getByRole('option', { name: 'IMG_' }).first().waitFor();
  await grid()
    .getByRole('option', { name: /\(\d+\)$/ })
    .first()
    .waitFor({ state: 'detached' });
}

const grid = () => page.getByRole('listbox', { name: 'Photos' });
const photos = () => grid().getByRole('option');
const filter = () => page.getByRole('combobox', { name: 'Filter photos' });
const fileNames = ['IMG_1000', 'IMG_1004', 'IMG_1005', 'IMG_1009'];

/** The names of the selected photos, in the order in which they lie. */
async function selected(): Promise<string[]> {
  const names = await grid()
    .locator('[aria-selected="true"]')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label') ?? ''));
  return names.map((name) => /(IMG_\d+)/.exec(name)?.[1] ?? name).toSorted();
}

/** With the keys alone, one right after the other. Returns what is selected before and after. */
async function openLastAndLeave(): Promise<string[]> {
  await page.keyboard.press('End');
  const last = await selected();
  await page.keyboard.press('Space');
  await page.waitForURL(/#\/photo\//);
  await page.keyboard.press('Escape');
  await grid().waitFor();
  await expect.poll(() => selected()).toEqual(last);
  return last;
}

async function count(words: string): Promise<void> {
  await page.locator('.count', { hasText: words }).first().waitFor();
}

/** What a model's run would have written. */
function caption(fileName: string, text: string, doubtful = false): void {
  const { runs, captions } = library.app.catalog;
  runs.within({ kind: 'caption', description: { kind: 'named', name: 'Caption' } }, (runId) =>
    captions.add(library.photoId(fileName), runId, {
      text,
      source: 'model',
      captionScore: { itm: 0.4, doubtful, candidates: [] },
    }),
  );
}

describe('the grid', () => {
  beforeEach(() => open());
  afterEach(() => opened[Symbol.asyncDispose]());

  it('names every photo, tells how many there are, and complains of nothing', async () => {
    await count('12 photos');
    await photos().nth(11).waitFor();
    await expect.poll(() => photos().first().getAttribute('aria-setsize')).toBe('12');
    await expect.poll(() => photos().first().getAttribute('aria-label')).toContain('IMG_1000.jpg');
    await grid().locator('img.loaded').first().waitFor();
    expect(opened.complaints).toEqual([]);
  });

  it('selects with the keyboard as a file manager does', async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => selected()).toEqual([fileNames[1]]);
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => selected()).toEqual([fileNames[1], fileNames[2]]);
    await page.keyboard.press('Control+ArrowRight');
    await page.keyboard.press('Control+Space');
    await expect.poll(() => selected()).toEqual([fileNames[1], fileNames[2], fileNames[3]]);
    await page.keyboard.press('Control+a');
    await expect.poll(() => selected()).toHaveLength(12);
    await page.keyboard.press('Escape');
    await expect.poll(() => selected()).toEqual([]);
    await page.keyboard.press('End');
    const last = await selected();
    await page.keyboard.press('Home');
    await expect.poll(() => selected()).toEqual([fileNames[0]]);
    expect(last).not.toEqual([fileNames[0]]);
    await page.keyboard.press('Shift+End');
    await expect.poll(() => selected()).toHaveLength(12);
  });

  it('goes up and down as the photos lie', async () => {
    await page.keyboard.press('Home');
    const middleOf = async () => {
      const box = await grid().locator('[aria-selected="true"]').boundingBox();
      return { x: present(box?.x) + present(box?.width) / 2, y: present(box?.y) };
    };
    const before = await middleOf();
    await page.keyboard.press('ArrowDown');
    const after = await middleOf();
    expect(after.y).toBeGreaterThan(before.y);
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => selected()).toEqual([fileNames[0]]);
  });

  it('selects with the mouse, with Control and with Shift', async () => {
    await photos().nth(0).click();
    await photos()
      .nth(3)
      .click({ modifiers: ['Shift'] });
    await expect.poll(() => selected()).toEqual(fileNames);
    await photos()
      .nth(1)
      .click({ modifiers: ['Control'] });
    await expect.poll(() => selected()).toEqual([fileNames[0], fileNames[2], fileNames[3]]);
    await photos().nth(2).click();
    await expect.poll(() => selected()).toEqual([fileNames[2]]);
  });

  it('opens a photo with space and comes back to it', async () => {
    const last = await openLastAndLeave();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => selected()).not.toEqual(last);
  });

  it('loses no key that is pressed before the rest of the page is there', async () => {
    await page.route(/laterParts/, async (route) => {
      await new Promise((done) => setTimeout(done, 1000));
      await route.fallback();
    });
    await page.reload();
    await photos().first().waitFor();
    await openLastAndLeave();
  });

  it('keeps a selection to what is shown, and says what is left out', async () => {
    const widthPx = () => filter().evaluate((field) => field.getBoundingClientRect().width);
    const before = await widthPx();
    await page.keyboard.press('Control+a');
    await page.getByRole('region', { name: 'Actions for selected photos' }).getByText('12 selected').waitFor();
    // Nothing moves away from under the pointer.
    await expect.poll(widthPx).toBe(before);
    await page.getByRole('treeitem', { name: /^Coast,/ }).click();
    await count('6 photos');
    await page.getByRole('region', { name: 'Actions for selected photos' }).getByText('6 selected').waitFor();
    await page.getByRole('status').getByText('Deselected 6 photos no longer shown.').waitFor();
    await page.getByRole('treeitem', { name: /^Town,/ }).click();
    await page.getByRole('region', { name: 'Actions for selected photos' }).waitFor({ state: 'detached' });
    await filter().fill('');
    await count('12 photos');
    await expect.poll(() => selected()).toEqual([]);
  });

  it('has the keyboard again when a field is left, and when a notice goes', async () => {
    await page.keyboard.press('Home');
    const hasIt = () => expect.poll(() => grid().evaluate((one) => one === document.activeElement)).toBe(true);
    for (const [key, field] of [
      ['a', page.getByRole('textbox', { name: 'Your question' })],
      ['e', page.getByRole('textbox', { name: 'Caption text' })],
      ['t', page.getByRole('combobox', { name: 'Add tag' })],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
      await page.keyboard.press('Escape');
      await hasIt();
    }
    await library.client.tags.edit({
      selection: { photoIds: [library.photoId('IMG_1000.jpg')] },
      operation: { type: 'remove', paths: ['none'] },
    });
    await page.keyboard.press('t');
    await page.keyboard.type('sea');
    await page.keyboard.press('Enter');
    const undo = page.getByRole('status').getByRole('button', { name: 'Undo' });
    await undo.waitFor();
    await page.keyboard.press('Escape');
    await hasIt();
    await undo.focus();
    await page.keyboard.press('Enter');
    await undo.waitFor({ state: 'detached' });
    await hasIt();
  });

  it('stands beside the panel however narrow the window is, and shows the first row whole after Home', async () => {
    for (const width of [1160, 1024, 820, 640]) {
      await page.setViewportSize({ width, height: 600 });
      await eventually(async () => {
        const cells = await photos().evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
        const panel = await page.getByRole('complementary').boundingBox();
        expect(Math.max(...cells)).toBeLessThanOrEqual(present(panel?.x));
      });
    }
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await expect.poll(() => grid().evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    await expect.poll(() => grid().evaluate((one) => getComputedStyle(one).fontVariantLigatures)).toBe('no-contextual');
  });

  it('does what its menu says, all of which is in view', async () => {
    await photos().first().click({ button: 'right' });
    await expect.poll(() => selected()).toEqual([fileNames[0]]);
    const hidden = () =>
      page.getByRole('menu').evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
    await expect.poll(hidden).toBe(0);
    await page.getByRole('menuitem', { name: 'Show only this folder' }).click();
    await count('6 photos');
    await expect.poll(() => filter().inputValue()).toMatch(/^folder:/);
  });

  it('asks and tags by its menu, one photo in the panel and several by a form, which gets the keyboard', async () => {
    const hasFocus = (field: Locator) => field.evaluate((one) => one === document.activeElement);
    const choose = async (item: string) => {
      await photos().first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: item }).click();
    };
    await photos().first().click();
    await choose('Tag…');
    await expect.poll(() => hasFocus(page.getByRole('combobox', { name: 'Add tag' }))).toBe(true);
    await page.keyboard.press('Escape');
    await photos().first().click();
    await page.keyboard.press('Control+a');
    for (const [item, field] of [
      ['Tag…', page.getByRole('dialog').getByRole('combobox', { name: 'Tags to add or remove' })],
      ['Ask…', page.getByRole('dialog').getByRole('textbox', { name: 'Questions, one per line' })],
    ] as const) {
      await choose(item);
      await expect.poll(() => hasFocus(field)).toBe(true);
      await page.getByRole('dialog').press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect.poll(() => hasFocus(grid())).toBe(true);
    }
  });

  it('lies in squares or in rows, as large as one likes, and remembers that', async () => {
    const sizeOf = async () => present((await photos().first().boundingBox())?.width);
    const before = await sizeOf();
    await page.getByRole('slider', { name: 'Thumbnail size' }).fill('320');
    await expect.poll(() => sizeOf()).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Square' }).click();
    await page.reload();
    await grid().waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Square' }).getAttribute('aria-pressed')).toBe('true');
    const box = await photos().first().locator('.frame').boundingBox();
    expect(Math.abs(present(box?.width) - present(box?.height))).toBeLessThan(1);
    // There is no room for captions below.
    await page.getByRole('slider', { name: 'Thumbnail size' }).fill('96');
    await expect.poll(() => sizeOf()).toBeLessThan(before);
    await photos().nth(1).hover();
    const over = photos().nth(1).locator('.over');
    await expect.poll(() => over.evaluate((text) => getComputedStyle(text).opacity)).toBe('1');
    await photos().nth(2).hover();
    await expect.poll(() => over.evaluate((text) => getComputedStyle(text).opacity)).toBe('0');
  });

  it('marks what a model wrote, what is doubtful and what a person wrote', async () => {
    caption('IMG_1000.jpg', 'three boats', true);
    await photos()
      .filter({ hasText: 'three boats' })
      .getByRole('img', { name: /Doubtful/ })
      .waitFor();
    await photos()
      .filter({ hasText: 'three boats' })
      .getByRole('img', { name: /Written by the model/ })
      .waitFor();
    await library.client.photos.writeCaption({ photoId: library.photoId('IMG_1000.jpg'), text: 'our boats' });
    await photos().filter({ hasText: 'our boats' }).getByRole('img', { name: 'Written by a person' }).waitFor();
  });
});

describe('the filter bar', () => {
  beforeEach(() => open());
  afterEach(() => opened[Symbol.asyncDispose]());

  it('shows what a query finds while it is typed, and everything again when it is cleared', async () => {
    caption('IMG_1005.jpg', 'a lighthouse at dusk');
    await page.keyboard.press('/');
    await page.keyboard.type('lighthouse');
    await count('1 photo');
    await page.reload();
    await count('1 photo');
    await filter().focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await count('12 photos');
  });

  it('underlines what is wrong, says why, and keeps the photos that were there', async () => {
    await filter().fill('width:tall');
    const problem = page.locator('#filter-problem');
    await problem.waitFor({ state: 'attached' });
    await expect.poll(() => filter().getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => page.locator('.mirror mark').textContent()).toBe('tall');
    await expect.poll(() => photos().count()).toBe(12);
    await expect.poll(() => problem.textContent()).toContain('This is not a number that can be searched for.');
    await filter().fill('width:>10');
    await problem.waitFor({ state: 'detached' });
    expect(opened.complaints).toEqual([]);
  });

  it('completes what is typed with the keyboard alone', async () => {
    await filter().focus();
    await page.keyboard.type('folder:T');
    await page.locator('#filter-suggestions li:first-child', { hasText: 'Town' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await count('6 photos');
    await expect.poll(() => filter().inputValue()).toContain('Town');
  });

  it('suggests what fits the place where the caret was put', async () => {
    await filter().fill('folder:T boat');
    await filter().press('Home');
    const first = page.locator('#filter-suggestions li:first-child');
    await first.filter({ hasText: 'tag:' }).waitFor();
    for (const _ of 'folder:T') await filter().press('ArrowRight');
    await first.filter({ hasText: 'Town' }).waitFor();
  });

  it('keeps a search under a name, in the sidebar, also after a reload', async () => {
    await filter().fill('orientation:portrait');
    await page.getByRole('button', { name: 'Save search' }).click();
    await page.getByRole('textbox', { name: 'Search name' }).fill('Upright ones');
    await page.keyboard.press('Enter');
    await page.getByText('Saved as Upright ones.').waitFor();
    const { savedSearches } = await library.client.settings.get();
    await library.client.settings.set({ savedSearches: [...savedSearches, { name: 'In town', query: 'folder:Town' }] });
    await page.reload();
    await page.getByRole('button', { name: 'All photos' }).click();
    await count('12 photos');
    const sidebar = page.getByRole('navigation', { name: 'Folders and searches' });
    const upright = sidebar.getByRole('button', { name: /^Upright ones/ });
    await upright.press('Enter');
    await expect.poll(() => filter().inputValue()).toBe('orientation:portrait');
    await expect.poll(() => upright.getAttribute('aria-current')).toBe('true');
    // Pressed again, it shows all photos.
    await upright.press('Enter');
    await count('12 photos');
    // With how many photos they find, in the order that the person gives them.
    const saved = () => sidebar.getByRole('button', { name: /^(Upright ones|In town) \d+$/ }).allInnerTexts();
    const said = (texts: readonly string[]) => texts.map((text) => text.replaceAll(/\s+/g, ' '));
    await expect.poll(async () => said(await saved())).toEqual([expect.stringMatching(/^Upright ones/), 'In town 6']);
    await sidebar.getByRole('button', { name: /^In town/ }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(async () => said(await saved())).toEqual(['In town 6', expect.stringMatching(/^Upright ones/)]);
    // The keyboard stays in the list, and goes on with the search that was renamed.
    const hasFocus = async (name: RegExp) => {
      const row = sidebar.getByRole('button', { name });
      await expect.poll(() => row.evaluate((button) => button === document.activeElement)).toBe(true);
    };
    // A search whose name another one takes comes back.
    await page.keyboard.press('F2');
    await page.keyboard.type('Upright ones');
    await page.keyboard.press('Enter');
    await noticeButton(page, 'Replaced Upright ones.', 'Undo').click();
    await expect.poll(async () => said(await saved())).toEqual(['In town 6', expect.stringMatching(/^Upright ones/)]);
    await sidebar.getByRole('button', { name: /^In town/ }).focus();
    await page.keyboard.press('Delete');
    await hasFocus(/^Upright ones/);
    await page.keyboard.press('F2');
    await page.keyboard.press('Escape');
    await hasFocus(/^Upright ones/);
    await page.keyboard.press('F2');
    await page.keyboard.type('Tall');
    await page.keyboard.press('Enter');
    await hasFocus(/^Tall/);
    await sidebar.getByRole('button', { name: /^Tall/ }).click();
    await expect.poll(() => filter().inputValue()).toBe('orientation:portrait');
    expect(await accessibilityProblems(opened)).toEqual([]);
    await sidebar.getByRole('button', { name: /^Tall/ }).focus();
    await page.keyboard.press('Delete');
    await sidebar.getByRole('heading', { name: 'Saved searches' }).waitFor({ state: 'detached' });
  });

  it('sorts', async () => {
    const first = () => photos().first().getAttribute('aria-label');
    const before = await first();
    await page.getByRole('button', { name: 'Ascending order' }).click();
    await expect.poll(() => first()).not.toBe(before);
    await page.getByLabel('Sort by: Name').click();
    await page.getByRole('option', { name: 'File size' }).click();
    await page.waitForURL(/order=size/);
  });

  it('says that nothing was found, and offers the way back', async () => {
    await filter().fill('zeppelin');
    await page.getByRole('heading', { name: 'No matching photos' }).waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).last().click();
    await count('12 photos');
  });
});

describe('commands', () => {
  beforeEach(() => open());
  afterEach(() => opened[Symbol.asyncDispose]());

  it('are found by name and search photos too', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to mod');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/models/);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('IMG_1000');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/library.*IMG_1000/);
    await count('1 photo');
  });

  it('lead to folders, parts of the settings and what was searched for lately', async () => {
    const option = (name: string | RegExp) => page.getByRole('option', { name });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('town');
    await option(/Town\s*Folder$/).waitFor();
    // The search for the word itself goes first.
    await expect.poll(() => option('Search photos').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=folder%3A/);
    await count('6 photos');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('feature cache');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/settings/);
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('settings-features');
    await page.keyboard.press('Control+k');
    await option(/Town\s*Recent search$/).click();
    await count('6 photos');
  });

  it.each(['boat', 'cat'])('are not run by a word that somebody looks for: %s', async (word) => {
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(word);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`#/library.*q=${word}`));
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(
      (await library.client.runs.list({ limit: 50 })).filter(({ description }) => description.kind === 'caption'),
    ).toEqual([]);
  });

  it('are listed with their keys', async () => {
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('Filter photos').waitFor();
    for (const name of ['Move between photos', 'Open', 'Extend selection'])
      await dialog.getByText(name, { exact: true }).waitFor();
    const read = () => dialog.locator('kbd').allTextContents();
    await expect.poll(read).toEqual(expect.arrayContaining(['←', '↑', '→', '↓', 'Space', '⏎']));
    const keys = await read();
    expect(new Set(keys).size).toBe(keys.length);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});

it.skipIf(onDesktop)(
  'the page notices that the connection went, and goes on where it was when it is back (not on the desktop, where it cannot go)',
  async () => {
    await open();
    await using _ = opened;
    const sockets: { close: () => Promise<void> }[] = [];
    await page.routeWebSocket('**/api', (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
    await page.reload();
    await count('12 photos');
    await sockets.at(-1)?.close();
    await page.getByText('Reconnected.').waitFor();
    await filter().fill('folder:Coast');
    await count('6 photos');
  },
);

describe('accessibility', () => {
  afterEach(() => opened[Symbol.asyncDispose]());

  it('has no problem that axe finds in the library, with a selection, a menu, the palette and a wrong query', async () => {
    await open('#/library');
    await grid().locator('img.loaded').first().waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.keyboard.press('Control+a');
    await page.getByText('12 selected').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await photos().first().click({ button: 'right' });
    await page.getByRole('menu').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command palette' }).waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.keyboard.press('Escape');
    await filter().fill('width:tall');
    await page.locator('#filter-problem').waitFor({ state: 'attached' });
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});

describe('folders that change on disk while the page is open', () => {
  beforeAll(async () => {
    const { roots } = await library.client.library.overview();
    const [root] = roots;
    if (root === undefined) throw new Error('The library has no folder.');
    await library.client.library.addRule({
      does: 'caption',
      folderId: root.folderId,
      preset: 'caption',
      modelId: 'demo',
    });
  }, 120_000);
  beforeEach(() => open('#/library'));
  afterEach(() => opened[Symbol.asyncDispose]());

  it('shows a photo that is dropped into one, with the caption that its rule asks for', async () => {
    await cp(resolve('resources/demo-photos/Meadow/IMG_1007.jpg'), join(library.photoFolder, 'Coast', 'new.jpg'));
    await count('13 photos');
    await filter().fill('name:new.jpg');
    await count('1 photo');
    await eventually(async () => {
      const id = library.photoId('new.jpg');
      const { caption: shown } = await library.client.photos.details({ id });
      expect(shown?.source).toBe('model');
      await photos()
        .filter({ hasText: shown?.text ?? '-' })
        .waitFor({ timeout: 1000 });
    }, 60_000);
  });

  it('follows a folder that is renamed, and keeps what was written', async () => {
    const town = page.getByRole('treeitem', { name: /^Town,/ });
    await town.waitFor();
    await library.client.photos.writeCaption({ photoId: library.photoId('IMG_1004.jpg'), text: 'where we lived' });
    await rename(join(library.photoFolder, 'Town'), join(library.photoFolder, 'City'));
    await page.getByRole('treeitem', { name: /^City,/ }).waitFor();
    await page.getByRole('treeitem', { name: /^City,/ }).click();
    await count('6 photos');
    await photos().filter({ hasText: 'where we lived' }).waitFor();
  });
});
