/** @file What can be done with the selected photos, as the grid's menu lists it. Renderer only. */
import Captions from '@lucide/svelte/icons/captions';
import Columns2 from '@lucide/svelte/icons/columns-2';
import Copy from '@lucide/svelte/icons/copy';
import ExternalLink from '@lucide/svelte/icons/external-link';
import Eye from '@lucide/svelte/icons/eye';
import FileInput from '@lucide/svelte/icons/file-input';
import Share from '@lucide/svelte/icons/file-output';
import Flag from '@lucide/svelte/icons/flag';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import FolderSearch from '@lucide/svelte/icons/folder-search';
import Layers from '@lucide/svelte/icons/layers';
import MessageCircleQuestion from '@lucide/svelte/icons/message-circle-question-mark';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import Star from '@lucide/svelte/icons/star';
import TagIcon from '@lucide/svelte/icons/tag';
import Tags from '@lucide/svelte/icons/tags';
import type { Mark, ShownMarks } from '../../../schemas/marks.ts';
import { maxSimilarTo } from '../../../schemas/similarTo.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { captionPhotos } from '../../state/captionPhotos.ts';
import { canCompare, compareSelected } from '../../state/compare/compareCommands.ts';
import { openElsewhere, revealPhoto } from '../../state/desktopCommands.ts';
import { flagMarks, keyOf, labelMarks, markAtHand, ratings } from '../../state/marks.ts';
import { photosAtHand } from '../../state/photosAtHand.ts';
import { fieldQuery } from '../../state/queryText.ts';
import {
  copyCaptions,
  putOnTop,
  stackAtHand,
  stackKeys,
  stackSelected,
  toggleStack,
  unstackSelected,
} from '../../state/stacks.ts';
import type { MenuAction, MenuItem } from '../base/menuItem.ts';

/** The photo that is looked at, or the selected ones. */
export async function captionAtHand(app: AppState, again: boolean): Promise<void> {
  await captionPhotos(app, photosAtHand(app), again);
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

/** What these have in common, others show too. */
export function findSimilar(app: AppState, photoIds: readonly number[]): void {
  app.showList({ query: `similar:${photoIds.join(',')}`, order: 'relevance', descending: true });
}

function similarItem(app: AppState, photoIds: readonly number[]): MenuItem {
  return {
    title: app.texts.library.findSimilar(photoIds.length),
    icon: ScanSearch,
    run: () => findSimilar(app, photoIds),
  };
}

/** What a key does, too, while there is something that does it. */
function commandItem(
  app: AppState,
  { id, ...item }: Pick<MenuAction, 'title' | 'icon' | 'keys'> & { id: string },
): MenuItem {
  const disabled = !app.commands.available.some((command) => command.id === id);
  return { ...item, disabled, run: () => app.commands.run(id) };
}

/** Of one photo those that it has are ticked. */
function markGroups(app: AppState, shown: ShownMarks | undefined): MenuItem[] {
  const { marks } = app.texts;
  const itemOf = (mark: Mark): MenuItem => ({
    title: marks.name(mark),
    keys: keyOf(mark),
    chosen: shown !== undefined && isShown(mark, shown),
    run: () => void markAtHand(app, mark),
  });
  return [
    { title: marks.rating, icon: Star, items: ratings.map(itemOf) },
    { title: marks.flag, icon: Flag, items: flagMarks.map(itemOf) },
    { title: marks.label, icon: TagIcon, items: labelMarks.map(itemOf) },
  ];
}

function isShown({ kind, value }: Mark, shown: ShownMarks): boolean {
  if (kind === 'rating') return Math.max(0, shown.rating ?? 0) === value;
  return (shown[kind]?.toLowerCase() ?? 'none') === value;
}

function stackGroup(app: AppState): MenuItem {
  const { stacks } = app.texts.library;
  const stack = stackAtHand(app);
  return {
    title: stacks.menu,
    icon: Layers,
    items: [
      {
        title: stack?.isFolded === false ? stacks.foldOne : stacks.unfoldOne,
        keys: stackKeys.toggle,
        disabled: stack === undefined,
        run: () => stack && toggleStack(app, stack.photoId),
      },
      {
        title: stacks.stack,
        keys: stackKeys.stack,
        disabled: app.selection.count < 2,
        run: () => void stackSelected(app),
      },
      { title: stacks.unstack, keys: stackKeys.unstack, run: () => void unstackSelected(app) },
      {
        title: stacks.copyCaptions,
        disabled: app.selection.stacks.count === 0,
        run: () => void copyCaptions(app),
      },
      {
        title: stacks.top,
        keys: stackKeys.top,
        disabled: stack?.isFolded !== false,
        run: () => stack && void putOnTop(app, stack.photoId),
      },
    ],
  };
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
  const marking = markGroups(app, count > 1 ? undefined : card?.marks);
  const comparing: MenuItem[] = canCompare(app)
    ? [{ title: app.texts.compare.command, icon: Columns2, keys: 'n', run: () => compareSelected(app) }]
    : [];
  const selecting: MenuItem[] = [
    'separator',
    ...marking,
    stackGroup(app),
    'separator',
    { title: app.texts.exports.command, icon: Share, keys: 'mod+e', run: () => app.commands.run('export') },
    { title: app.texts.imports.command, icon: FileInput, run: () => app.commands.run('import') },
    'separator',
    { title: library.selectAll, keys: 'mod+a', run: () => app.selection.all() },
    { title: library.clearSelection, run: () => app.selection.clear() },
  ];
  if (focusedId === null || count > 1) {
    const similar: MenuItem[] = count > maxSimilarTo ? [] : [similarItem(app, app.selection.photoIds)];
    const asking = commandItem(app, {
      id: 'bulk.ask',
      title: app.texts.bulk.ask,
      icon: MessageCircleQuestion,
      keys: 'a',
    });
    const tagging = commandItem(app, { id: 'bulk.tag', title: app.texts.bulk.tag, icon: Tags, keys: 'shift+t' });
    return [asking, ...many, tagging, ...comparing, ...similar, ...selecting];
  }
  return [
    {
      title: library.openPhoto,
      icon: Eye,
      keys: 'space',
      run: () => app.navigate({ view: 'photo', photoId: focusedId }),
    },
    commandItem(app, { id: 'panel.ask', title: library.askPhoto, icon: MessageCircleQuestion, keys: 'a' }),
    'separator',
    ...many,
    commandItem(app, { id: 'panel.tag', title: app.texts.bulk.tag, icon: Tags, keys: 't' }),
    'separator',
    similarItem(app, [focusedId]),
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
