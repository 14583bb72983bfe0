/** @file The commands of the compare view and their keys. Renderer only. */
import type { AppState } from '../app.svelte.ts';
import type { Command } from '../commands.svelte.ts';
import { zoomCommands } from '../photo/zoomCommands.ts';
import { comparedCount } from '../route.ts';
import type { ZoomGroup } from './zoomGroup.svelte.ts';

export function canCompare(app: AppState): boolean {
  const { count } = app.selection;
  return app.route.view === 'library' && count >= comparedCount.least && count <= comparedCount.most;
}

/** The selected photos, in the order of the list. */
export function compareSelected(app: AppState): void {
  const photoIds = app.selection.photoIds.toSorted((a, b) => app.photos.indexOf(a) - app.photos.indexOf(b));
  if (app.selection.focusedId !== null) app.comparison.focus(app.selection.focusedId);
  app.navigate({ view: 'compare', photoIds });
}

export interface CompareView {
  readonly zooms: ZoomGroup;
  /** Gives the keyboard to the photo beside the focused one. */
  readonly step: (by: 1 | -1) => void;
  readonly open: (photoId: number | undefined) => void;
  readonly back: () => void;
}

export function compareViewCommands(app: AppState, view: CompareView): Command[] {
  const texts = () => app.texts.compare;
  const when = (): boolean => app.route.view === 'compare';
  const { comparison } = app;
  const zoom = () => (comparison.focusedId === undefined ? undefined : view.zooms.get(comparison.focusedId));
  return [
    { id: 'compare.next', title: () => texts().focusNext, keys: ['arrowright'], when, run: () => view.step(1) },
    { id: 'compare.previous', title: () => texts().focusPrevious, keys: ['arrowleft'], when, run: () => view.step(-1) },
    {
      id: 'compare.replaceNext',
      title: () => texts().replaceNext,
      keys: [']'],
      when: () => when() && comparison.replacement(1) !== undefined,
      run: () => comparison.replace(1),
    },
    {
      id: 'compare.replacePrevious',
      title: () => texts().replacePrevious,
      keys: ['['],
      when: () => when() && comparison.replacement(-1) !== undefined,
      run: () => comparison.replace(-1),
    },
    {
      id: 'compare.remove',
      title: () => texts().remove,
      keys: ['backspace', 'delete'],
      when: () => when() && comparison.canRemove,
      run: () => comparison.remove(),
    },
    {
      id: 'compare.open',
      title: () => app.texts.library.openPhoto,
      keys: ['space'],
      when,
      // So that a button beside it is still pressed with the same key.
      isTakenByFocus: true,
      run: () => view.open(comparison.focusedId),
    },
    {
      id: 'compare.link',
      title: () => (view.zooms.isLinked ? texts().unlink : texts().link),
      keys: ['l'],
      when,
      run: () => view.zooms.toggleLink(comparison.focusedId),
    },
    { id: 'compare.back', title: () => app.texts.photo.backToGrid, keys: ['escape'], when, run: view.back },
    ...zoomCommands(app, { zoom, when, isShown: () => when() && zoom() !== undefined }),
  ];
}
