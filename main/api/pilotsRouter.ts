/** @file The pilots' part of the contract: what work costs, trying it on a few photos, going on with the rest. Main process and server. */
import { estimateWork } from '../library/pilots/workEstimate.ts';
import type { NewWork } from '../library/queue/queue.ts';
import type { App } from './app.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';
import { attemptOf, continuePilot, discardAttempts, pilotWork, retryPilot, startPilot } from './pilots.ts';
import { selectedPhotos } from './selection.ts';
import { modelOf, workOf } from './work.ts';

export const pilotsRouter = api.pilots.router({
  estimate: api.pilots.estimate.handler(async ({ context: { app }, input: { of, terms }, signal }) => {
    if ('selection' in of) {
      const work = await workOf(app, terms, await selectedPhotos(app, of.selection, signal));
      return { ...(await estimated(app, work, signal)), attemptRunId: null };
    }
    const { work, photoIds, attempt } = await pilotWork(app, app.catalog.pilots.get(of.pilotId), terms);
    return { ...(await estimated(app, { ...work, photoIds }, signal)), attemptRunId: attempt?.run.id ?? null };
  }),
  start: api.pilots.start.handler(async ({ context: { app }, input: { selection, terms }, signal }) =>
    startPilot(app, terms, await selectedPhotos(app, selection, signal), signal),
  ),
  get: api.pilots.get.handler(({ context: { app }, input: { pilotId } }) => {
    const pilot = app.catalog.pilots.get(pilotId);
    return {
      id: pilot.id,
      photoCount: pilot.photoIds.length,
      sampleIds: [...pilot.sampleIds],
      attempts: pilot.attempts.map((attempt) => attemptOf(app, pilot, attempt)),
    };
  }),
  retry: api.pilots.retry.handler(async ({ context: { app }, input: { pilotId, terms }, signal }) =>
    started(await retryPilot(app, pilotId, terms, signal)),
  ),
  continue: api.pilots.continue.handler(async ({ context: { app }, input: { pilotId, terms }, signal }) =>
    started(await continuePilot(app, pilotId, terms, signal)),
  ),
  discard: api.pilots.discard.handler(async ({ context: { app }, input: { pilotId, keepRunId } }) => ({
    undoRunIds: await withEditProgress(app, () => discardAttempts(app, pilotId, keepRunId)),
  })),
});

async function estimated(app: App, work: NewWork, signal: AbortSignal | undefined) {
  const { catalog, machine, features, finding } = app;
  const { facts: model } = await modelOf(app, work);
  const parts = {
    catalog,
    model,
    floor: () => machine.floor(),
    features,
    indexBytes: (modelKey: string) => finding.indexBytes(modelKey),
  };
  return await estimateWork(parts, work, signal);
}

function started({ runId, added }: { readonly runId: number | undefined; readonly added: number }) {
  return { runId: added === 0 ? null : (runId ?? null), photos: added };
}
