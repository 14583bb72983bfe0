/** @file Adds folders of photos to the library, and shows the library. Renderer only. */
import type { AppState } from './app.svelte.ts';

/** @throws what the library refused */
export async function addFolder(app: AppState, path: string): Promise<void> {
  await app.client.library.addFolder({ path });
  await app.refreshOverview();
  app.toast(app.texts.frame.folderAdded(path.split(/[\\/]/).findLast((part) => part !== '') ?? path));
  app.showList({ query: '' });
}

/** One that is refused keeps the others from nothing. */
export async function addFolders(app: AppState, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      await addFolder(app, path);
    } catch (error) {
      app.report(error);
    }
  }
}
