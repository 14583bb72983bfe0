/** @file Says that the queue has processed a run, with what came of it and the way to it. Renderer only. */
import type { EndedRun } from '../../../preload/contract/library.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import type { AppState } from '../app.svelte.ts';

export function endedText({ kind, done, failed }: Omit<EndedRun, 'runId'>, { queue }: Texts): string {
  const say = kind === 'ask' || kind === 'score' || kind === 'embed' ? queue.ended[kind] : queue.ended.caption;
  return failed === 0 ? say(done) : queue.endedWithFailures(say(done), failed);
}

export function sayRunEnded(app: AppState, run: EndedRun): void {
  if (run.done + run.failed === 0) return;
  app.toasts.show(endedText(run, app.texts), {
    kind: run.done === 0 ? 'problem' : 'done',
    topic: 'run-ended',
    // Nothing is to be seen of what was prepared for the search.
    ...(run.kind !== 'embed' && { undoRunId: run.runId }),
    action: { title: app.texts.bulk.showRun, run: () => app.navigate({ view: 'run', runId: run.runId }) },
  });
}
