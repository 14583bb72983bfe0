/** @file Tells a person who is elsewhere that a long run has ended. Desktop main process. */
import type { QueueState } from '../../preload/contract/library.ts';
import type { DesktopTexts, Language } from '../../resources/messages/texts.ts';
import type { Run } from '../library/catalog/runs.ts';

export const longRunMs = 60_000;

/** What is used of Electron's `Notification`. */
export interface ShownNotice {
  on(event: 'click' | 'close', listener: () => void): unknown;
  on(event: 'failed', listener: (event: unknown, reason: string) => void): unknown;
  show(): void;
}

export interface RunNoticesOptions {
  readonly create: (notice: { readonly title: string; readonly body: string }) => ShownNotice | undefined;
  readonly run: (runId: number) => Pick<Run, 'name' | 'state' | 'done' | 'failed' | 'createdAtMs' | 'finishedAtMs'>;
  readonly isWatched: () => boolean;
  readonly texts: () => { readonly texts: DesktopTexts; readonly language: Language };
  readonly openRun: (runId: number) => void;
  /** The system showed nothing. */
  readonly onFailed: (reason: string) => void;
}

export class RunNotices {
  readonly #options: RunNoticesOptions;
  /** A notice that nobody holds is taken away before it is clicked. */
  readonly #shown = new Set<ShownNotice>();
  #open: ReadonlySet<number> = new Set();

  constructor(options: RunNoticesOptions) {
    this.#options = options;
  }

  /** @param queue as it is now: what was in it and is no more has ended */
  follow({ runs }: Pick<QueueState, 'runs'>): void {
    const open = new Set(runs.map(({ runId }) => runId));
    const ended = [...this.#open].filter((runId) => !open.has(runId));
    this.#open = open;
    for (const runId of ended) this.#ended(runId);
  }

  #ended(runId: number): void {
    const { run, isWatched, texts: current, create, openRun, onFailed } = this.#options;
    const { name, state, done, failed, createdAtMs, finishedAtMs } = run(runId);
    const tookMs = (finishedAtMs ?? createdAtMs) - createdAtMs;
    if (state !== 'done' || tookMs < longRunMs || isWatched()) return;
    const { texts, language } = current();
    const { format } = new Intl.NumberFormat(language);
    const body = texts.runCounts(format(done), failed === 0 ? null : format(failed));
    const notice = create({ title: texts.runDone(name), body });
    if (notice === undefined) return;
    this.#shown.add(notice);
    const forget = () => void this.#shown.delete(notice);
    notice.on('close', forget);
    notice.on('failed', (_event, reason) => {
      forget();
      onFailed(reason);
    });
    notice.on('click', () => {
      forget();
      openRun(runId);
    });
    notice.show();
  }
}
