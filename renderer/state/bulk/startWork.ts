/** @file Starts work on many photos and says what came of it: how many are new, how many were skipped, and where to see it. Renderer only. */
import type { AppState } from '../app.svelte.ts';

export interface Started {
  readonly runId: number | null;
  /** Jobs that are new. */
  readonly photos: number;
}

export interface StartTexts {
  /** @param skipped were done before */
  readonly started: (jobs: number, skipped: number) => string;
}

/** @param asked jobs that there would be if nothing were done yet. @throws what the library refused */
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
