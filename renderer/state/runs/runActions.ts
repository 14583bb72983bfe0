/** @file What can be done with runs: started, held, ended, tried again, undone. Each says what came of it. Renderer only. */
import type { Run } from '../../../preload/contract/runs.ts';
import { isAutomatic } from '../../../schemas/automaticRun.ts';
import type { AppState } from '../app.svelte.ts';

async function attempt(app: AppState, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    app.report(error);
  }
}

export async function pauseRun(app: AppState, runId: number, paused: boolean): Promise<void> {
  await attempt(app, () => app.client.runs.pause({ runId, paused }));
}

export async function cancelRun(app: AppState, runId: number): Promise<void> {
  await attempt(app, async () => {
    const isUnasked = app.queue.runs.some((run) => run.runId === runId && isAutomatic(run));
    await app.client.runs.cancel({ runId });
    if (!isUnasked) return app.toast(app.texts.runs.cancelled);
    await app.settings.load();
    app.toast(app.texts.settings.indexingOff, {
      action: {
        title: app.texts.common.undo,
        run: () => void attempt(app, () => app.settings.change({ indexInBackground: true })),
      },
    });
  });
}

export async function retryFailed(
  app: AppState,
  which: { readonly runId?: number; readonly jobId?: number },
): Promise<void> {
  await attempt(app, async () => {
    await app.client.library.retry({ ...which });
    app.toast(app.texts.runs.retrying);
  });
}

/** Undoes a run, or redoes it where that was done. One that still goes on is ended first: what it would write afterwards nobody would take back. */
export async function revertRun(app: AppState, run: Run): Promise<void> {
  await attempt(app, async () => {
    if (isOpen(run) && isQueued(run)) await app.client.runs.cancel({ runId: run.id });
    const { reverted, leftAlone } = await app.client.runs.revert({ runId: run.revertedByRunId ?? run.id });
    const { runs, common } = app.texts;
    if (isUndone(run)) app.toast(runs.redoneToast(reverted, leftAlone), { undoRunId: run.id });
    else {
      const action = { title: common.redo, run: () => void app.history.redo() };
      app.toast(runs.undoneToast(reverted, leftAlone), { action });
    }
  });
}

/** Not finished. */
export function isOpen(run: Run): boolean {
  return run.state === 'running' || run.state === 'paused';
}

/** Worked on by the queue, job by job. */
export function isQueued(run: Run): boolean {
  return run.kind === 'caption' || run.kind === 'ask' || run.kind === 'score' || run.kind === 'embed';
}

/** It can be brought back. */
export function isUndone(run: Run): boolean {
  return run.revertedByRunId !== null && run.kind !== 'undo';
}

/** It can be undone. */
export function isRevertible(run: Run): boolean {
  return run.revertedByRunId === null && (!isOpen(run) || isQueued(run));
}

export interface Started {
  readonly runId: number | null;
  /** Jobs that are new. */
  readonly photos: number;
}

export interface StartTexts {
  /** @param skipped were done before */
  readonly started: (jobs: number, skipped: number) => string;
}

/**
 * Starts work on many photos and says how many are new, how many were skipped, and where to see it.
 * @param asked jobs that there would be if nothing were done yet
 * @throws what the library refused
 */
export async function startWork(
  app: AppState,
  asked: number,
  start: () => Promise<Started>,
  { started }: StartTexts,
): Promise<void> {
  const { runId, photos } = await start();
  const { bulk } = app.texts;
  if (runId === null || photos === 0) return app.toast(bulk.nothingNew);
  app.toast(started(photos, Math.max(0, asked - photos)), {
    undoRunId: runId,
    action: { title: bulk.showRun, run: () => app.navigate({ view: 'run', runId }) },
  });
}
