/** @file The desktop application's part of the contract, refused where the page is in a browser. Main process and server. */
import { access } from 'node:fs/promises';
import type { App } from './app.ts';
import { type Desktop, DesktopError } from './desktop.ts';
import { api } from './implementation.ts';

export const desktopRouter = api.desktop.router({
  watch: api.desktop.watch.handler(async ({ context, signal }) => thereIs(context.desktop).watch(signal)),
  chooseFolder: api.desktop.chooseFolder.handler(({ context, input }) =>
    thereIs(context.desktop).chooseFolder(input.of),
  ),
  choosePack: api.desktop.choosePack.handler(({ context }) => thereIs(context.desktop).choosePack()),
  chooseImport: api.desktop.chooseImport.handler(({ context }) => thereIs(context.desktop).chooseImport()),
  reveal: api.desktop.reveal.handler(async ({ context, input }) => {
    const desktop = thereIs(context.desktop);
    desktop.reveal(await fileOf(context.app, input.photoId));
  }),
  openElsewhere: api.desktop.openElsewhere.handler(async ({ context, input }) => {
    const desktop = thereIs(context.desktop);
    await desktop.openElsewhere(await fileOf(context.app, input.photoId));
  }),
  hubToken: api.desktop.hubToken.handler(({ context }) => thereIs(context.desktop).hubToken.state()),
  saveHubToken: api.desktop.saveHubToken.handler(({ context, input }) =>
    thereIs(context.desktop).hubToken.save(input.token),
  ),
  removeHubToken: api.desktop.removeHubToken.handler(({ context }) => thereIs(context.desktop).hubToken.remove()),
});

function thereIs(desktop: Desktop | undefined): Desktop {
  if (desktop === undefined) {
    throw new DesktopError('DESKTOP_ONLY', 'Only the desktop application can do this, not the page in a browser.');
  }
  return desktop;
}

/** @throws CatalogError where there is no such photo; DesktopError PHOTO_UNREACHABLE */
async function fileOf(app: App, photoId: number): Promise<string> {
  const { path } = app.catalog.photos.get(photoId);
  await access(path).catch((cause: unknown) => {
    throw new DesktopError('PHOTO_UNREACHABLE', 'The file of this photo is not there now.', {
      cause,
      details: { photoId },
    });
  });
  return path;
}
