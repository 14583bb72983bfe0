/**
 * @file The models that a library downloads: one after the other, paused and gone on with as the person likes, also after
 * a restart. Main process and CLI.
 */
import type { ImportProgress } from '../../../native-models/compiler/importOptions.ts';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import { assertModelId } from '../../../native-models/compiler/modelStore.ts';
import { VignetteError } from '../../../native-models/errors.ts';
import { problemOf } from '../catalog/problems.ts';
import { DownloadEntry, type ModelDownload } from './downloadEntry.ts';
import { assertPartNames, planDownload } from './downloadPlan.ts';
import {
  type DownloadRecord,
  DownloadRecords,
  type DownloadRequest,
  downloadId,
  isHeldElsewhere,
  newRecord,
  type WantedRepositories,
} from './downloadRecords.ts';
import { type DownloadTools, hasImportLeft, modelIdOf, removeDownload, workOnDownload } from './downloadWork.ts';
import type { InstalledModels, ListedModel } from './installedModels.ts';

/** Beside what the hub and the import say. */
export type DownloadErrorCode = 'DOWNLOAD_NOT_FOUND' | 'DOWNLOAD_IN_USE' | 'DOWNLOAD_PAUSED' | 'DOWNLOAD_CANCELLED';

class DownloadError extends VignetteError {
  declare readonly code: DownloadErrorCode;

  constructor(code: DownloadErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code, message, { details, retry: code === 'DOWNLOAD_NOT_FOUND' ? 'never' : 'later' });
  }
}

export type { ModelDownload } from './downloadEntry.ts';
export type { DownloadRequest } from './downloadRecords.ts';

export interface ModelDownloadsOptions extends DownloadTools {
  readonly models: Pick<InstalledModels, 'list' | 'import'>;
  readonly nowMs?: (() => number) | undefined;
}

/** Of a download that was not begun. */
export interface RepositoryOutline {
  readonly repo: string;
  /** As its page states it; null where it does not. */
  readonly license: string | null;
  readonly totalBytes: number;
  /** Without what the hub's cache has. */
  readonly remainingBytes: number;
}

/** Listeners are told of progress no more often than this. */
const progressEveryMs = 200;

export class ModelDownloads implements AsyncDisposable {
  readonly #options: ModelDownloadsOptions;
  readonly #records: DownloadRecords;
  readonly #nowMs: () => number;
  readonly #listeners = new Set<() => void>();
  readonly #entries = new Map<string, DownloadEntry>();
  #isWorking = false;
  #isClosed = false;
  #toldMs = Number.NEGATIVE_INFINITY;

  private constructor(options: ModelDownloadsOptions) {
    this.#options = options;
    this.#records = new DownloadRecords(options.modelsFolder);
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** The connection is its own to close. Nothing is fetched before it is asked for: by `start`, `resume` or `resumeInterrupted`. */
  static async open(options: ModelDownloadsOptions): Promise<ModelDownloads> {
    const downloads = new ModelDownloads(options);
    for (const record of await downloads.#records.list()) {
      if (!isHeldElsewhere(record)) downloads.#entries.set(record.id, new DownloadEntry(record));
    }
    return downloads;
  }

  /** The first that was started first. */
  list(): ModelDownload[] {
    const nowMs = this.#nowMs();
    return [...this.#entries.values()].map((entry) => entry.describe(nowMs));
  }

  /**
   * Which repositories a download would take; fetches nothing.
   * @throws as `planDownload`; HubError HUB_REPO_INVALID, NETWORK_OFF
   */
  async inspect(request: WantedRepositories, signal = new AbortController().signal): Promise<RepositoryOutline[]> {
    assertPartNames(request);
    const { connection, sizes } = this.#options;
    connection.assertOnline();
    const { downloads } = await planDownload(connection, request, { commitOf: () => undefined, sizes, signal });
    return downloads.map(({ repository: { repo, license = null }, totalBytes, remainingBytes }) => {
      return { repo, license, totalBytes, remainingBytes };
    });
  }

  /**
   * Begins, or goes on with the same request.
   * @throws HubError HUB_REPO_INVALID, NETWORK_OFF; ModelError MODEL_ID_INVALID, MODEL_ID_TAKEN; DownloadError DOWNLOAD_IN_USE
   */
  async start(request: DownloadRequest): Promise<ModelDownload> {
    assertPartNames(request);
    const modelId = modelIdOf(request);
    assertModelId(modelId);
    this.#options.connection.assertOnline();
    if (request.replace !== true && (await this.#options.models.list()).some(({ id }) => id === modelId)) {
      const message = `There is already a model called ${modelId}. Replace it, remove it first, or choose another name.`;
      throw new ModelError('MODEL_ID_TAKEN', message, { id: modelId });
    }
    const id = downloadId(request);
    const stored = await this.#records.find(id);
    if (stored !== undefined && isHeldElsewhere(stored)) {
      const message = `Another Vignette is downloading ${request.repo} at the moment.`;
      throw new DownloadError('DOWNLOAD_IN_USE', message, { repo: request.repo, pid: stored.pid });
    }
    const entry = this.#entries.get(id) ?? new DownloadEntry(stored ?? newRecord(request, this.#nowMs()));
    entry.record = { ...entry.record, request: { ...request } };
    this.#entries.set(id, entry);
    return await this.#run(entry);
  }

  /** Stops it where it is; what has come stays. @throws DownloadError DOWNLOAD_NOT_FOUND */
  async pause(id: string): Promise<ModelDownload> {
    const entry = this.#find(id);
    entry.stop(new DownloadError('DOWNLOAD_PAUSED', 'The download was paused.', { id }));
    await this.#note(entry, { state: 'paused', problem: null, pid: null });
    this.#tell();
    return entry.describe(this.#nowMs());
  }

  /** Goes on with one that was paused or failed. @throws DownloadError DOWNLOAD_NOT_FOUND; HubError NETWORK_OFF */
  async resume(id: string): Promise<ModelDownload> {
    const entry = this.#find(id);
    this.#options.connection.assertOnline();
    return await this.#run(entry);
  }

  /** Goes on with those that a process left without being told to: it ended, or was killed. */
  async resumeInterrupted(): Promise<void> {
    const interrupted = [...this.#entries.values()].filter(({ record }) => record.state === 'running');
    for (const entry of interrupted) await this.#run(entry);
  }

  /** Stops it and removes what was downloaded by it. @throws DownloadError DOWNLOAD_NOT_FOUND */
  async cancel(id: string): Promise<void> {
    const entry = this.#find(id);
    entry.stop(new DownloadError('DOWNLOAD_CANCELLED', 'The download was cancelled.', { id }));
    await entry.ended;
    await removeDownload(entry.record, this.#options);
    await this.#records.remove(id);
    this.#entries.delete(id);
    this.#tell();
  }

  /**
   * The model that comes of it.
   * @throws DownloadError DOWNLOAD_NOT_FOUND, DOWNLOAD_PAUSED, DOWNLOAD_CANCELLED; why it failed
   */
  async whenDone(id: string): Promise<ListedModel> {
    return await this.#find(id).outcome.promise;
  }

  /** Told that the list is another one, and of progress a few times a second. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops what runs; the next process goes on with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    for (const entry of this.#entries.values()) {
      if (entry.isQueued) entry.stop(new DownloadError('DOWNLOAD_PAUSED', 'Vignette was closed.', {}));
      await entry.ended;
    }
    await this.#options.connection[Symbol.asyncDispose]();
  }

  #find(id: string): DownloadEntry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new DownloadError('DOWNLOAD_NOT_FOUND', 'There is no such download any more.', { id });
  }

  async #run(entry: DownloadEntry): Promise<ModelDownload> {
    if (!entry.isQueued) {
      entry.queue();
      await this.#note(entry, { state: 'running', problem: null, pid: process.pid });
      this.#tell();
      if (!this.#isWorking) void this.#workAll();
    }
    return entry.describe(this.#nowMs());
  }

  async #workAll(): Promise<void> {
    this.#isWorking = true;
    for (;;) {
      const next = this.#isClosed ? undefined : [...this.#entries.values()].find(({ isQueued }) => isQueued);
      if (next === undefined) break;
      next.ended = this.#work(next);
      await next.ended;
    }
    this.#isWorking = false;
  }

  /** Never throws. */
  async #work(entry: DownloadEntry): Promise<void> {
    const { stopping, outcome } = entry;
    entry.begin();
    this.#tell();
    try {
      const model = await this.#complete(entry, stopping.signal);
      await this.#records.remove(entry.record.id);
      this.#entries.delete(entry.record.id);
      outcome.resolve(model);
    } catch (error) {
      await this.#stopped(entry, stopping.signal, error);
      outcome.reject(error);
    } finally {
      entry.progress = undefined;
      this.#tell();
    }
  }

  async #complete(entry: DownloadEntry, signal: AbortSignal): Promise<ListedModel> {
    const listeners = {
      // What was found out is told at once, and not with the next progress: a small download has none.
      note: async (changes: Partial<DownloadRecord>) => {
        await this.#note(entry, changes);
        this.#tell();
      },
      onBytes: (doneBytes: number) => {
        entry.downloaded(doneBytes, this.#nowMs());
        this.#tellOfProgress();
      },
      onImport: ({ stage, doneBytes, totalBytes }: ImportProgress) => {
        entry.progress = {
          phase: stage === 'verify' || stage === 'measure' ? 'testing' : 'compiling',
          doneBytes,
          totalBytes,
        };
        this.#tellOfProgress();
      },
    };
    return await workOnDownload(entry.record, this.#options, listeners, signal);
  }

  /** Paused, cancelled, closed or failed: what is known of it is kept for the next time. */
  async #stopped(entry: DownloadEntry, signal: AbortSignal, error: unknown): Promise<void> {
    const { progress } = entry;
    const isDownloading = progress?.phase === 'downloading';
    const doneBytes = isDownloading ? progress.doneBytes : entry.record.doneBytes;
    const failure = {
      state: 'failed' as const,
      problem: problemOf(error),
      pid: null,
      hasBegunImport: await hasImportLeft(entry.record, this.#options.modelsFolder),
    };
    if (!signal.aborted) entry.isQueued = false;
    const changes = signal.aborted ? (entry.isQueued ? {} : { pid: null }) : failure;
    // On a disk that is full, it is known until Vignette ends.
    await this.#note(entry, { doneBytes, ...changes }).catch(() => undefined);
  }

  async #note(entry: DownloadEntry, changes: Partial<DownloadRecord>): Promise<void> {
    entry.record = { ...entry.record, ...changes };
    await this.#records.keep(entry.record);
  }

  #tellOfProgress(): void {
    if (this.#nowMs() - this.#toldMs >= progressEveryMs) this.#tell();
  }

  #tell(): void {
    this.#toldMs = this.#nowMs();
    for (const listener of this.#listeners) listener();
  }
}
