/**
 * @file Works off the runs that need the same models: photo after photo, all questions of a photo together, so that the
 * model looks at it once. The host has as many requests as it works on together, and a few more for which it makes the
 * pictures ready meanwhile.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { serializeError } from '../../../native-models/errors.ts';
import { CatalogError } from '../catalog/catalogError.ts';
import type { DueJob, DueJobs, DuePhoto, Head } from '../catalog/dueJobs.ts';
import type { JobProblem, JobStore } from '../catalog/jobs.ts';
import type { Clock } from './clock.ts';
import type { HostPool, Loan } from './hostPool.ts';
import type { JobEnding, JobRunner } from './jobRunner.ts';
import type { WorkRun } from './jobWork.ts';
import { embeddingKey, type LoadedWorker, type ModelIdentity, modelKey } from './modelWorker.ts';
import type { RestGate } from './restGate.ts';
import { Wakeup } from './wakeup.ts';

/** A run that may be worked on, with what decides its turn. */
export interface LaneRun extends WorkRun {
  readonly priority: number;
}

export interface LaneParts {
  readonly models: readonly ModelIdentity[];
  /** The running ones, in the order in which they are worked off. */
  readonly runs: () => readonly LaneRun[];
  readonly due: DueJobs;
  /** For jobs whose photos are not there. */
  readonly passOver: (head: Head) => void;
  readonly jobs: JobStore;
  readonly runner: JobRunner;
  readonly pool: HostPool;
  readonly gate: RestGate;
  readonly clock: Clock;
  /** Photos on the person's screen. */
  readonly lookedAt: () => readonly number[];
  readonly listener: LaneListener;
}

export interface LaneListener {
  /** The run's models, the one that writes first, told again and again: a device may change. */
  onLent(run: LaneRun, workers: readonly LoadedWorker[]): void;
  onBegun(run: LaneRun, photo: DuePhoto): void;
  onEnded(run: LaneRun, photo: DuePhoto, ending: JobEnding): void;
  /** The runs wait until somebody does something about it. */
  onBlocked(runs: readonly LaneRun[], problem: JobProblem): void;
  /** Nothing can be stored, so nothing is to be begun. */
  onCatalogFailed(problem: JobProblem): void;
  /** There is nothing to do for these at the moment. */
  onIdle(runs: readonly LaneRun[]): void;
}

interface InFlight {
  readonly job: DueJob;
  readonly photo: DuePhoto;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** What the person looks at goes before every priority that a run can have. */
const lookedAtRank = 1e9;

/** Enough that the model never waits; whatever the person looks at next comes after these. */
const mostAhead = 4;

/** So often in a row, a host may end without having done anything. */
const mostHostsGone = 3;

export class Lane {
  readonly #parts: LaneParts;
  readonly #news = new Wakeup();
  readonly #closing = new AbortController();
  /** In the order in which they were begun. */
  readonly #inFlight = new Map<number, InFlight>();
  /** Settles when the model has been asked what was begun last. */
  #asked: Promise<void> = Promise.resolve();
  /** Settles when what was answered last is over with. */
  #answered: Promise<void> = Promise.resolve();
  #rank = Number.NEGATIVE_INFINITY;
  /** Requests that the models work on together. */
  #batch = 1;
  /** Ends the wait for the models. */
  #borrowing: AbortController | undefined;
  #hostsGone = 0;
  #hostIsGone = false;
  #ended: Promise<void> | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#ended ??= this.#loop();
  }

  /** There may be something new to do, or another order to do it in. */
  wake(): void {
    const head = this.#head();
    this.#rank = this.#rankOf(head);
    // What was to be done was taken back: no model has to be loaded for it.
    if (head === undefined) this.#borrowing?.abort();
    this.#parts.pool.reconsider();
    this.#news.ring();
  }

  /**
   * Takes back what the model need not have begun with; it is asked again later. Where the other question is for the same
   * model, its host sees to it that it goes first.
   */
  makeWay(model: ModelIdentity): void {
    const isOurs = this.#parts.models.some((own) => modelKey(own) === modelKey(model));
    this.#takeBackAfter(isOurs ? this.#batch : 1);
  }

  /** Takes back what is asked for a run that is no longer to be worked on. */
  drop(runId: number): void {
    for (const { job, controller } of this.#inFlight.values()) if (job.runId === runId) controller.abort();
  }

  get isBusy(): boolean {
    return this.#inFlight.size > 0;
  }

  #workersOf(loan: Loan): LoadedWorker[] {
    return this.#parts.models.map((model) => loan.worker(model));
  }

  #takeBackAfter(kept: number): void {
    for (const { controller } of [...this.#inFlight.values()].slice(kept)) controller.abort();
  }

  /** Finished work is stored; what is under way is dropped and will be done another time. */
  async close(): Promise<void> {
    this.stop();
    await this.#ended;
  }

  /** Begins nothing more, and takes back what is under way. */
  stop(): void {
    this.#closing.abort();
    for (const { controller } of this.#inFlight.values()) controller.abort();
  }

  async #loop(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#parts.gate.whenOpen(signal);
        this.#parts.jobs.releaseDue();
        const head = this.#head();
        this.#rank = this.#rankOf(head);
        if (head === undefined) await this.#idle();
        else await this.#borrowAndWork();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof CatalogError) this.#parts.listener.onCatalogFailed(problemOf(error));
        else this.#block(this.#parts.runs(), problemOf(error));
      }
    }
  }

  async #idle(): Promise<void> {
    const { jobs, clock, listener, runs } = this.#parts;
    listener.onIdle(runs());
    await this.#news.wait(this.#closing.signal, { clock, atMs: jobs.nextDueMs() });
  }

  /** @throws what loading the models threw */
  async #borrowAndWork(): Promise<void> {
    const { listener, runs } = this.#parts;
    using loan = await this.#borrow();
    if (loan === undefined) return;
    for (const run of runs()) listener.onLent(run, this.#workersOf(loan));
    this.#hostIsGone = false;
    this.#batch = Math.min(...this.#parts.models.map((model) => loan.worker(model).batch));
    try {
      await this.#work(loan);
    } finally {
      if (loan.isWanted) this.#takeBackAfter(this.#batch);
      await this.#settled(0);
    }
    if (this.#hostIsGone) loan.discard();
  }

  async #borrow(): Promise<Loan | undefined> {
    const { pool, models } = this.#parts;
    const controller = new AbortController();
    this.#borrowing = controller;
    const signal = AbortSignal.any([this.#closing.signal, controller.signal]);
    try {
      const order = () => this.#parts.runs()[0]?.id ?? 0;
      return await pool.borrow({ models, rank: () => this.#rank, order, standsInLine: true }, signal);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#borrowing = undefined;
    }
  }

  async #work(loan: Loan): Promise<void> {
    while (this.#mayGoOn(loan)) {
      // Which photo is next is decided when there is room for it, not before.
      await this.#settled(this.#mostBefore);
      if (!this.#mayGoOn(loan)) return;
      this.#parts.jobs.releaseDue();
      const head = this.#head();
      this.#rank = this.#rankOf(head);
      if (head === undefined) {
        if (this.#inFlight.size === 0) return;
        await this.#settled(this.#inFlight.size - 1);
        continue;
      }
      const runs = this.#parts.runs();
      const photo = this.#parts.due.take(head, runs.map(dueRun));
      if (photo === undefined) {
        this.#parts.passOver(head);
        await nextTurn();
        continue;
      }
      await this.#askAll(photo, runs, loan);
    }
  }

  async #askAll(photo: DuePhoto, runs: readonly LaneRun[], loan: Loan): Promise<void> {
    const crashed = new AbortController();
    for (const job of photo.jobs) {
      await this.#settled(this.#mostBefore);
      if (crashed.signal.aborted || !this.#mayGoOn(loan)) return;
      const run = runs.find(({ id }) => id === job.runId);
      // Paused or cancelled while the questions before it were asked.
      if (run === undefined || !this.#parts.runs().some(({ id }) => id === run.id)) continue;
      this.#begin({ run, job, photo, loan, crashed });
    }
  }

  #begin(at: { run: LaneRun; job: DueJob; photo: DuePhoto; loan: Loan; crashed: AbortController }): void {
    const { run, job, photo, loan, crashed } = at;
    const controller = new AbortController();
    const before = this.#asked;
    const asked = Promise.withResolvers<void>();
    this.#asked = asked.promise;
    const inTurn = async <Answered>(ask: () => Promise<Answered>) => {
      await before;
      controller.signal.throwIfAborted();
      const answering = ask();
      asked.resolve();
      const answered = await answering;
      // One answer is stored after the other, however long the file of the one before takes to look at.
      const earlier = this.#answered;
      this.#answered = ended;
      await earlier;
      return answered;
    };
    this.#parts.listener.onBegun(run, photo);
    const ended = this.#parts.runner
      .run({ run, job, photo, loan, inTurn, signal: controller.signal })
      .then((ending) => {
        // the device may have failed meanwhile
        if (ending.type === 'stored') this.#parts.listener.onLent(run, this.#workersOf(loan));
        return ending;
      })
      // A fault of ours: the run waits with it, and nothing is lost.
      .catch((error: unknown): JobEnding => ({ type: 'run-blocked', problem: problemOf(error) }))
      .then((ending) => {
        asked.resolve();
        this.#inFlight.delete(job.id);
        if (ending.type === 'crashed') {
          crashed.abort();
          for (const other of this.#inFlight.values()) if (other.photo === photo) other.controller.abort();
        }
        this.#heed(run, ending);
        this.#parts.listener.onEnded(run, photo, ending);
      });
    this.#inFlight.set(job.id, { job, photo, controller, ended });
  }

  #heed(run: LaneRun, ending: JobEnding): void {
    if (ending.type === 'stored') this.#hostsGone = 0;
    if (ending.type === 'run-blocked') this.#block([run], ending.problem);
    if (ending.type === 'host-gone' && !this.#hostIsGone) {
      this.#hostIsGone = true;
      this.#hostsGone += 1;
      if (this.#hostsGone >= mostHostsGone) {
        this.#hostsGone = 0;
        this.#block(this.#parts.runs(), ending.problem);
      }
    }
  }

  #block(runs: readonly LaneRun[], problem: JobProblem): void {
    this.#parts.listener.onBlocked(runs, problem);
    for (const { id } of runs) this.drop(id);
  }

  /** Waits until no more than so many requests are under way. */
  async #settled(most: number): Promise<void> {
    while (this.#inFlight.size > most) {
      await Promise.race([...this.#inFlight.values()].map(({ ended }) => ended));
    }
  }

  /** Under way, before another is begun. */
  get #mostBefore(): number {
    return this.#batch + Math.min(this.#batch, mostAhead) - 1;
  }

  #mayGoOn(loan: Loan): boolean {
    const { gate } = this.#parts;
    return !this.#closing.signal.aborted && gate.isOpen && !this.#hostIsGone && !loan.isWanted;
  }

  #head(): Head | undefined {
    const exclude = [...new Set([...this.#inFlight.values()].map(({ photo }) => photo.id))];
    const runIds = this.#parts.runs().map(({ id }) => id);
    return this.#parts.due.head(runIds, { exclude, lookedAt: this.#parts.lookedAt() });
  }

  #rankOf(head: Head | undefined): number {
    if (head === undefined) return Number.NEGATIVE_INFINITY;
    if (head.isLookedAt) return lookedAtRank;
    return this.#parts.runs().find(({ id }) => id === head.runId)?.priority ?? 0;
  }
}

function dueRun({ id, kind, identity, identityHash }: LaneRun) {
  return { id, terms: { kind, identityHash, embeddingKey: embeddingKey(identity.model) } };
}

function problemOf(error: unknown): JobProblem {
  const { code, message } = serializeError(error);
  return { code, message };
}
