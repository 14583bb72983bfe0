/** @file The review's part of the contract. Main process and server. */
import { acceptCaptions } from '../library/editing/acceptCaptions.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';

export const reviewRouter = api.review.router({
  reject: api.review.reject.handler(({ context: { app }, input: { captionIds } }) => ({
    runId: app.catalog.captionReview.reject(captionIds) ?? null,
  })),
  accept: api.review.accept.handler(async ({ context: { app }, input: { photoIds, minItm }, signal }) =>
    withEditProgress(app, async (onProgress) => {
      const { runId = null, captions } = await acceptCaptions(app.catalog, photoIds, minItm, { signal, onProgress });
      return { runId, captions };
    }),
  ),
  disagreements: api.review.disagreements.handler(async ({ context: { app }, signal }) => {
    const found = await app.catalog.reader.read('captionDisagreements', undefined, signal);
    return found.map(({ photoId, captionIds: [newer, older], distance }) => ({
      photoId,
      captionIds: [newer, older] as [number, number],
      distance,
    }));
  }),
});
