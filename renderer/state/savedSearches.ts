/** @file The person's saved searches: shown, renamed, taken away with a way back. Renderer only. */
import ArrowDown from '@lucide/svelte/icons/arrow-down';
import ArrowUp from '@lucide/svelte/icons/arrow-up';
import Bookmark from '@lucide/svelte/icons/bookmark';
import PencilLine from '@lucide/svelte/icons/pencil-line';
import Trash from '@lucide/svelte/icons/trash';
import type { MenuItem } from '../components/base/menuItem.ts';
import type { AppState } from './app.svelte.ts';
import { type SavedSearch, withoutChange } from './savedSearchChange.ts';

/** What can be done with one. @param startRename where its name is typed anew */
export function savedSearchMenu(app: AppState, search: SavedSearch, startRename: () => void): readonly MenuItem[] {
  const { library, common } = app.texts;
  const all = app.settings.all.savedSearches;
  const place = all.findIndex(({ name }) => name === search.name);
  return [
    { title: library.showSearch, icon: Bookmark, run: () => app.showList({ query: search.query }) },
    { title: library.renameSearch, icon: PencilLine, keys: 'f2', run: startRename },
    {
      title: library.moveSearchUp,
      icon: ArrowUp,
      keys: 'alt+arrowup',
      disabled: place === 0,
      run: () => void moveSavedSearch(app, search.name, -1),
    },
    {
      title: library.moveSearchDown,
      icon: ArrowDown,
      keys: 'alt+arrowdown',
      disabled: place === all.length - 1,
      run: () => void moveSavedSearch(app, search.name, 1),
    },
    'separator',
    {
      title: common.remove,
      icon: Trash,
      keys: 'delete',
      run: () => void removeSavedSearch(app, search.name),
    },
  ];
}

export async function removeSavedSearch(app: AppState, name: string): Promise<void> {
  const kept = app.settings.all.savedSearches.filter((search) => search.name !== name);
  await change(app, kept, app.texts.library.searchRemoved(name));
}

/** With a way back, and a notice where there is something to say. Returns whether it was done. */
async function change(app: AppState, savedSearches: readonly SavedSearch[], said?: string): Promise<boolean> {
  const before = app.settings.all.savedSearches;
  try {
    await app.settings.change({ savedSearches: [...savedSearches] });
  } catch (error) {
    app.report(error);
    return false;
  }
  if (said === undefined) return true;
  const undo = () => {
    const now = withoutChange(app.settings.all.savedSearches, before, savedSearches);
    void app.settings.change({ savedSearches: now }).catch((error: unknown) => app.report(error));
  };
  app.toast(said, { action: { title: app.texts.common.undo, run: undo } });
  return true;
}

/** One of the same name gives way to it, which is said. Returns whether it was saved. */
export async function saveSearch(app: AppState, name: string, query: string): Promise<boolean> {
  const all = app.settings.all.savedSearches;
  const others = all.filter((search) => search.name !== name);
  const { searchSaved, searchReplaced } = app.texts.library;
  const said = others.length < all.length ? searchReplaced : searchSaved;
  return await change(app, [...others, { name, query }], said(name));
}

/** One place up or down in the order that the person gives them. */
export async function moveSavedSearch(app: AppState, name: string, by: 1 | -1): Promise<void> {
  const savedSearches = [...app.settings.all.savedSearches];
  const place = savedSearches.findIndex((search) => search.name === name);
  const [moved] = savedSearches.splice(place, 1);
  if (moved === undefined || place + by < 0 || place + by > savedSearches.length) return;
  savedSearches.splice(place + by, 0, moved);
  await change(app, savedSearches);
}

/** One of the new name gives way to it, which is said. */
export async function renameSavedSearch(app: AppState, name: string, newName: string): Promise<void> {
  const chosen = newName.trim();
  if (chosen === '' || chosen === name) return;
  const all = app.settings.all.savedSearches;
  const others = all.filter((search) => search.name !== chosen);
  const renamed = others.map((search) => (search.name === name ? { ...search, name: chosen } : search));
  await change(app, renamed, others.length < all.length ? app.texts.library.searchReplaced(chosen) : undefined);
}
