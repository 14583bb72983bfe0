/** @file What can be done with a folder of the sidebar, as its menu lists it. Renderer only. */
import Captions from '@lucide/svelte/icons/captions';
import Images from '@lucide/svelte/icons/images';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Settings from '@lucide/svelte/icons/settings';
import type { Folder } from '../../preload/contract/library.ts';
import type { MenuItem } from '../components/base/menuItem.ts';
import type { AppState } from './app.svelte.ts';
import { captionPhotos } from './captionPhotos.ts';
import { fieldQuery } from './queryText.ts';

export function folderMenu(app: AppState, folder: Folder): readonly MenuItem[] {
  const { library, settings, frame } = app.texts;
  const query = fieldQuery('folder', folder.queryPath);
  const root = app.overview?.roots.find(({ folderId }) => folderId === folder.id);
  const isLive = app.overview?.roots.some(
    ({ folderId, liveSidecars, liveFolders }) =>
      (folderId === folder.id && liveSidecars) || liveFolders.some((live) => live.folderId === folder.id),
  );
  const attempt = async (action: () => Promise<unknown>, done: string): Promise<void> => {
    try {
      await action();
      app.toast(done);
      await app.refreshOverview();
    } catch (error) {
      app.report(error);
    }
  };
  const { scan, setLiveSidecars } = app.client.library;
  return [
    { title: library.showSearch, icon: Images, run: () => app.showList({ query }) },
    { title: library.caption, icon: Captions, run: () => void captionPhotos(app, { query }, false) },
    'separator',
    ...(root === undefined
      ? []
      : [
          {
            title: settings.rescan,
            icon: RefreshCw,
            run: () => void attempt(() => scan({ rootId: root.id }), settings.scanning),
          },
        ]),
    {
      title: settings.liveSidecars,
      chosen: isLive === true,
      run: () =>
        void attempt(
          () => setLiveSidecars({ folderId: folder.id, live: isLive !== true }),
          isLive === true ? settings.liveSidecarsOff(folder.name) : settings.liveSidecarsOn(folder.name),
        ),
    },
    { title: frame.folderSettings, icon: Settings, run: () => app.openSettings('folders') },
  ];
}
