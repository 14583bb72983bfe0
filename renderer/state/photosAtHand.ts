/** @file Which photos a command means. Renderer only. */
import type { Selection } from '../../preload/contract/common.ts';
import type { AppState } from './app.svelte.ts';

/** The photo that is looked at: the one that is shown, or of those that are compared the focused one. */
export function photoInView(app: AppState): number | undefined {
  return app.route.view === 'photo' ? app.route.photoId : app.comparison.focusedId;
}

/** The photo that is looked at, or the selected ones. */
export function photosAtHand(app: AppState): Selection {
  const photoId = photoInView(app);
  return photoId === undefined ? app.selection.asInput() : { photoIds: [photoId] };
}

export function hasPhotosAtHand(app: AppState): boolean {
  return photoInView(app) !== undefined || (app.route.view === 'library' && app.selection.count > 0);
}
