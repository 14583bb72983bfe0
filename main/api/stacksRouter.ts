/** @file The stacks' part of the contract. Main process and server. */
import { putOnTop, stackTogether, unstack } from '../library/stacks/editStacks.ts';
import type { App } from './app.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';
import { selectedPhotos } from './selection.ts';

/** With the stacks as the change makes them. */
async function changed(app: App, change: () => Promise<number | undefined>): Promise<{ runId: number | null }> {
  const runId = await change();
  if (runId !== undefined) await app.stacks.update();
  return { runId: runId ?? null };
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
  putOnTop: api.stacks.putOnTop.handler(
    async ({ context: { app }, input }) => await changed(app, () => putOnTop(app.catalog, input.photoId)),
  ),
});
