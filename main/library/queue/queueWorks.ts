/** @file The queue's machinery: a lane for each set of models, the gate before them, and word of what happens. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { CatalogError } from '../catalog/catalogError.ts';
import { DueJobs } from '../catalog/dueJobs.ts';
import { repairQueue } from '../catalog/jobCheck.ts';
import type { JobProblem } from '../catalog/jobs.ts';
import { systemClock } from './clock.ts';
import { mostAttempts } from './failures.ts';
import { HostPool } from './hostPool.ts';
import { JobPrompts } from './jobPrompts.ts';
import { JobRunner } from './jobRunner.ts';
import { JobWork, modelsOf } from './jobWork.ts';
import { Lane, type LaneListener, type LaneRun } from './lane.ts';
import type { LibraryQueueOptions, QueueCatalog } from './libraryQueue.ts';
import type { LoadedWorker, ModelIdentity } from './modelWorker.ts';
import { powerSourceOf } from './powerSource.ts';
import { QueueEvents } from './queueEvents.ts';
import { RestGate } from './restGate.ts';
import { laneKeyOf, RunBoard } from './runBoard.ts';
import type { QueueEvent, QueueStatus, RunProgress } from './runProgress.ts';

export class QueueWorks implements AsyncDisposable {
  readonly gate: RestGate;
  readonly events: QueueEvents;
  readonly #catalog: QueueCatalog;
  readonly #isFilling: (runId: number) => boolean;
  readonly #board: RunBoard;
  readonly #pool: HostPool;
  readonly #runner: JobRunner;
  readonly #due: DueJobs;
  readonly #clock: NonNullable<LibraryQueueOptions['clock']>;
  readonly #lanes = new Map<string, Lane>();
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();
  #lookedAt: readonly number[] = [];
  #isStarted = false;
  /** How models are opened. */
  #opening: ReturnType<typeof openingOf>;

  constructor(options: LibraryQueueOptions, isFilling: (runId: number) => boolean) {
    const { catalog, clock = systemClock, openModel, isOurs = () => true } = options;
    this.#catalog = catalog;
    this.#isFilling = isFilling;
    this.#clock = clock;
    this.#due = new DueJobs(catalog.connection);
    this.#opening = openingOf(catalog);
    this.events = new QueueEvents(clock, (runId) => this.#eventOf(runId));
    this.gate = new RestGate({
      ...{ settings: catalog.settings, clock, power: options.power ?? powerSourceOf(process.platform) },
      isBackground: options.isBackground ?? true,
      onChange: () => this.#restChanged(),
    });
    this.#board = new RunBoard({
      ...{ runs: catalog.runs, jobs: catalog.jobs, due: this.#due, clock, isOurs },
      restReason: () => this.gate.reason,
    });
    this.#pool = new HostPool({
      ...{ openModel, clock, idleMs: () => options.modelIdleMs ?? catalog.settings.get('modelIdleMinutes') * 60_000 },
      batch: () => openingOf(catalog).batch,
      mostModels: () => catalog.settings.get('loadedModels'),
    });
    this.#runner = new JobRunner({
      ...{ jobs: catalog.jobs, due: this.#due, clock, chance: options.chance ?? Math.random },
      // Whoever waits for a command gives it again.
      mostAttempts: (options.isBackground ?? true) ? mostAttempts : 1,
      onSuspect: options.onSuspect ?? (() => {}),
      finishing: (runIds, work) => this.#finishing(runIds, work),
      work: new JobWork({
        ...{ stores: catalog, embeddings: options.embeddings, prompts: new JobPrompts(options.facts) },
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

  /** Looks anew at what there is to do. */
  refresh(): void {
    if (!this.#isStarted) return;
    this.#board.reload();
    for (const run of this.#board.open) this.#laneFor(run);
    for (const lane of this.#lanes.values()) lane.wake();
    for (const { id } of this.#board.open) this.events.changed(id);
    this.events.changed('queue');
  }

  /** Another device may have been chosen, or another batch size: the models in memory were not opened for it. */
  settingsChanged(): void {
    const before = this.#opening;
    this.#opening = openingOf(this.#catalog);
    if (!isDeepStrictEqual(before, this.#opening)) this.#pool.renew();
    this.refresh();
  }

  /** Also finishes a run that has turned out to have nothing to do. */
  unblock(runId: number): void {
    this.#board.unblock(runId);
    this.#finishIfDone(runId);
    this.refresh();
  }

  unblockAll(): void {
    for (const { id } of this.#board.open) this.#board.unblock(id);
    this.refresh();
  }

  lookAt(photoIds: readonly number[]): void {
    this.#lookedAt = [...photoIds];
    for (const lane of this.#lanes.values()) lane.wake();
  }

  /** Lends a model at once, before everything in the queue. */
  async useNow<Result>(
    model: ModelIdentity,
    use: (worker: LoadedWorker) => Promise<Result>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Result> {
    using _held = this.gate.hold();
    for (const lane of this.#lanes.values()) lane.makeWay(model);
    const place = { rank: () => Number.POSITIVE_INFINITY, order: () => 0, standsInLine: false };
    using loan = await this.#pool.borrow({ models: [model], ...place }, signal);
    return await use(loan.worker(model));
  }

  /** In parts, so that others can write in between. */
  async discardJobs(runId: number): Promise<void> {
    this.refresh();
    for (const lane of this.#lanes.values()) lane.drop(runId);
    while (this.#catalog.jobs.discardSome(runId) > 0) await nextTurn();
    this.events.changed(runId);
  }

  progress(runId: number): RunProgress {
    return this.#board.progress(runId);
  }

  status(): QueueStatus {
    const { reason } = this.gate;
    if (reason !== undefined) return { activity: 'resting', reason };
    return { activity: this.#board.isWorking ? 'working' : 'idle', reason: undefined };
  }

  present(): QueueEvent[] {
    return [
      { type: 'queue', status: this.status() },
      ...this.#board.open.map(({ id }): QueueEvent => ({ type: 'run', progress: this.progress(id) })),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    this.#closing.abort();
    this.gate[Symbol.dispose]();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    this.events.close();
    await this.#pool[Symbol.asyncDispose]();
  }

  #stop(): void {
    for (const lane of this.#lanes.values()) lane.stop();
  }

  #laneFor(run: LaneRun): void {
    const key = laneKeyOf(run);
    if (this.#lanes.has(key)) return;
    const lane = new Lane({
      ...{ models: modelsOf(run), due: this.#due, jobs: this.#catalog.jobs, runner: this.#runner, pool: this.#pool },
      ...{ gate: this.gate, clock: this.#clock, listener: this.#listener() },
      runs: () => this.#board.workable(key),
      passOver: (head) => this.#finishing([head.runId], () => this.#due.passOver(head)),
      lookedAt: () => this.#lookedAt,
    });
    this.#lanes.set(key, lane);
    lane.start();
  }

  #listener(): LaneListener {
    const board = this.#board;
    return {
      onLent: (run, workers) => {
        const { runs, modelVersions } = this.#catalog;
        const device = workers[0]?.device;
        if (device !== undefined && runs.get(run.id).device !== device) runs.setDevice(run.id, device);
        for (const { version } of workers) modelVersions.record(run.id, version);
      },
      onBegun: (run, photo) => {
        board.begun(run, photo);
        this.events.changed(run.id);
      },
      onEnded: (run, _photo, ending) => {
        const problem = board.ended(run, ending);
        if (problem !== undefined) this.#block([run], problem);
        if (ending.type === 'catalog-failed') this.gate.stop(ending.problem);
        else this.#finishIfDone(run.id);
        this.events.changed(run.id);
      },
      onBlocked: (runs, problem) => this.#block(runs, problem),
      onCatalogFailed: (problem) => this.gate.stop(problem),
      onIdle: (runs) => {
        for (const run of runs) {
          this.#finishIfDone(run.id);
          board.idle(run);
          this.events.changed(run.id);
        }
        this.events.changed('queue');
      },
    };
  }

  #block(runs: readonly LaneRun[], problem: JobProblem): void {
    for (const { id } of runs) {
      this.#board.block(id, problem);
      this.events.changed(id);
    }
  }

  /** What is done to jobs, and that a run is over by that, is one change: no crash comes between. */
  #finishing<T>(runIds: readonly number[], work: () => T): T {
    return this.#catalog.connection.write(() => {
      const result = work();
      for (const runId of runIds) if (!this.#isFilling(runId)) this.#catalog.jobs.finishIfDone(runId);
      return result;
    });
  }

  #finishIfDone(runId: number): void {
    if (this.#isFilling(runId)) return;
    try {
      this.#catalog.jobs.finishIfDone(runId);
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error;
      this.gate.stop({ code: error.code, message: error.message });
    }
  }

  /** Runs are changed from elsewhere, too: an undo cancels the run that it reverts. */
  #runsChanged(runIds: ReadonlySet<number>): void {
    const stale = [...runIds].filter((runId) => !this.#board.isCurrent(runId));
    if (stale.length > 0) this.refresh();
    for (const runId of stale) {
      if (!this.#board.open.some(({ id }) => id === runId)) for (const lane of this.#lanes.values()) lane.drop(runId);
    }
    for (const runId of runIds) this.events.changed(runId);
  }

  #restChanged(): void {
    this.#board.forgetRates();
    for (const { id } of this.#board.open) this.events.changed(id);
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
