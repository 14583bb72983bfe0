/** @file What a person sees of an import: its stages, and the precision that `auto` came to. */

import type { ImportProgress } from '../../native-models/compiler/importOptions.ts';
import type { SuitablePrecision } from '../../native-models/quantization/suitablePrecision.ts';
import { formatBytes, formatDuration, paceOf } from './quantities.ts';
import type { ProgressLines, Terminal } from './terminal.ts';

/** What `auto` came to, and why. */
export function precisionSentence({ precision, sizes, memoryBytes, card }: SuitablePrecision): string {
  const size = formatBytes(sizes[precision]);
  if (precision === 'fp32') return `Stored as fp32: the model is small (${size}).`;
  const stored = `Stored as ${precision}: ${size} instead of ${formatBytes(sizes.fp32)}`;
  if (card !== null)
    return `${stored}, which fits in the ${formatBytes(card.freeBytes)} of free memory on the graphics card (${card.name}).`;
  if (precision === 'int8') return `${stored}, which fits in ${formatBytes(memoryBytes)} of memory.`;
  return `${stored}; int8 would take ${formatBytes(sizes.int8)} of ${formatBytes(memoryBytes)} of memory.`;
}

const stageNames: Readonly<Record<ImportProgress['stage'], string>> = {
  unpack: 'Copying',
  compile: 'Compiling',
  hash: 'Verifying files',
  verify: 'Testing the model',
  measure: 'Comparing with fp32',
};

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
    const name = stageNames[stage];
    if (stage === 'verify' || stage === 'measure') {
      return { line: `${name}…`, logLine: `${name}.` };
    }
    const elapsedMs = this.#nowMs() - this.#startedMs;
    const pace = paceOf(doneBytes - this.#startedBytes, totalBytes - this.#startedBytes, elapsedMs);
    const parts = [
      `${name} ${Math.floor((100 * doneBytes) / Math.max(1, totalBytes))} %`,
      `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
      ...(pace === undefined
        ? []
        : [`${(pace.perSecond / 1e6).toFixed(0)} MB/s`, `${formatDuration(pace.remainingMs)} left`]),
    ];
    return { line: parts.join(' · '), logLine: parts.join(', ') };
  }
}
