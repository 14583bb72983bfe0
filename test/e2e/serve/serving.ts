/** @file What a test's library is served with and how its page is reached, over HTTP or in the desktop application. */
import type { Browser, BrowserContext, Page } from 'playwright';
import type { LiveApp, OpenAppOptions } from '../../../main/api/liveApp.ts';
import type { RunningServer } from '../../../main/server/serve.ts';

export interface ServingOptions {
  readonly folder: string;
  readonly photoFolder: string;
  readonly startHost: OpenAppOptions['startHost'];
  readonly firstRun: boolean;
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser's console and the page complained about. */
  readonly complaints: readonly string[];
}

export interface Serving extends AsyncDisposable {
  readonly app: LiveApp;
  readonly browser: Browser;
  readonly server: RunningServer;
  /** Where the page is in the desktop application: opens a window of it. */
  readonly openWindow?: ((hash: string, colorScheme: 'light' | 'dark') => Promise<OpenedPage>) | undefined;
}

/** Nothing in the folder is captioned by itself, unless it is the first run. */
export async function prepareLibrary(app: LiveApp, { photoFolder, firstRun }: ServingOptions): Promise<void> {
  // Only a test that is about it wants work that nobody asked for.
  app.catalog.settings.set('indexInBackground', false);
  if (firstRun) return;
  app.catalog.settings.set('tourSeen', true);
  await app.folders.addFolder(photoFolder, { captions: false });
}
