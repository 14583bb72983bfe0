/** @file What a person sees of an import: its stages, how far each is and how fast it goes. */

import type { ImportProgress } from '../../native-models/compiler/importOptions.ts';
import { formatBytes, type ProgressLines } from '../../resources/messages/commandLine/quantities.ts';
import { paceOf, progressLines } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Each stage has a rate of its own, measured from its first report: an import that goes on starts in the middle. */
export class ImportProgressView {
  readonly #terminal: Terminal;
  readonly #nowMs: () => number;
  #stage: ImportProgress['stage'] | undefined;
  #startedMs = 0;
  #startedBytes = 0;

  constructor(terminal: Terminal, nowMs: () => number) {
    this.#terminal = terminal;
    this.#nowMs = nowMs;
  }

  show(progress: ImportProgress): void {
    if (progress.stage !== this.#stage) {
      this.#stage = progress.stage;
      this.#startedMs = this.#nowMs();
      this.#startedBytes = progress.doneBytes;
    }
    void this.#terminal.progress(() => this.#lines(progress));
  }

  #lines({ stage, doneBytes, totalBytes }: ImportProgress): ProgressLines {
    const { texts } = this.#terminal;
    const { general, models } = texts.commandLine;
    const name = models.stages[stage];
    if (stage === 'verify' || stage === 'measure') return models.underway(name);
    const elapsedMs = this.#nowMs() - this.#startedMs;
    const pace = paceOf(doneBytes - this.#startedBytes, totalBytes - this.#startedBytes, elapsedMs);
    const parts = [
      models.percentDone(name, Math.floor((100 * doneBytes) / Math.max(1, totalBytes))),
      general.ofBytes(formatBytes(doneBytes), formatBytes(totalBytes)),
      ...(pace === undefined
        ? []
        : [general.byteRate(`${(pace.perSecond / 1e6).toFixed(0)} MB`), general.left(pace.remainingMs)]),
    ];
    return progressLines(parts, texts);
  }
}
