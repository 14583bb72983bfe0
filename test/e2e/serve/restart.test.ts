/** @file The page when its server goes and comes back, and the ways into it. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findInstallation } from '../../../main/api/installation.ts';
import { openInBrowser } from '../../../main/cli/openInBrowser.ts';
import { type RunningServer, startServer } from '../../../main/server/serve.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { onDesktop, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';

let library: ServedLibrary;
let server: RunningServer | undefined;

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
});
afterAll(async () => {
  await server?.close();
  await library[Symbol.asyncDispose]();
});

it.skipIf(onDesktop)('the page is opened through a file (not on the desktop, where there is no address)', async () => {
  await using folder = await temporaryFolder();
  await using context = await library.browser.newContext();
  const page = await context.newPage();
  let fileUrl = '';
  await using _ = await openInBrowser(library.server.newUrl(), folder.path, (url) => {
    fileUrl = url;
  });
  await page.goto(fileUrl);
  await page.getByRole('main').waitFor();
  expect(new URL(page.url()).search).toBe('');
});

it.skipIf(onDesktop)(
  'the page says that its session ended when the server was started again, takes no words for commands, and goes on when its browser is let in (not on the desktop, whose page ends with it)',
  async () => {
    const photoId = library.photoId('IMG_1000.jpg');
    await using opened = await openPage(library, `#/photo/${photoId}`);
    const { page, context } = opened;
    await page.getByRole('tab', { name: 'Tags' }).click();
    const tagField = page.getByRole('combobox', { name: 'Add tag' });
    await tagField.fill('lagoon');
    const port = Number(new URL(library.server.url).port);
    await library.server.close();
    await page.getByText('The connection to Vignette was lost.').waitFor();
    await tagField.press('Enter');
    server = await startServer({ app: library.app, port });
    await page.getByText('Vignette was restarted, and this session has ended.').waitFor();
    await tagField.evaluate((field) => field.blur());
    await page.keyboard.type('words, meant for a field?');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    const other = await context.newPage();
    await other.goto(server.url);
    await page.getByText('Reconnected.').waitFor();
    await page.keyboard.type('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    // The tag that nothing could keep is still there to be added.
    await tagField.press('Enter');
    await page.getByText('lagoon', { exact: true }).first().waitFor();
    expect((await library.client.photos.details({ id: photoId })).tags).toEqual(['lagoon']);
  },
);

it.skipIf(onDesktop)(
  'the page is loaded anew where the server came back with another version of it (not on the desktop, which ends with its page)',
  async () => {
    await using folder = await temporaryFolder();
    const newer = join(folder.path, 'page');
    await cp(findInstallation().pageFolder, newer, { recursive: true });
    const index = join(newer, 'index.html');
    await writeFile(index, (await readFile(index, 'utf8')).replace('<body>', '<body data-version="newer">'));
    const before = await startServer({ app: library.app });
    await using opened = await openPage({ ...library, server: before }, '#/library');
    const { page, context } = opened;
    await page.getByText('6 photos').first().waitFor();
    await before.close();
    await page.getByText('The connection to Vignette was lost.').waitFor();
    const port = Number(new URL(before.url).port);
    const after = await startServer({ app: library.app, port, pageFolder: newer });
    await using _ = { [Symbol.asyncDispose]: () => after.close() };
    await (await context.newPage()).goto(after.url);
    await page.locator('body[data-version="newer"]').waitFor();
    await page.getByText('6 photos').first().waitFor();
  },
);
