/** @file Schedules the jobs: a model worker for each set of models, the pause gate before them, and events of what happens. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../../schemas/problem.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { CatalogError } from '../catalog/catalogError.ts';
import { DueJobs } from '../catalog/jobs/dueJobs.ts';
import { repairQueue } from '../catalog/jobs/jobCheck.ts';
import { TopResults } from '../catalog/jobs/topResults.ts';
import { problemOf } from '../catalog/problems.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  type EmbeddingSink,
  JobHandlers,
  type JobHandlersParts,
  JobPrompts,
  modelsOf,
  type PhotoFacts,
} from './jobHandlers.ts';
import { JobRunner } from './jobRunner.ts';
import { type LoadedModel, type ModelIdentity, ModelLeases, type OpenModel } from './modelLeases.ts';
import { ModelWorker, type ModelWorkerListener } from './modelWorker.ts';
import { PauseGate, type PowerSource, powerSourceOf } from './pauseGate.ts';
import { type QueueEvent, QueueEvents, type QueueStatus, type RunProgress } from './progress.ts';
import { maxAttempts } from './retryPolicy.ts';
import { type JobRun, RunTracker, workerKeyOf } from './runStates.ts';
import { StackResults } from './stackResults.ts';

export interface LibraryQueueOptions {
  readonly catalog: QueueCatalog;
  readonly openModel: OpenModel;
  readonly facts: PhotoFacts;
  /** By default the photo itself. */
  readonly imageFor?: JobHandlersParts['imageFor'] | undefined;
  /** Without it, runs that embed fail. */
  readonly embeddings?: EmbeddingSink | undefined;
  readonly power?: PowerSource | undefined;
  /** False for a command that somebody waits for: pauses, quiet hours and the battery do not concern it. */
  readonly isBackground?: boolean | undefined;
  /** Ends the work at once; the queue is still to be disposed of. */
  readonly interrupt?: AbortSignal | undefined;
  /** A command processes its own runs only. */
  readonly ownsRun?: ((runId: number) => boolean) | undefined;
  /** A photo's file is not what the catalog knows: its folder should be rescanned. */
  readonly onSuspect?: ((photo: { readonly id: number; readonly file: string }) => void) | undefined;
  /** A model that nobody uses is ended after this long; by default as the settings say. */
  readonly modelIdleMs?: number | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1; the jitter of retries. */
  readonly random?: (() => number) | undefined;
}

/** What the queue needs of the catalog. */
export type QueueCatalog = Pick<
  Catalog,
  | 'connection'
  | 'runs'
  | 'questionTerms'
  | 'modelVersions'
  | 'jobs'
  | 'captions'
  | 'answers'
  | 'scores'
  | 'tags'
  | 'settings'
  | 'folderRules'
  | 'vocabulary'
>;

export class Scheduler implements AsyncDisposable {
  readonly gate: PauseGate;
  readonly events: QueueEvents;
  readonly #catalog: QueueCatalog;
  readonly runs: RunTracker;
  readonly prompts: JobPrompts;
  readonly #leases: ModelLeases;
  readonly #runner: JobRunner;
  readonly #due: DueJobs;
  readonly #clock: NonNullable<LibraryQueueOptions['clock']>;
  readonly #workers = new Map<string, ModelWorker>();
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();
  #visiblePhotoIds: readonly number[] = [];
  #isStarted = false;
  /** How models are opened. */
  #opening: ReturnType<typeof openingOf>;

  constructor(options: LibraryQueueOptions) {
    const { catalog, clock = systemClock, openModel, ownsRun = () => true } = options;
    this.#catalog = catalog;
    this.#clock = clock;
    this.#due = new DueJobs(catalog.connection);
    this.#opening = openingOf(catalog);
    this.events = new QueueEvents(clock, (runId) => this.#eventOf(runId));
    this.gate = new PauseGate({
      settings: catalog.settings,
      clock,
      power: options.power ?? powerSourceOf(process.platform),
      isBackground: options.isBackground ?? true,
      onChange: () => this.#pauseChanged(),
    });
    this.runs = new RunTracker({
      connection: catalog.connection,
      runs: catalog.runs,
      questionTerms: catalog.questionTerms,
      jobs: catalog.jobs,
      due: this.#due,
      clock,
      ownsRun,
      pauseReason: () => this.gate.reason,
    });
    this.prompts = new JobPrompts(options.facts);
    this.#leases = new ModelLeases({
      openModel,
      clock,
      idleMs: () => options.modelIdleMs ?? catalog.settings.get('modelIdleMinutes') * 60_000,
      batch: () => openingOf(catalog).batch,
      maxModels: () => catalog.settings.get('loadedModels'),
    });
    this.#runner = new JobRunner({
      jobs: catalog.jobs,
      due: this.#due,
      clock,
      random: options.random ?? Math.random,
      // Whoever waits for a command gives it again.
      maxAttempts: (options.isBackground ?? true) ? maxAttempts : 1,
      onSuspect: options.onSuspect ?? (() => {}),
      runs: this.runs,
      work: new JobHandlers({
        stores: catalog,
        embeddings: options.embeddings,
        prompts: this.prompts,
        stacks: new StackResults(new TopResults(catalog.connection)),
        imageFor: options.imageFor ?? (async ({ file }) => file),
      }),
    });
    options.interrupt?.addEventListener('abort', () => this.#stop(), { signal: this.#closing.signal });
    this.#stopListening = catalog.connection.onChange(({ runIds }) => this.#runsChanged(runIds));
  }

  async start(): Promise<void> {
    // A process that was killed between two transactions leaves a run whose last job is done, or that is cancelled in part.
    repairQueue(this.#catalog.connection);
    this.#catalog.jobs.releaseAway();
    this.#isStarted = true;
    await this.gate.refresh();
    this.refresh();
  }

  /** Reloads the open runs and wakes their workers. */
  refresh(): void {
    if (!this.#isStarted) return;
    this.runs.reload();
    for (const run of this.runs.open) this.#workerFor(run);
    for (const worker of this.#workers.values()) worker.wake();
    for (const { id } of this.runs.open) this.events.opened(id);
    this.events.changed('queue');
  }

  /** Another device may have been chosen, or another batch size: the models in memory were not opened for it. */
  settingsChanged(): void {
    const before = this.#opening;
    this.#opening = openingOf(this.#catalog);
    if (!isDeepStrictEqual(before, this.#opening)) this.#leases.renew();
    this.refresh();
  }

  /** Also finishes a run that has turned out to have nothing to do. */
  unblock(runId: number): void {
    this.runs.unblock(runId);
    this.#finishIfDone(runId);
    this.refresh();
  }

  unblockAll(): void {
    for (const { id } of this.runs.open) this.runs.unblock(id);
    this.refresh();
  }

  setVisible(photoIds: readonly number[]): void {
    this.#visiblePhotoIds = [...photoIds];
    for (const worker of this.#workers.values()) worker.wake();
  }

  /** Leases a model at once, before everything in the queue. */
  async useNow<Result>(
    model: ModelIdentity,
    use: (worker: LoadedModel) => Promise<Result>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Result> {
    using _held = this.gate.hold();
    for (const worker of this.#workers.values()) worker.preempt(model);
    const place = { rank: () => Number.POSITIVE_INFINITY, order: () => 0, exclusive: false };
    using lease = await this.#leases.acquire({ models: [model], ...place }, signal);
    return await use(lease.worker(model));
  }

  /** In parts, so that others can write in between. */
  async discardJobs(runId: number): Promise<void> {
    this.refresh();
    for (const worker of this.#workers.values()) worker.drop(runId);
    while (this.#catalog.jobs.discardSome(runId) > 0) await nextTurn();
    this.events.changed(runId);
  }

  progress(runId: number): RunProgress {
    return this.runs.progress(runId);
  }

  status(): QueueStatus {
    const { reason } = this.gate;
    if (reason !== undefined) return { activity: 'resting', reason };
    return { activity: this.runs.isWorking ? 'working' : 'idle', reason: undefined };
  }

  present(): QueueEvent[] {
    return [
      { type: 'queue', status: this.status() },
      ...this.runs.open.map(({ id }): QueueEvent => ({ type: 'run', progress: this.progress(id) })),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    this.#closing.abort();
    this.gate[Symbol.dispose]();
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()));
    this.events.close();
    await this.#leases[Symbol.asyncDispose]();
  }

  #stop(): void {
    for (const worker of this.#workers.values()) worker.stop();
  }

  #workerFor(run: JobRun): void {
    const key = workerKeyOf(run);
    if (this.#workers.has(key)) return;
    const worker = new ModelWorker({
      models: modelsOf(run),
      due: this.#due,
      jobs: this.#catalog.jobs,
      runner: this.#runner,
      leases: this.#leases,
      gate: this.gate,
      clock: this.#clock,
      listener: this.#listener(),
      runs: () => this.runs.runnable(key),
      skipUnavailable: (head) => this.runs.changeJobs([head.runId], () => this.#due.skipUnavailable(head)),
      visiblePhotoIds: () => this.#visiblePhotoIds,
    });
    this.#workers.set(key, worker);
    worker.start();
  }

  #listener(): ModelWorkerListener {
    const tracker = this.runs;
    return {
      onLeased: (run, workers) => {
        const { runs, modelVersions } = this.#catalog;
        const device = workers[0]?.device;
        if (device !== undefined && runs.statusOf(run.id).device !== device) runs.setDevice(run.id, device);
        for (const { version } of workers) modelVersions.record(run.id, version);
      },
      onJobStarted: (run, photo) => {
        tracker.jobStarted(run, photo);
        this.events.changed(run.id);
      },
      onJobEnded: (run, _photo, ending) => {
        tracker.jobEnded(run, ending);
        if (ending.type === 'catalog-failed') this.gate.stop(ending.problem);
        else this.#finishIfDone(run.id);
        this.events.changed(run.id);
      },
      onBlocked: (runs, problem) => this.#block(runs, problem),
      onCatalogFailed: (problem) => this.gate.stop(problem),
      onIdle: (runs) => {
        for (const run of runs) {
          this.#finishIfDone(run.id);
          tracker.outOfJobs(run);
          this.events.changed(run.id);
        }
        this.events.changed('queue');
      },
    };
  }

  #block(runs: readonly JobRun[], problem: Problem): void {
    for (const { id } of runs) {
      this.runs.block(id, problem);
      this.events.changed(id);
    }
  }

  #finishIfDone(runId: number): void {
    try {
      this.runs.finishIfDone(runId);
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error;
      this.gate.stop(problemOf(error));
    }
  }

  /** Runs are changed from elsewhere, too: an undo cancels the run that it reverts. */
  #runsChanged(runIds: ReadonlySet<number>): void {
    const stale = [...runIds].filter((runId) => !this.runs.isCurrent(runId));
    if (stale.length > 0) this.refresh();
    for (const runId of stale) {
      if (!this.runs.open.some(({ id }) => id === runId))
        for (const worker of this.#workers.values()) worker.drop(runId);
    }
    for (const runId of runIds) this.events.changed(runId);
  }

  #pauseChanged(): void {
    this.runs.forgetRates();
    for (const { id } of this.runs.open) this.events.changed(id);
    this.events.changed('queue');
  }

  #eventOf(runId: number | 'queue'): QueueEvent {
    if (runId === 'queue') return { type: 'queue', status: this.status() };
    return { type: 'run', progress: this.progress(runId) };
  }
}

/** What models are opened with. */
function openingOf({ settings }: QueueCatalog) {
  return { device: settings.get('device'), batch: settings.get('photosAtOnce') ?? undefined };
}
