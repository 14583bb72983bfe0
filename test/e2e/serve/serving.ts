/** @file What a test's library is served with, over HTTP or in the desktop application. */
import type { LiveApp, OpenAppOptions } from '../../../main/api/liveApp.ts';

export interface ServingOptions {
  readonly folder: string;
  readonly photoFolder: string;
  readonly startHost: OpenAppOptions['startHost'];
  readonly firstRun: boolean;
}

/** Nothing in the folder is captioned by itself, unless it is the first run. */
export async function prepareLibrary(app: LiveApp, { photoFolder, firstRun }: ServingOptions): Promise<void> {
  if (firstRun) return;
  app.catalog.settings.set('tourSeen', true);
  await app.addFolder(photoFolder, { captions: false });
}
