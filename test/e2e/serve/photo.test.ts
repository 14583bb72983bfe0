/** @file One photo in a browser: looking at it, its caption, its tags. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  accessibilityProblems,
  noticeButton,
  onDesktop,
  openPage,
  type ServedLibrary,
  serveLibrary,
  textOf,
} from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;
/** Each test has a photo of its own. */
const fileNames = ['IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1010.jpg', 'IMG_1015.jpg', 'IMG_1020.jpg', 'IMG_1025.jpg'];
let turn = 0;
let photoId: number;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});

afterAll(() => library[Symbol.asyncDispose]());

beforeEach(async () => {
  photoId = library.photoId(fileNames[turn % fileNames.length] ?? '');
  turn += 1;
  opened = await openPage(library, `#/photo/${photoId}`);
  page = opened.page;
  await page.getByRole('tab', { name: 'Details' }).waitFor();
});

afterEach(() => opened[Symbol.asyncDispose]());

const details = () => library.client.photos.details({ id: photoId });

/** What a model's run would have written. */
function captionByModel(
  text: string,
  captionScore?: { itm: number; doubtful: boolean; candidates: { text: string; itm: number }[] },
) {
  const { runs, captions } = library.app.catalog;
  runs.within({ kind: 'caption', description: { kind: 'named', name: 'Caption' } }, (runId) =>
    captions.add(photoId, runId, { text, source: 'model', captionScore }),
  );
}

async function show(tab: 'Details' | 'Tags'): Promise<void> {
  await page.getByRole('tab', { name: tab }).click();
}

async function type(caption: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Caption text' }).fill(caption);
}

describe('the alt text', () => {
  it('is written beside the caption, with what is to be said of it, approved where it is a model’s, and copied as HTML', async () => {
    const { runs, captions } = library.app.catalog;
    runs.within({ kind: 'caption', description: { kind: 'named', name: 'Alt' } }, (runId) =>
      captions.add(photoId, runId, {
        kind: 'longDescription',
        text: 'Two boats lie on the shore and',
        source: 'model',
        warnings: [{ code: 'ANSWER_CUT', message: 'cut' }],
      }),
    );
    await show('Details');
    await page.getByText('The text reached its maximum length and was cut off.').waitFor();
    await page.getByRole('button', { name: 'Approve long description' }).click();
    await eventually(async () =>
      expect((await details()).longDescriptions).toMatchObject([{ source: 'model', approvedAtMs: expect.any(Number) }]),
    );

    await page.getByRole('button', { name: 'Alt text', exact: true }).click();
    const field = page.getByRole('textbox', { name: 'Alt text for people who do not see the photo' });
    await field.fill('A photo of "two" boats');
    await page.getByText('Screen readers say that it is an image.').waitFor();
    await page.getByText('22 characters of 250').waitFor();
    await field.fill('Two "small" boats');
    await page.keyboard.press('Escape');
    await page.getByText('Alt text saved.').waitFor();
    await page.getByText('Screen readers say that it is an image.').waitFor({ state: 'hidden' });
    const { altTexts, caption, fileName } = await details();
    expect(altTexts).toMatchObject([{ text: 'Two "small" boats', source: 'human', shown: true }]);
    expect(caption).toBeNull();

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy as HTML' }).click();
    await page.getByText('HTML copied.').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`<img src="${fileName}" alt="Two &quot;small&quot; boats">`);
    expect(await accessibilityProblems(opened)).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });
});

describe('the caption', () => {
  it('is written by the model on demand', async () => {
    await show('Details');
    await page.getByRole('button', { name: 'Caption photo' }).click();
    await eventually(async () => expect((await details()).caption?.source).toBe('model'), 30_000);
    await page.locator('.caption', { hasText: (await details()).caption?.text ?? '' }).waitFor();
    expect(opened.complaints).toEqual([]);
  });

  it('is edited in place, saved by itself, and outlives a reload and the next run of a model', async () => {
    captionByModel('a boat');
    await page.keyboard.press('e');
    await type('my own words');
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.locator('.caption', { hasText: 'my own words' }).waitFor();
    await library.client.runs.caption({ selection: { photoIds: [photoId] }, again: true, candidates: 1 });
    await eventually(async () => expect((await details()).captions.length).toBe(3), 30_000);
    await page.getByRole('heading', { name: 'Alternatives' }).waitFor();
    await expect.poll(() => textOf(page.locator('.caption'))).toBe('my own words');
  });

  it('is as it was after one undo, however often it was saved meanwhile', async () => {
    captionByModel('a boat at sea');
    await page.keyboard.press('e');
    await type('first words');
    await page.getByText('Saved', { exact: true }).waitFor();
    await type('second words');
    await page.keyboard.press('Enter');
    await page.getByText('Caption saved.').waitFor();
    expect((await details()).caption?.text).toBe('second words');
    // One line of the history, however often it was saved.
    const [last, before] = await library.client.runs.list({ withEdits: true });
    expect(last).toMatchObject({ kind: 'edit', description: { kind: 'editCaption' } });
    expect(before?.description).not.toEqual({ kind: 'editCaption' });
    await noticeButton(page, 'Caption saved.', 'Undo').click();
    await page.locator('.caption', { hasText: 'a boat at sea' }).waitFor();
    expect((await details()).captions.map(({ text }) => text)).toEqual(['a boat at sea']);
  });

  it('is saved when the person goes on to the next photo while typing', async () => {
    await page.keyboard.press('e');
    await type('words in a hurry');
    await page
      .getByRole('button', { name: 'Next photo' })
      .or(page.getByRole('button', { name: 'Previous photo' }))
      .locator('visible=true')
      .and(page.locator(':enabled'))
      .first()
      .click();
    await eventually(async () => expect((await details()).caption?.text).toBe('words in a hurry'));
  });

  it.skipIf(onDesktop)(
    'is not lost when the connection is, nor when the page is reloaded meanwhile (not on the desktop, where it cannot be)',
    async () => {
      let isUp = true;
      const sockets: { close(): Promise<void> }[] = [];
      await page.routeWebSocket('**/api', (socket) => {
        if (!isUp) {
          void socket.close();
          return;
        }
        socket.connectToServer();
        sockets.push(socket);
      });
      await page.reload();
      await page.getByRole('tab', { name: 'Details' }).waitFor();
      await page.keyboard.press('e');
      await page.getByRole('textbox', { name: 'Caption text' }).waitFor();
      isUp = false;
      for (const socket of sockets) await socket.close();
      await type('typed without a connection');
      await page.getByText('Kept on this page. It is saved when the connection is back.').waitFor();
      isUp = true;
      await page.reload();
      await eventually(async () => expect((await details()).caption?.text).toBe('typed without a connection'), 20_000);
    },
  );

  it('is one of the alternatives once it is chosen, with how well each matches', async () => {
    captionByModel('a boat', { itm: 0.31, doubtful: true, candidates: [{ text: 'a red boat', itm: 0.82 }] });
    await show('Details');
    const alternative = page.getByRole('listitem').filter({ hasText: 'a red boat' });
    await expect.poll(() => textOf(alternative)).toContain('82% match');
    await alternative.getByRole('button', { name: 'Use “a red boat”' }).click();
    await page.locator('.caption', { hasText: 'a red boat' }).waitFor();
    expect((await details()).caption).toMatchObject({
      text: 'a red boat',
      source: 'model',
      approvedAtMs: expect.any(Number),
    });
  });

  it('shows hostile text as text', async () => {
    const hostile = `<b onclick="x">bold</b> \u202e ${'a'.repeat(20_000)}`;
    captionByModel(hostile);
    await show('Details');
    await page.locator('.caption', { hasText: '<b onclick="x">bold</b>' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280);
    expect(opened.complaints).toEqual([]);
  });
});

it('a photo is captioned by the key for it', async () => {
  await page.keyboard.press('c');
  // Another test may have had a caption written for this one already.
  await page
    .getByRole('status')
    .getByText(/^(Captioning 1 photo\.|These photos are already captioned\.)$/)
    .waitFor();
  await eventually(async () => expect((await details()).captions.length).toBeGreaterThan(0), 30_000);
});

it('a photo is asked with numbers in their range only, and says which that is', async () => {
  await page.getByRole('tab', { name: 'Chat' }).click();
  await page.getByRole('button', { name: 'Answer settings' }).click();
  const beams = page.getByRole('spinbutton', { name: 'Beams' });
  await beams.fill('99');
  await page.getByRole('alert').getByText('Enter a whole number from 1 to 16.').waitFor();
  await beams.fill('4');
  await page.getByRole('alert').getByText('Enter a whole number').waitFor({ state: 'detached' });
});

describe('the picture', () => {
  const percent = async (): Promise<number> =>
    Number((await textOf(page.getByRole('group', { name: 'Zoom' }))).match(/(\d+)%/)?.[1]);

  it('is zoomed, fitted and shown at its actual size with keys and wheel', async () => {
    await page.getByRole('group', { name: 'Zoom' }).waitFor();
    const fitted = await percent();
    await page.keyboard.press('z');
    await expect.poll(() => percent()).toBe(100);
    await page.keyboard.press('+');
    await expect.poll(() => percent()).toBe(140);
    await page.keyboard.press('z');
    await expect.poll(() => percent()).toBe(fitted);
    await page.locator('.frame > .photo').hover();
    await page.mouse.wheel(0, -400);
    await expect.poll(() => percent()).toBeGreaterThan(fitted);
  });

  it('is followed by the next with the keys, and left with Escape', async () => {
    const { ids } = await library.client.photos.list({ query: '', order: 'taken', descending: true });
    const bytes = Buffer.from(ids, 'base64');
    const order = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
    await page.evaluate((id) => location.replace(`#/photo/${id}`), order[0] as number);
    await page.getByText('1 of 6').waitFor();
    await page.keyboard.press(']');
    await page.getByText('2 of 6').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('3 of 6').waitFor();
    await page.keyboard.press('[');
    await page.getByText('2 of 6').waitFor();
    expect(page.url()).toMatch(new RegExp(`#/photo/${order[1]}$`));
    await page.keyboard.press('Escape');
    await page.waitForURL(/#\/library/);
    await expect.poll(() => page.getByRole('option', { selected: true }).getAttribute('id')).toBe(`photo-${order[1]}`);
  });

  it('that is no more says so', async () => {
    await page.evaluate(() => location.replace('#/photo/999999'));
    await page.getByText('This photo is no longer in the library.').waitFor();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});

describe('“Why this word?”', () => {
  it('shows where in the photo the model takes each word of the caption from, with the keyboard, and ends with Escape', async () => {
    photoId = library.photoId('IMG_1025.jpg');
    await page.goto(`${page.url().split('#')[0]}#/photo/${photoId}`);
    const caption = 'three brown boats on the blue sea with three green balloons in the sky';
    await library.client.photos.writeCaption({ photoId, text: caption });
    const words = page.getByRole('toolbar', { name: 'Words of the text' });
    const status = page.getByRole('status').filter({ hasText: '“' });
    await page.locator('.stage + .line', { hasText: caption }).waitFor();
    await page.keyboard.press('w');
    await words.waitFor();
    await expect.poll(() => textOf(words)).toBe(caption);
    await expect
      .poll(() =>
        words
          .getByRole('button')
          .first()
          .evaluate((word) => word === document.activeElement),
      )
      .toBe(true);
    const thing = words.getByRole('button', { name: 'balloons' });
    await thing.click();
    await page.getByText(/^“balloons”: .*(left|right|center)/).waitFor();
    await expect.poll(() => thing.getAttribute('aria-pressed')).toBe('true');
    await page.locator('.overlay canvas').waitFor();
    await expect.poll(() => page.locator('.overlay .region').count()).toBeGreaterThan(0);
    expect(await accessibilityProblems(opened)).toEqual([]);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => thing.getAttribute('aria-pressed')).toBe('false');
    await expect.poll(() => words.locator('[aria-pressed=true]:focus').count()).toBe(1);
    await expect.poll(() => status.count()).toBe(1);
    await page.keyboard.press('Escape');
    await words.waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('.overlay').count()).toBe(0);
    // it is still this photo
    await page.getByRole('button', { name: 'Why this word?' }).waitFor();
    expect(opened.complaints).toEqual([]);
  });

  it('explains a text of the person’s own, also where there is no caption', async () => {
    // other tests wrote about this photo
    for (const { id } of (await details()).captions) await library.client.photos.removeCaption({ captionId: id });
    await page.locator('.stage + .line', { hasText: 'No caption yet' }).waitFor();
    await page.getByRole('button', { name: 'Why this word?' }).click();
    const field = page.getByRole('textbox', { name: 'Your own text' });
    await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(true);
    await field.fill('a red boat on the blue sea');
    await page.keyboard.press('Enter');
    await page.getByRole('toolbar', { name: 'Words of the text' }).getByRole('button', { name: 'boat' }).click();
    await page.getByText(/^According to demo, which did not write this text/).waitFor();
    await page.getByRole('button', { name: 'Try your own text' }).click();
    await field.press('Escape');
    await page.getByRole('toolbar', { name: 'Words of the text' }).waitFor();
    expect((await details()).captions).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });
});

describe('tags', () => {
  it('are added with suggestions, shown as a tree, and removed, with the keyboard alone', async () => {
    const other = library.photoId(fileNames[(turn + 1) % fileNames.length] ?? '');
    await library.client.tags.edit({
      selection: { photoIds: [other] },
      operation: { type: 'add', paths: ['places/Norway'] },
    });
    await page.reload();
    await page.getByRole('tab', { name: 'Tags' }).waitFor();
    await page.keyboard.press('t');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('nor');
    await page.getByRole('option', { name: 'places/Norway' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'places' }).getByText('Norway', { exact: true }).waitFor();
    await page.keyboard.type('boat');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove tag boat' }).waitFor();
    expect((await details()).tags.toSorted()).toEqual(['boat', 'places/Norway']);
    await page.getByRole('button', { name: 'Remove tag boat' }).focus();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Remove tag boat' }).waitFor({ state: 'detached' });
    expect((await details()).tags).toEqual(['places/Norway']);
  });

  it('of several photos are counted, and given to all of them', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Control+a');
    await show('Tags');
    await page.getByRole('combobox', { name: 'Add to all' }).fill('holiday');
    await page.keyboard.press('Enter');
    await page.getByRole('listitem').filter({ hasText: 'holiday' }).filter({ hasText: 'on all' }).waitFor();
    expect((await library.client.tags.list()).find(({ path }) => path === 'holiday')?.photos).toBe(6);
  });
});

describe('accessibility', () => {
  it('has no problem that axe finds in the details, while editing, and in the tags', async () => {
    captionByModel('a boat', { itm: 0.31, doubtful: true, candidates: [{ text: 'a red boat', itm: 0.82 }] });
    await library.client.tags.edit({
      selection: { photoIds: [photoId] },
      operation: { type: 'add', paths: ['a/b', 'c'] },
    });
    await using themed = await openPage(library, `#/photo/${photoId}`);
    await themed.page.getByRole('tab', { name: 'Details' }).click();
    await themed.page.getByRole('heading', { name: 'Alternatives' }).waitFor();
    expect(await accessibilityProblems(themed)).toEqual([]);
    await themed.page.keyboard.press('e');
    await themed.page.getByRole('textbox', { name: 'Caption text' }).waitFor();
    expect(await accessibilityProblems(themed)).toEqual([]);
    await themed.page.getByRole('tab', { name: 'Tags' }).click();
    await themed.page.getByRole('combobox', { name: 'Add tag' }).fill('b');
    expect(await accessibilityProblems(themed)).toEqual([]);
  });
});
