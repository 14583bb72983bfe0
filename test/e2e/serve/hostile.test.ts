/** @file Names and texts that try to be more than text, in a browser: they are shown, and nothing else happens. */
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type OpenedPage, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';

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
    expect(await page.title()).toBe('Vignette');
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
    expect(await page.locator('#filter-problem').count()).toBe(0);
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
    expect(await page.title()).toBe('Vignette');
    expect(opened.complaints).toEqual([]);
  });
});
