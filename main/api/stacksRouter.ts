/** @file The stacks' part of the contract. Main process and server. */

import { ModelChoiceError } from '../library/models/chooseModel.ts';
import { copyCaptions } from '../library/stacks/copyCaptions.ts';
import { putOnTop, stackTogether, unstack } from '../library/stacks/editStacks.ts';
import type { App } from './app.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';
import { selectedPhotos } from './selection.ts';
import { scoreWork } from './work.ts';

/** With the stacks as the change makes them. */
async function changed(app: App, change: () => Promise<number | undefined>): Promise<{ runId: number | null }> {
  const runId = await change();
  if (runId !== undefined) await app.stacks.update();
  return { runId: runId ?? null };
}

/** Returns whether a matching model does. @throws what the queue refuses */
async function check(app: App, photoIds: readonly number[], signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await app.queue.add(await scoreWork(app, { photoIds }), signal);
    return true;
  } catch (error) {
    if (error instanceof ModelChoiceError) return false;
    throw error;
  }
}

export const stacksRouter = api.stacks.router({
  stack: api.stacks.stack.handler(async ({ context: { app }, input, signal }) => {
    const photoIds = await selectedPhotos(app, input.selection, signal);
    return await withEditProgress(app, async (onProgress) =>
      changed(app, () => stackTogether(app.catalog, photoIds, { signal, onProgress })),
    );
  }),
  unstack: api.stacks.unstack.handler(async ({ context: { app }, input, signal }) => {
    const photoIds = await selectedPhotos(app, input.selection, signal);
    return await withEditProgress(app, async (onProgress) =>
      changed(app, () => unstack(app.catalog, photoIds, { signal, onProgress })),
    );
  }),
  copyCaptions: api.stacks.copyCaptions.handler(async ({ context: { app }, input, signal }) => {
    const selected = await selectedPhotos(app, input.selection, signal);
    return await withEditProgress(app, async (onProgress) => {
      const { runId = null, photoIds } = await copyCaptions(app.catalog, selected, { signal, onProgress });
      const checks = photoIds.length > 0 && (await check(app, photoIds, signal));
      return { runId, photos: photoIds.length, checks };
    });
  }),
  putOnTop: api.stacks.putOnTop.handler(
    async ({ context: { app }, input }) => await changed(app, () => putOnTop(app.catalog, input.photoId)),
  ),
});
