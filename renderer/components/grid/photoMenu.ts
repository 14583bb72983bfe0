/** @file What can be done with the selected photos, as the grid's menu lists it. Renderer only. */
import Captions from '@lucide/svelte/icons/captions';
import Copy from '@lucide/svelte/icons/copy';
import ExternalLink from '@lucide/svelte/icons/external-link';
import Eye from '@lucide/svelte/icons/eye';
import FileInput from '@lucide/svelte/icons/file-input';
import Share from '@lucide/svelte/icons/file-output';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import FolderSearch from '@lucide/svelte/icons/folder-search';
import MessageCircleQuestion from '@lucide/svelte/icons/message-circle-question-mark';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import type { Selection } from '../../../preload/contract/common.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { openElsewhere, revealPhoto } from '../../state/desktopCommands.ts';
import { fieldQuery } from '../../state/queryText.ts';
import type { MenuItem } from '../base/menuItem.ts';

/** The photo that is looked at, or the selected ones. */
function photosAtHand(app: AppState): Selection {
  return app.route.view === 'photo' ? { photoIds: [app.route.photoId] } : app.selection.asInput();
}

/** Starts a run over them and says so. */
export async function captionAtHand(app: AppState, again: boolean): Promise<void> {
  const { library } = app.texts;
  try {
    const { runId, photos } = await app.client.runs.caption({ selection: photosAtHand(app), again });
    if (runId === null) app.toast(library.nothingToCaption);
    else app.toast(library.captioning(photos), { undoRunId: runId });
  } catch (error) {
    app.report(error);
  }
}

async function copyCaption(app: AppState, id: number): Promise<void> {
  const { common } = app.texts;
  try {
    await navigator.clipboard.writeText(app.photos.card(id)?.caption?.text ?? '');
    app.toast(common.copied);
  } catch {
    app.toasts.show(common.copyRefused, { kind: 'problem' });
  }
}

function desktopItems(app: AppState, photoId: number): MenuItem[] {
  const { library } = app.texts;
  return [
    { title: library.reveal, icon: FolderSearch, run: () => revealPhoto(app, photoId) },
    { title: library.openInDefaultApp, icon: ExternalLink, run: () => openElsewhere(app, photoId) },
  ];
}

/** Several selected photos share what makes sense for several. */
export function photoMenu(app: AppState): readonly MenuItem[] {
  const { library } = app.texts;
  const { count, focusedId } = app.selection;
  const card = focusedId === null ? undefined : app.photos.card(focusedId);
  const many: MenuItem[] = [
    { title: library.caption, icon: Captions, keys: 'c', run: () => void captionAtHand(app, false) },
    { title: library.captionAgain, icon: Captions, run: () => void captionAtHand(app, true) },
  ];
  const selecting: MenuItem[] = [
    'separator',
    { title: app.texts.exports.command, icon: Share, keys: 'mod+e', run: () => app.commands.run('export') },
    { title: app.texts.imports.command, icon: FileInput, run: () => app.commands.run('import') },
    'separator',
    { title: library.selectAll, keys: 'mod+a', run: () => app.selection.all() },
    { title: library.clearSelection, run: () => app.selection.clear() },
  ];
  if (focusedId === null || count > 1) return [...many, ...selecting];
  return [
    {
      title: library.openPhoto,
      icon: Eye,
      keys: 'space',
      run: () => app.navigate({ view: 'photo', photoId: focusedId }),
    },
    {
      title: library.askPhoto,
      icon: MessageCircleQuestion,
      keys: 'a',
      run: () => app.commands.run('panel.ask'),
      disabled: !app.commands.available.some((command) => command.id === 'panel.ask'),
    },
    'separator',
    ...many,
    'separator',
    {
      title: library.findSimilar,
      icon: ScanSearch,
      run: () => app.showList({ similarTo: focusedId, order: 'relevance', descending: true }),
    },
    {
      title: library.showFolder,
      icon: FolderOpen,
      disabled: card === undefined || card.folder === '',
      run: () => app.showList({ query: fieldQuery('folder', card?.folder ?? '') }),
    },
    {
      title: library.copyCaption,
      icon: Copy,
      disabled: card?.caption === undefined || card.caption === null,
      run: () => void copyCaption(app, focusedId),
    },
    ...(app.desktop.isThere ? desktopItems(app, focusedId) : []),
    ...selecting,
  ];
}
