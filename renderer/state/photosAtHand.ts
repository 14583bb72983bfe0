/** @file Which photos a command means. Renderer only. */
import type { Selection } from '../../preload/contract/common.ts';
import type { AppState } from './app.svelte.ts';

/** The photo that is looked at, or the selected ones. */
export function photosAtHand(app: AppState): Selection {
  return app.route.view === 'photo' ? { photoIds: [app.route.photoId] } : app.selection.asInput();
}
