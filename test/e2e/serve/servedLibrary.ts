/** @file A library of some demo photos, served with the bundled models, and its page in a browser: one for a file of tests. */
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createRouterClient } from '@orpc/server';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright';
import { type LiveApp, openApp } from '../../../main/api/liveApp.ts';
import { router } from '../../../main/api/router.ts';
import { installedModels } from '../../../main/library/models/installedModels.ts';
import { startServer } from '../../../main/server/serve.ts';
import { forkImport } from '../../../native-models/compiler/remoteImport.ts';
import { eventually } from '../../support/eventually.ts';
import { keptPictures } from '../../support/keptPictures.ts';
import { keptReaders } from '../../support/keptReaders.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { keptBrowser, maxWaitMs } from './browser.ts';
import { type OpenedPage, prepareLibrary, type Serving, type ServingOptions } from './serving.ts';
import { HostTamer } from './tamedHost.ts';

export interface ServedLibrary extends Serving {
  /** The same procedures as the page's, without a page. */
  readonly client: ReturnType<typeof clientOf>;
  readonly host: HostTamer;
  readonly photoFolder: string;
  photoId(fileName: string): number;
}

function clientOf(app: LiveApp) {
  return createRouterClient(router, { context: { app } });
}

async function serveOverHttp(options: ServingOptions): Promise<Serving> {
  await using resources = new AsyncDisposableStack();
  const libraryFolder = join(options.folder, 'library');
  const app = resources.use(
    await openApp({
      libraryFolder,
      startHost: options.startHost,
      startPictures: keptPictures,
      startReader: keptReaders,
      demoFolder: options.photoFolder,
      about: { version: '1.0.0', host: 'server' },
      models: installedModels(join(libraryFolder, 'models'), resolve('resources/demo-model/compiled'), forkImport),
    }),
  );
  await prepareLibrary(app, options);
  await app.start();
  const server = await startServer({ app });
  resources.defer(() => server.close());
  const browser = await keptBrowser();
  const done = resources.move();
  return { app, browser, server, [Symbol.asyncDispose]: () => done.disposeAsync() };
}

/** The same pages in windows of the desktop application, on a double of Electron. */
async function serveOnDesktop(options: ServingOptions): Promise<Serving> {
  const { desktopLibrary } = await import('../../electron/double/desktopLibrary.ts');
  return await desktopLibrary(options);
}

/** The tests run in the desktop application, on the double of Electron. */
export const onDesktop = process.env.VIGNETTE_E2E_HOST === 'desktop';

/**
 * @param folders of the demo photos, `Coast` for example; nothing in them is captioned by itself
 * @param firstRun as on the first start: these are the demo library, captioned by itself, with the introduction
 */
export async function serveLibrary(folders: readonly string[], { firstRun = false } = {}): Promise<ServedLibrary> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await temporaryFolder());
  const photoFolder = join(folder.path, 'photos');
  await mkdir(photoFolder);
  for (const name of folders)
    await cp(resolve('resources/demo-photos', name), join(photoFolder, name), {
      recursive: true,
      preserveTimestamps: true,
    });
  const host = new HostTamer();
  const serve = onDesktop ? serveOnDesktop : serveOverHttp;
  const { app, browser, server, openWindow } = resources.use(
    await serve({ folder: folder.path, photoFolder, startHost: host.start, firstRun }),
  );
  const client = clientOf(app);
  await eventually(() => {
    const { scanning, unread } = app.folders.state();
    if (scanning || unread > 0 || photoIds(app).size === 0) throw new Error('not read yet');
  }, 30_000);
  const done = resources.move();
  return {
    app,
    client,
    host,
    browser,
    server,
    photoFolder,
    openWindow,
    photoId: (fileName) => {
      const id = photoIds(app).get(fileName);
      if (id === undefined) throw new Error(`The library has no ${fileName}.`);
      return id;
    },
    [Symbol.asyncDispose]: () => done.disposeAsync(),
  };
}

function photoIds(app: LiveApp): Map<string, number> {
  return new Map(
    app.catalog.connection
      .prepare<[], { name: string; id: number }>('SELECT name, id FROM photo WHERE missing_since_ms IS NULL')
      .all()
      .map(({ name, id }) => [name, id]),
  );
}

/** @param hash where in the interface, such as `#/photo/1` */
export async function openPage(
  { browser, server, openWindow }: Pick<Serving, 'browser' | 'server' | 'openWindow'>,
  hash: string,
  colorScheme: 'light' | 'dark' = 'dark',
): Promise<OpenedPage> {
  if (openWindow !== undefined) return await openWindow(hash, colorScheme);
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(maxWaitMs);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(new URL(hash, server.url).href);
  // The page begins before all of it is loaded; keys are heard from here on.
  await page.getByRole('main').waitFor();
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** The text of an element, without the white space around it. */
export async function textOf(element: Locator): Promise<string> {
  return ((await element.textContent()) ?? '').trim();
}

/** A button of the notice that says so: another one may be there, of something that ended meanwhile. */
export function noticeButton(page: Page, said: string | RegExp, name: string): Locator {
  return page.getByRole('group').filter({ hasText: said }).getByRole('button', { name });
}

/** In both themes. Runs axe outside the page's content policy, which lets no other script in. */
export async function accessibilityProblems({ page, context }: OpenedPage): Promise<string[]> {
  const session = await context.newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const world = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
  const evaluate = (expression: string) =>
    session.send('Runtime.evaluate', {
      expression,
      contextId: world.executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
  await evaluate(axe.source);
  const run = async (options: object) => {
    // In the middle of a change of colours, texts stand on the background of before.
    await evaluate(
      'Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map(({ finished }) => finished))',
    );
    const { result } = await evaluate(
      `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    );
    if (!Array.isArray(result.value)) throw new Error(`axe did not run: ${result.description}`);
    return result.value.map(String);
  };
  const { result } = await evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
  const [shown, other] = result.value === true ? (['dark', 'light'] as const) : (['light', 'dark'] as const);
  const problems = await run({});
  await page.emulateMedia({ colorScheme: other });
  // The page hears of it, and takes its other colours with the next frame.
  await evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const ofOther = await run({ runOnly: ['color-contrast'] });
  await page.emulateMedia({ colorScheme: shown });
  return [...problems, ...ofOther.map((problem) => `in ${other} colours, ${problem}`)];
}
