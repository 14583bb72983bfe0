/** @file The runs' part of the contract: work on many photos, and taking it back. Main process and server. */

import { isAutomatic } from '../../schemas/automaticRun.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { type HistoryStep, historyRunKinds, largeRunKinds } from '../library/catalog/runs/history.ts';
import { keepAsFields } from './askedFields.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';
import { runOf } from './runOf.ts';
import { selectedPhotos } from './selection.ts';
import { askWork, captionWork, embedWork, scoreWork, tagWork } from './work.ts';

export const runsRouter = api.runs.router({
  list: api.runs.list.handler(({ context: { app }, input: { beforeId, limit, withEdits } }) =>
    app.catalog.runs
      .list({ beforeId, limit, kinds: withEdits ? historyRunKinds : largeRunKinds })
      .map((run) => runOf(app.catalog, run)),
  ),
  get: api.runs.get.handler(({ context: { app }, input: { runId } }) =>
    runOf(app.catalog, app.catalog.runs.get(runId)),
  ),
  revert: api.runs.revert.handler(({ context: { app }, input: { runId } }) =>
    withEditProgress(app, (onProgress) => app.catalog.undo.revert(runId, { onProgress })),
  ),
  history: api.runs.history.handler(async ({ context: { app }, signal }) => {
    const { undo, redo } = await app.catalog.reader.read('historySteps', undefined, signal);
    return { undo: stepOf(app.catalog, undo), redo: stepOf(app.catalog, redo) };
  }),
  pause: api.runs.pause.handler(({ context: { app }, input: { runId, paused } }) =>
    paused ? app.queue.pauseRun(runId) : app.queue.resumeRun(runId),
  ),
  cancel: api.runs.cancel.handler(async ({ context: { app }, input: { runId } }) => {
    // With the next photo it would begin again.
    const automatic = isAutomatic(app.catalog.runs.statusOf(runId));
    if (automatic) app.catalog.settings.set('indexInBackground', false);
    await app.queue.cancelRun(runId);
    if (automatic) await app.settingsChanged();
  }),
  caption: api.runs.caption.handler(async ({ context: { app }, input, signal }) => {
    const photoIds = await selectedPhotos(app, input.selection, signal);
    return started(await app.queue.add(await captionWork(app, { ...input, photoIds }), signal));
  }),
  ask: api.runs.ask.handler(async ({ context: { app }, input, signal }) => {
    const photoIds = await selectedPhotos(app, input.selection, signal);
    const work = await askWork(app, { ...input, photoIds });
    keepAsFields(app, input);
    return started(await app.queue.add(work, signal));
  }),
  tag: api.runs.tag.handler(async ({ context: { app }, input, signal }) => {
    const photoIds = await selectedPhotos(app, input.selection, signal);
    return started(await app.queue.add(await tagWork(app, { ...input, photoIds }), signal));
  }),
  embed: api.runs.embed.handler(async ({ context: { app }, input, signal }) => {
    const photoIds = await selectedPhotos(app, input.selection, signal);
    return started(await app.queue.add(await embedWork(app, { ...input, photoIds }), signal));
  }),
  score: api.runs.score.handler(async ({ context: { app }, input, signal }) => {
    const photoIds = await selectedPhotos(app, input.selection, signal);
    return started(await app.queue.add(await scoreWork(app, { ...input, photoIds }), signal));
  }),
});

function stepOf(catalog: Catalog, step: HistoryStep | undefined) {
  return step === undefined ? null : { run: runOf(catalog, step.run), photos: step.photos };
}

function started({ runId, added }: { readonly runId: number | undefined; readonly added: number }) {
  return { runId: runId ?? null, photos: added };
}
