/** @file Adds folders of photos to the library, and shows the library. Renderer only. */
import type { Texts } from '../../resources/messages/texts.ts';
import type { Client } from './connection.ts';
import type { ListQuery } from './route.ts';

/** What adding folders needs of the page. */
export interface FoldersPage {
  readonly client: { readonly library: Pick<Client['library'], 'addFolder'> };
  readonly texts: Texts;
  refreshOverview(): Promise<void>;
  showList(change: Partial<ListQuery>): void;
  toast(text: string): void;
  report(error: unknown): void;
}

/** @throws what the library refused */
export async function addFolder(page: FoldersPage, path: string): Promise<void> {
  await page.client.library.addFolder({ path });
  await page.refreshOverview();
  page.toast(page.texts.frame.folderAdded(path.split(/[\\/]/).findLast((part) => part !== '') ?? path));
  page.showList({ query: '' });
}

/** One that is refused keeps the others from nothing. */
export async function addFolders(page: FoldersPage, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      await addFolder(page, path);
    } catch (error) {
      page.report(error);
    }
  }
}
