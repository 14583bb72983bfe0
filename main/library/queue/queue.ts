/**
 * @file The queue of a library: what is to be asked of models about photos, processed in the background, and the chat,
 * which goes before. Everything that waits is in the catalog, so a queue that ends in any way goes on where it was.
 * Main process and CLI.
 */
import type { Answer, AnswerRequest, Embedding } from '../../../native-models/runtime/protocol.ts';
import type { FolderRule } from '../catalog/folderRules.ts';
import { type AddedWork, Enqueuer, type NewWork } from './enqueue.ts';
import type { LoadedModel, ModelIdentity } from './loadedModel.ts';
import { QueueError } from './modelLeases.ts';
import type { QueueEvent, QueueListener, QueueStatus, RunProgress } from './progress.ts';
import { type LibraryQueueOptions, type QueueCatalog, QueueEngine } from './queueEngine.ts';

/** Why a photo's job failed that can go well when the photo is back. */
const lostPhotoCodes = ['PHOTO_MISSING', 'PHOTO_NOT_FOUND', 'PHOTO_CHANGED'];

export class LibraryQueue implements AsyncDisposable {
  readonly #catalog: QueueCatalog;
  readonly #engine: QueueEngine;
  readonly #enqueuer: Enqueuer;
  readonly #closing = new AbortController();

  constructor(options: LibraryQueueOptions) {
    this.#catalog = options.catalog;
    this.#engine = new QueueEngine(options);
    this.#enqueuer = new Enqueuer(options.catalog, this.#engine.runs);
  }

  /** Goes on with what the last process left, and with everything that is added from now on. */
  async start(): Promise<void> {
    await this.#engine.start();
  }

  /**
   * Puts photos into a run, a new one unless one is named. Those that have the result on equal terms are passed over;
   * when that is all of them, no run is begun.
   * @throws CatalogError; the signal's reason: what was added until then stays
   */
  async add(work: NewWork, signal?: AbortSignal): Promise<AddedWork> {
    const added = await this.#enqueuer.add(work, signal);
    if (added.runId !== undefined) this.#goOn(added.runId);
    return added;
  }

  /** For photos that appeared: gives them to the rules of their folders. Doing it twice is as good as once. */
  async applyRules(photoIds: readonly number[], signal?: AbortSignal): Promise<readonly FolderRule[]> {
    const { rules, runIds } = await this.#enqueuer.applyRules(photoIds, signal);
    for (const runId of runIds) this.#goOn(runId);
    return rules;
  }

  /**
   * Asks at once, before everything in the queue: between two questions, and also while the queue is paused.
   * @throws as ModelHost.answer; what loading the model threw
   */
  async askNow(
    model: ModelIdentity,
    request: AnswerRequest,
    options: { signal?: AbortSignal; onText?: (delta: string) => void } = {},
  ): Promise<Answer & Pick<LoadedModel, 'device' | 'version'>> {
    return await this.#engine.useNow(
      model,
      async (worker) => {
        const answer = await worker.client.answer(request, options);
        return { ...answer, device: worker.device, version: worker.version };
      },
      options.signal,
    );
  }

  /** The text's vectors by a matching model, at once as for `askNow`: unit vectors one after the other. */
  async embedTextNow(model: ModelIdentity, text: string, signal?: AbortSignal): Promise<Embedding> {
    const options = signal === undefined ? {} : { signal };
    const [embedding] = await this.#engine.useNow(
      model,
      ({ client }) => client.embedTexts({ texts: [text] }, options),
      signal,
    );
    if (embedding === undefined) throw new RangeError('the model gave no vectors');
    return embedding;
  }

  /** These photos are on the person's screen; their jobs come first, in this order. In place of those before. */
  setVisible(photoIds: readonly number[]): void {
    this.#engine.setVisible(photoIds);
  }

  /** Pauses the whole queue, also after a restart. What is at a model is finished. */
  pause(): void {
    this.#engine.gate.pause();
  }

  /** Resumes the whole queue, also after it stopped by itself, and unblocks runs. */
  resume(): void {
    this.#engine.gate.resume();
    this.#engine.unblockAll();
  }

  /** Until it is disposed of, nothing is begun: the computer goes to sleep. Unlike a pause, nothing is kept of it. */
  hold(): Disposable {
    return this.#engine.gate.hold();
  }

  pauseRun(runId: number): void {
    if (this.#catalog.runs.get(runId).state === 'running') this.#catalog.runs.setState(runId, 'paused');
    this.#engine.refresh();
  }

  resumeRun(runId: number): void {
    if (this.#catalog.runs.get(runId).state === 'paused') this.#catalog.runs.setState(runId, 'running');
    this.#goOn(runId);
  }

  /** Deletes the jobs that are not done. What is done stays; undoing the run is another matter. */
  async cancelRun(runId: number): Promise<void> {
    const { state } = this.#catalog.runs.get(runId);
    if (state !== 'running' && state !== 'paused') return;
    this.#catalog.runs.setState(runId, 'cancelled');
    await this.#engine.discardJobs(runId);
  }

  setPriority(runId: number, priority: number): void {
    this.#catalog.jobs.setPriority(runId, priority);
    this.#engine.refresh();
  }

  /** Retries what failed or was quarantined. Returns how many jobs. */
  retry(runId: number, of: { photoIds?: readonly number[]; codes?: readonly string[] } = {}): number {
    const retried = this.#catalog.jobs.retry(runId, of);
    if (retried > 0) this.#goOn(runId);
    return retried;
  }

  /** Photos are there again that were missing. */
  photosReturned(photoIds: readonly number[]): void {
    for (const runId of this.#catalog.jobs.runsWithFailed(photoIds, lostPhotoCodes)) {
      this.retry(runId, { photoIds, codes: lostPhotoCodes });
    }
  }

  /** A drive is back. */
  driveReturned(): void {
    this.#catalog.jobs.releaseAway();
    this.#engine.unblockAll();
  }

  /** Models were installed or removed: blocked runs are retried. */
  modelsChanged(): void {
    this.#engine.unblockAll();
  }

  /** To be called when the queue's settings were changed by another hand. */
  async settingsChanged(): Promise<void> {
    await this.#engine.gate.refresh();
    this.#engine.settingsChanged();
  }

  /** @throws CatalogError NO_SUCH_RUN */
  progress(runId: number): RunProgress {
    return this.#engine.progress(runId);
  }

  status(): QueueStatus {
    return this.#engine.status();
  }

  /** Returns how to stop. At most ten times a second for each run. */
  subscribe(listener: QueueListener): () => void {
    return this.#engine.events.subscribe(listener);
  }

  /** How the queue and its open runs are, then what changes; until the signal or the queue ends. */
  events(signal: AbortSignal): AsyncGenerator<QueueEvent> {
    return this.#engine.events.stream(AbortSignal.any([signal, this.#closing.signal]), () => this.#engine.present());
  }

  /**
   * Waits until the run is over, or cannot go on by itself: paused, blocked, or paused with the whole queue.
   * @throws the signal's reason; QueueError QUEUE_CLOSED
   */
  async settled(runId: number, signal: AbortSignal = new AbortController().signal): Promise<RunProgress> {
    for await (const _ of this.events(signal)) {
      const progress = this.progress(runId);
      if (progress.activity !== 'working' && progress.activity !== 'waiting') return progress;
    }
    signal.throwIfAborted();
    throw new QueueError('QUEUE_CLOSED', 'The queue was closed.');
  }

  /** What is under way is dropped and done another time; models are ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#engine[Symbol.asyncDispose]();
  }

  #goOn(runId: number): void {
    this.#engine.unblock(runId);
  }
}
