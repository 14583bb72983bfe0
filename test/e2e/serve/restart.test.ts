/** @file The page when its server goes and comes back, and the ways into it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
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

it.skipIf(onDesktop)('is opened through a file (not on the desktop, where there is no address)', async () => {
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
  'says that its session ended when the server was started again, takes no words for commands, and goes on when its browser is let in (not on the desktop, whose page ends with it)',
  async () => {
    await using opened = await openPage(library, '#/library');
    const { page, context } = opened;
    await page.getByText('6 photos').first().waitFor();
    const port = Number(new URL(library.server.url).port);
    await library.server.close();
    await page.getByText('The connection to Vignette is lost.').waitFor();
    await page.keyboard.type('?');
    server = await startServer({ app: library.app, port });
    await page.getByText('Vignette was restarted, and this session has ended.').waitFor();
    await page.keyboard.type('words, meant for a field?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    const other = await context.newPage();
    await other.goto(server.url);
    await page.getByText('Connected again.').waitFor();
    await page.keyboard.type('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  },
);
