/** @file Names and texts that try to be more than text, in a browser: they are shown, and nothing else happens. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

const html = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>{@html 1}';
const folderName = '<b>bold<b> & "co" \u202Etxet';
const fileName = '"><svg onload=alert(1)> \u202Egpj.exe.jpg';
const long = `no spaces ${'x'.repeat(50_000)} ${'\u0644\u0644'.repeat(24_000)}`;
const reversed = '\u202Ethgir eht morf \u2066unclosed';

// Windows has no such names.
describe.skipIf(process.platform === 'win32')('hostile names and texts (names that Windows cannot have)', () => {
  let library: ServedLibrary;
  let opened: OpenedPage;

  beforeAll(async () => {
    library = await serveLibrary(['Coast']);
    const folder = join(library.photoFolder, folderName);
    await mkdir(folder);
    await cp(resolve('resources/demo-photos/Town/IMG_1004.jpg'), join(folder, fileName));
    await eventually(() => library.photoId(fileName), 30_000);
    const { photos, tags } = library.client;
    await photos.writeCaption({ photoId: library.photoId(fileName), text: html });
    await photos.writeCaption({ photoId: library.photoId('IMG_1000.jpg'), text: long });
    await photos.writeCaption({ photoId: library.photoId('IMG_1005.jpg'), text: reversed });
    await tags.edit({
      selection: { photoIds: [library.photoId(fileName)] },
      operation: { type: 'add', paths: ['<i>tag', 'a"b: (c) -d'] },
    });
    opened = await openPage(library, '#/library?order=name&asc=');
    await opened.page.getByRole('option', { name: html.slice(0, 40) }).waitFor();
  }, 90_000);

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
    await library[Symbol.asyncDispose]();
  });

  it('are shown as they are written', async () => {
    const { page } = opened;
    await page.getByText(html, { exact: true }).first().waitFor();
    await page.getByRole('treeitem', { name: folderName }).waitFor();
    await page.getByRole('button', { name: '<i>tag 1' }).waitFor();
    await expect.poll(() => page.title()).toBe('Vignette');
    expect(opened.complaints).toEqual([]);
  });

  it('leave the page in its shape', async () => {
    const { page } = opened;
    const outside = await page.evaluate(
      () => document.documentElement.scrollWidth - innerWidth + document.documentElement.scrollHeight - innerHeight,
    );
    expect(outside).toBe(0);
    const heights = await page
      .locator('.cell .caption')
      .evaluateAll((captions) => captions.map((caption) => caption.getBoundingClientRect().height));
    expect(new Set(heights).size).toBe(1);
  });

  it('can be searched for by what the sidebar and the menu put into the query', async () => {
    const { page } = opened;
    const count = page.locator('.count', { hasText: /^1 photo$/ });
    await page.getByRole('treeitem', { name: folderName }).click();
    await count.waitFor();
    await page.getByRole('button', { name: 'All photos' }).click();
    await count.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'a"b: (c) -d 1' }).click();
    await count.waitFor();
    await page.getByRole('button', { name: 'All photos' }).click();
    await count.waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('#filter-problem').count()).toBe(0);
  });

  it('are text on the page of the photo too', async () => {
    const { page } = opened;
    for (const name of [fileName, 'IMG_1000.jpg']) {
      await page.goto(new URL(`#/photo/${library.photoId(name)}`, page.url()).href);
      await page.locator('.tab', { hasText: 'Details' }).click();
      await page.locator('.tab-pane[data-state="active"]', { hasText: 'Caption' }).waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBe(0);
    }
    await expect.poll(() => page.title()).toBe('Vignette');
    expect(opened.complaints).toEqual([]);
  });

  it('and a file that cannot be shown: it is named with the reason, and has a mark of the page wherever its picture would be', async () => {
    const { page } = opened;
    await writeFile(join(library.photoFolder, 'broken.jpg'), 'no picture');
    const photoId = await eventually(() => library.photoId('broken.jpg'), 30_000);
    await page.evaluate(() => location.assign('#/library?order=name&asc='));
    const cell = page.getByRole('option', {
      name: 'This is not a picture of any kind that Vignette knows. (broken.jpg)',
    });
    await cell.waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
    await cell.click();
    await page.keyboard.press('Control+a');
    await page.locator('.photo-strip .broken').waitFor();
    await page.evaluate((id) => location.assign(`#/photo/${id}`), photoId);
    await page.locator('.filmstrip .broken').waitFor();
    // Nothing is there to be zoomed.
    await page.getByRole('group', { name: 'Zoom' }).waitFor({ state: 'detached' });
  });
});
