/** @file The review's part of the contract. Main process and server. */
import type { OtherKind } from '../../preload/contract/review.ts';
import { acceptTexts } from '../library/editing/acceptTexts.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';

export const reviewRouter = api.review.router({
  reject: api.review.reject.handler(({ context: { app }, input: { captionIds } }) => ({
    runId: app.catalog.captionReview.reject(captionIds) ?? null,
  })),
  accept: api.review.accept.handler(async ({ context: { app }, input, signal }) =>
    withEditProgress(app, async (onProgress) => {
      const { runId = null, texts } = await acceptTexts(app.catalog, input.photoIds, input.texts, {
        signal,
        onProgress,
      });
      return { runId, texts };
    }),
  ),
  counts: api.review.counts.handler(async ({ context: { app }, signal }) => {
    const count = async (kind: OtherKind) =>
      (await app.catalog.reader.read('unreviewedTexts', { kind, isCurrent: false }, signal)).length;
    const [altText, longDescription] = await Promise.all([count('altText'), count('longDescription')]);
    return { altText, longDescription };
  }),
  unreviewed: api.review.unreviewed.handler(async ({ context: { app }, input, signal }) => ({
    photoIds: await app.catalog.reader.read('unreviewedTexts', input, signal),
  })),
  disagreements: api.review.disagreements.handler(async ({ context: { app }, signal }) => {
    const found = await app.catalog.reader.read('captionDisagreements', undefined, signal);
    return found.map(({ photoId, captionIds: [newer, older], distance }) => ({
      photoId,
      captionIds: [newer, older] as [number, number],
      distance,
    }));
  }),
});
