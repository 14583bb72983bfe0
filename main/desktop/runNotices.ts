/** @file Tells a person who is elsewhere that a long run has ended. Desktop main process. */
import type { QueueState } from '../../preload/contract/library.ts';
import { runTitle } from '../../resources/messages/runTitle.ts';
import { texts } from '../../resources/messages/texts.ts';
import { isAutomatic } from '../../schemas/automaticRun.ts';
import type { Language } from '../../schemas/choices.ts';
import type { Run } from '../library/catalog/runs/runs.ts';

export const longRunMs = 60_000;

/** What is used of Electron's `Notification`. */
export interface ShownNotice {
  on(event: 'click' | 'close', listener: () => void): unknown;
  on(event: 'failed', listener: (event: unknown, reason: string) => void): unknown;
  show(): void;
}

export interface RunNoticesOptions {
  readonly create: (notice: { readonly title: string; readonly body: string }) => ShownNotice | undefined;
  readonly run: (
    runId: number,
  ) => Pick<Run, 'description' | 'state' | 'done' | 'failed' | 'createdAtMs' | 'finishedAtMs'>;
  readonly isWatched: () => boolean;
  readonly language: () => Language;
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
    const { run, isWatched, language: currentLanguage, create, openRun, onFailed } = this.#options;
    const { description, state, done, failed, createdAtMs, finishedAtMs } = run(runId);
    const tookMs = (finishedAtMs ?? createdAtMs) - createdAtMs;
    if (state !== 'done' || isAutomatic({ description }) || tookMs < longRunMs || isWatched()) return;
    const language = currentLanguage();
    const { desktop } = texts[language];
    const { format } = new Intl.NumberFormat(language);
    const body = desktop.runCounts(format(done), failed === 0 ? null : format(failed));
    const notice = create({ title: desktop.runDone(runTitle(description, texts[language])), body });
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
