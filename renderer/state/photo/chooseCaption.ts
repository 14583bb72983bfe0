/** @file A person chooses which of a photo's captions is shown: that approves it, and its author stays. Renderer only. */
import type { AppState } from '../app.svelte.ts';
import type { ReviewCandidate } from '../review/candidates.ts';

export async function chooseCaption(
  app: AppState,
  photoId: number,
  { text, caption }: Pick<ReviewCandidate, 'text' | 'caption'>,
): Promise<void> {
  try {
    const { runId } = await app.client.photos.writeCaption({ photoId, text, basedOnId: caption.id });
    app.toast(app.texts.photo.captionChosen, { undoRunId: runId });
  } catch (error) {
    app.report(error);
  }
}
