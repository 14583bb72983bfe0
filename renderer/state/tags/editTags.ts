/** @file Gives tags to photos, or takes them away, with a notice that undoes it. Renderer only. */
import type { Selection } from '../../../preload/contract/common.ts';
import type { TagOperation } from '../../../preload/contract/runs.ts';
import type { AppState } from '../app.svelte.ts';

/** @param done what the notice says */
export async function editTags(
  app: AppState,
  selection: Selection,
  operation: TagOperation,
  done: string,
): Promise<void> {
  try {
    const { runId } = await app.client.tags.edit({ selection, operation });
    if (runId === null) app.toast(app.texts.frame.tagsUnchanged);
    else app.toast(done, { undoRunId: runId });
  } catch (error) {
    app.report(error);
  }
}
