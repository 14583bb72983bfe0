/** @file Starts a run that captions photos, and says so. Renderer only. */
import type { Selection } from '../../preload/contract/common.ts';
import type { AppState } from './app.svelte.ts';

/** @param again also those that have such a caption already */
export async function captionPhotos(app: AppState, selection: Selection, again: boolean): Promise<void> {
  const { library } = app.texts;
  try {
    const { runId, photos } = await app.client.runs.caption({ selection, again });
    if (runId === null) app.toast(library.nothingToCaption);
    else app.toast(library.captioning(photos), { undoRunId: runId });
  } catch (error) {
    app.report(error);
  }
}
