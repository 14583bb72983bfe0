/** @file The commands that only the desktop application has: the photo at hand in the file manager, or in another program. Renderer only. */
import type { AppState } from './app.svelte.ts';
import type { Command } from './commands.svelte.ts';
import { photoInView } from './photosAtHand.ts';

export function revealPhoto(app: AppState, photoId: number): void {
  app.client.desktop.reveal({ photoId }).catch((error: unknown) => app.report(error));
}

export function openElsewhere(app: AppState, photoId: number): void {
  app.client.desktop.openElsewhere({ photoId }).catch((error: unknown) => app.report(error));
}

/** The one that is shown, else the one that is selected last. */
function photoAtHand(app: AppState): number | null {
  return photoInView(app) ?? app.selection.focusedId;
}

export function desktopCommands(app: AppState): Command[] {
  const when = (): boolean =>
    app.desktop.isThere &&
    photoAtHand(app) !== null &&
    (photoInView(app) !== undefined || app.route.view === 'library');
  const withPhoto = (act: (app: AppState, photoId: number) => void) => () => {
    const photoId = photoAtHand(app);
    if (photoId !== null) act(app, photoId);
  };
  return [
    { id: 'photo.reveal', title: () => app.texts.library.reveal, when, run: withPhoto(revealPhoto) },
    { id: 'photo.openElsewhere', title: () => app.texts.library.openInDefaultApp, when, run: withPhoto(openElsewhere) },
  ];
}
