/** @file A library of the end-to-end tests in the desktop application instead of on a server: the real main process on the double, with the tests' photos and model processes. */
import { vi } from 'vitest';
import type { LiveApp, OpenAppOptions } from '../../../main/api/liveApp.ts';
import { type OpenedPage, prepareLibrary, type Serving, type ServingOptions } from '../../e2e/serve/serving.ts';
import { toChromium } from './address.ts';
import { runDesktop } from './runDesktop.ts';

export async function desktopLibrary(options: ServingOptions): Promise<Serving> {
  await using resources = new AsyncDisposableStack();
  const opened = Promise.withResolvers<LiveApp>();
  vi.doMock('../../../main/api/liveApp.ts', async (importOriginal) => {
    const original = await importOriginal<typeof import('../../../main/api/liveApp.ts')>();
    return {
      ...original,
      openApp: async (of: OpenAppOptions) => {
        const { startHost, photoFolder: demoFolder } = options;
        const app = await original.openApp({ ...of, startHost, demoFolder });
        await prepareLibrary(app, options);
        opened.resolve(app);
        return app;
      },
    };
  });
  resources.defer(() => {
    vi.doUnmock('../../../main/api/liveApp.ts');
  });
  const { double } = resources.use(await runDesktop(options.folder));
  const app = await opened.promise;
  const own = double.window();
  // The application's own window stays, as it ends without one, but looks at nothing.
  const ownPage = await own.page();
  await ownPage.goto('about:blank');
  const openWindow = async (hash: string, colorScheme: 'light' | 'dark'): Promise<OpenedPage> => {
    const window = double.windowLike(own);
    const page = await window.page();
    await page.emulateMedia({ colorScheme });
    const context = page.context();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await window.loadURL(`vignette://app/${hash}`);
    return {
      page,
      context,
      complaints: window.complaints,
      [Symbol.asyncDispose]: async () => {
        window.destroy();
        if (!page.isClosed()) await page.waitForEvent('close');
      },
    };
  };
  const disposal = resources.move();
  return {
    app,
    openWindow,
    browser: double.browser,
    server: {
      url: toChromium('vignette://app/'),
      newUrl: () => toChromium('vignette://app/'),
      closed: double.app.ended.promise.then(() => undefined),
      close: async () => double.app.quit(),
    },
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}
