/** @file A download in the list of a library's: what is kept of it, and what is only known while it is worked on. Main process and CLI. */
import type { PrecisionChoice } from '../../../native-models/quantization/precision.ts';
import type { Problem } from '../../../schemas/problem.ts';
import type { DownloadRecord } from './downloadRecords.ts';
import type { ListedModel } from './installedModels.ts';

/** One that is done is not listed any more: its model is. */
export interface ModelDownload {
  readonly id: string;
  readonly repo: string;
  /** The commit, once it is known. */
  readonly revision: string | null;
  readonly precision: PrecisionChoice;
  /** Of each repository that it takes, once they are known; null where its page states none. */
  readonly licenses: readonly { readonly repo: string; readonly license: string | null }[];
  readonly phase: 'waiting' | 'downloading' | 'compiling' | 'testing' | 'paused' | 'failed';
  /** Of the download or, while it is compiled, of that. */
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  /** While it downloads. */
  readonly bytesPerSecond: number | null;
  /** Why it failed. */
  readonly problem: Problem | null;
}

interface Progress {
  readonly phase: 'downloading' | 'compiling' | 'testing';
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}

export class DownloadEntry {
  record: DownloadRecord;
  /** It is its turn, or will be. */
  isQueued = false;
  /** While it is its turn. */
  progress: Progress | undefined;
  stopping = new AbortController();
  /** When nobody works on it any more. */
  ended: Promise<void> = Promise.resolve();
  outcome = Promise.withResolvers<ListedModel>();
  #rate = new TransferRate();

  constructor(record: DownloadRecord) {
    this.record = record;
  }

  /** Gets in line, with an outcome of its own. */
  queue(): void {
    this.isQueued = true;
    this.stopping = new AbortController();
    this.outcome = Promise.withResolvers<ListedModel>();
    // Nobody has to wait for it.
    this.outcome.promise.catch(() => undefined);
  }

  /** Leaves the line, or stops where it is. */
  stop(reason: Error): void {
    this.isQueued = false;
    this.stopping.abort(reason);
    this.outcome.reject(reason);
  }

  begin(): void {
    this.#rate = new TransferRate();
    const { doneBytes, totalBytes } = this.record;
    this.progress = { phase: 'downloading', doneBytes, totalBytes };
  }

  downloaded(doneBytes: number, nowMs: number): void {
    this.#rate.add(doneBytes, nowMs);
    this.progress = { phase: 'downloading', doneBytes, totalBytes: this.record.totalBytes };
  }

  describe(nowMs: number): ModelDownload {
    const { id, request, commit, licenses, problem } = this.record;
    const { doneBytes, totalBytes } = this.progress ?? this.record;
    const isDownloading = this.progress?.phase === 'downloading';
    return {
      id,
      repo: request.repo,
      revision: commit,
      precision: request.precision,
      licenses,
      phase: this.#phase(),
      doneBytes,
      totalBytes,
      bytesPerSecond: isDownloading ? this.#rate.bytesPerSecond(nowMs) : null,
      problem,
    };
  }

  #phase(): ModelDownload['phase'] {
    if (!this.isQueued) return this.record.state === 'failed' ? 'failed' : 'paused';
    return this.progress?.phase ?? 'waiting';
  }
}

const overMs = 5000;
/** A rate over less says little. */
const minMs = 500;

class TransferRate {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  add(bytes: number, atMs: number): void {
    const last = this.#samples.at(-1);
    // fetched anew: what was is no measure
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ atMs, bytes });
    while ((this.#samples[1]?.atMs ?? atMs) <= atMs - overMs) this.#samples.shift();
  }

  /** Null until there is something to go by. */
  bytesPerSecond(nowMs: number): number | null {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || nowMs - first.atMs < minMs) return null;
    return ((last.bytes - first.bytes) * 1000) / (nowMs - first.atMs);
  }
}
