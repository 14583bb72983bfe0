/** @file Says that the queue has processed a run, with what came of it and the way to it. Renderer only. */
import type { EndedRun } from '../../../preload/contract/library.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import type { Route } from '../route.ts';
import type { ToastState } from '../toasts.svelte.ts';

/** What saying so needs of the page. */
export interface RunEndedPage {
  readonly texts: Texts;
  readonly toasts: Pick<ToastState, 'show'>;
  navigate(route: Route): void;
}

export function endedText(
  { kind, writes = 'caption', done, failed }: Omit<EndedRun, 'runId'>,
  { queue }: Texts,
): string {
  const say = kind === 'ask' || kind === 'score' || kind === 'embed' ? queue.ended[kind] : queue.ended[writes];
  return failed === 0 ? say(done) : queue.endedWithFailures(say(done), failed);
}

export function sayRunEnded(page: RunEndedPage, run: EndedRun): void {
  if (run.done + run.failed === 0) return;
  page.toasts.show(endedText(run, page.texts), {
    kind: run.done === 0 ? 'problem' : 'done',
    topic: 'run-ended',
    // Nothing is to be seen of what was prepared for the search.
    ...(run.kind !== 'embed' && { undoRunId: run.runId }),
    action: { title: page.texts.bulk.showRun, run: () => page.navigate({ view: 'run', runId: run.runId }) },
  });
}
