/**
 * @file Processes the runs that need the same models: photo after photo, all questions of a photo together, so that the
 * model looks at it once. The host has as many requests as it works on together, and a few more for which it makes the
 * pictures ready meanwhile.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Problem } from '../../../schemas/problem.ts';
import { CatalogError } from '../catalog/catalogError.ts';
import type { DueJob, DueJobs, DuePhoto, Head } from '../catalog/jobs/dueJobs.ts';
import { backgroundPriority, type JobStore } from '../catalog/jobs/jobs.ts';
import { problemOf } from '../catalog/problems.ts';
import { AsyncSignal, type Clock } from './clock.ts';
import type { JobRunner } from './jobRunner.ts';
import {
  embeddingKey,
  type Lease,
  type LoadedModel,
  type ModelIdentity,
  type ModelLeases,
  modelKey,
} from './modelLeases.ts';
import type { PauseGate } from './pauseGate.ts';
import { type JobOutcome, type JobRun, onTermsOf } from './runStates.ts';

export interface ModelWorkerParts {
  readonly models: readonly ModelIdentity[];
  /** The running ones, in the order in which they are processed. */
  readonly runs: () => readonly JobRun[];
  readonly due: DueJobs;
  /** For jobs whose photos are not there. */
  readonly skipUnavailable: (head: Head) => void;
  readonly jobs: JobStore;
  readonly runner: JobRunner;
  readonly leases: ModelLeases;
  readonly gate: PauseGate;
  readonly clock: Clock;
  /** Photos on the person's screen. */
  readonly visiblePhotoIds: () => readonly number[];
  readonly listener: ModelWorkerListener;
}

export interface ModelWorkerListener {
  /** The run's models, the one that writes first; called again and again, since a device may change. */
  onLeased(run: JobRun, workers: readonly LoadedModel[]): void;
  onJobStarted(run: JobRun, photo: DuePhoto): void;
  onJobEnded(run: JobRun, photo: DuePhoto, ending: JobOutcome): void;
  /** The runs wait until somebody does something about it. */
  onBlocked(runs: readonly JobRun[], problem: Problem): void;
  /** Nothing can be stored, so nothing is to be begun. */
  onCatalogFailed(problem: Problem): void;
  /** There is nothing to do for these at the moment. */
  onIdle(runs: readonly JobRun[]): void;
}

interface InFlight {
  readonly job: DueJob;
  readonly photo: DuePhoto;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Photos on the screen go before every priority that a run can have. */
const visibleRank = 1e9;

/** Enough that the model never waits; whatever the person looks at next comes after these. */
const maxAhead = 4;

/** So often in a row, a host may end without having done anything. */
const maxHostFailures = 3;

export class ModelWorker {
  readonly #parts: ModelWorkerParts;
  readonly #news = new AsyncSignal();
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
  #acquiring: AbortController | undefined;
  #hostFailures = 0;
  #hostIsGone = false;
  #ended: Promise<void> | undefined;

  constructor(parts: ModelWorkerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#ended ??= this.#loop();
  }

  /** There may be something new to do, or another order to do it in. */
  wake(): void {
    const head = this.#head();
    this.#rank = this.#rankOf(head);
    // The work was cancelled: no model has to be loaded for it.
    if (head === undefined) this.#acquiring?.abort();
    this.#parts.leases.reconsider();
    this.#news.notify();
  }

  /**
   * Preempts for a chat: cancels requests that the model need not have begun; they are asked again later. Where the other question is for the same
   * model, its host sees to it that it goes first.
   */
  preempt(model: ModelIdentity): void {
    const isSameModel = this.#parts.models.some((own) => modelKey(own) === modelKey(model));
    this.#cancelAfter(isSameModel ? this.#batch : 1);
  }

  /** Cancels what is asked for a run that is no longer to be worked on. */
  drop(runId: number): void {
    for (const { job, controller } of this.#inFlight.values()) if (job.runId === runId) controller.abort();
  }

  get isBusy(): boolean {
    return this.#inFlight.size > 0;
  }

  #workersOf(lease: Lease): LoadedModel[] {
    return this.#parts.models.map((model) => lease.worker(model));
  }

  #cancelAfter(kept: number): void {
    for (const { controller } of [...this.#inFlight.values()].slice(kept)) controller.abort();
  }

  /** Finished work is stored; what is under way is dropped and will be done another time. */
  async close(): Promise<void> {
    this.stop();
    await this.#ended;
  }

  /** Begins nothing more, and cancels what is in flight. */
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
        else await this.#leaseAndWork();
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
  async #leaseAndWork(): Promise<void> {
    const { listener, runs } = this.#parts;
    using lease = await this.#acquire();
    if (lease === undefined) return;
    for (const run of runs()) listener.onLeased(run, this.#workersOf(lease));
    this.#hostIsGone = false;
    this.#batch = Math.min(...this.#parts.models.map((model) => lease.worker(model).batch));
    try {
      await this.#work(lease);
    } finally {
      if (lease.shouldYield) this.#cancelAfter(this.#batch);
      await this.#drainTo(0);
    }
    if (this.#hostIsGone) lease.discard();
  }

  async #acquire(): Promise<Lease | undefined> {
    const { leases, models } = this.#parts;
    const controller = new AbortController();
    this.#acquiring = controller;
    const signal = AbortSignal.any([this.#closing.signal, controller.signal]);
    try {
      const order = () => this.#parts.runs()[0]?.id ?? 0;
      return await leases.acquire({ models, rank: () => this.#rank, order, exclusive: true }, signal);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#acquiring = undefined;
    }
  }

  async #work(lease: Lease): Promise<void> {
    while (this.#mayContinue(lease)) {
      // Which photo is next is decided when there is room for it, not before.
      await this.#drainTo(this.#maxInFlightBefore);
      if (!this.#mayContinue(lease)) return;
      this.#parts.jobs.releaseDue();
      const head = this.#head();
      this.#rank = this.#rankOf(head);
      if (head === undefined) {
        if (this.#inFlight.size === 0) return;
        await this.#drainTo(this.#inFlight.size - 1);
        continue;
      }
      const runs = this.#parts.runs();
      const photo = this.#parts.due.take(head, runs.map(dueRun));
      if (photo === undefined) {
        this.#parts.skipUnavailable(head);
        await nextTurn();
        continue;
      }
      await this.#askAll(photo, runs, lease);
    }
  }

  async #askAll(photo: DuePhoto, runs: readonly JobRun[], lease: Lease): Promise<void> {
    const crashed = new AbortController();
    for (const job of photo.jobs) {
      await this.#drainTo(this.#maxInFlightBefore);
      if (crashed.signal.aborted || !this.#mayContinue(lease)) return;
      const run = runs.find(({ id }) => id === job.runId);
      // Paused or cancelled while the questions before it were asked.
      if (run === undefined || !this.#parts.runs().some(({ id }) => id === run.id)) continue;
      this.#begin({ run, job, photo, lease, crashed });
    }
  }

  #begin(at: { run: JobRun; job: DueJob; photo: DuePhoto; lease: Lease; crashed: AbortController }): void {
    const { run, job, photo, lease, crashed } = at;
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
    this.#parts.listener.onJobStarted(run, photo);
    const ended = this.#parts.runner
      .run({ run: onTermsOf(run, job), job, photo, lease, inTurn, signal: controller.signal })
      .then((ending) => {
        // the device may have failed meanwhile
        if (ending.type === 'stored') this.#parts.listener.onLeased(run, this.#workersOf(lease));
        return ending;
      })
      // A fault of ours: the run waits with it, and nothing is lost.
      .catch((error: unknown): JobOutcome => ({ type: 'run-blocked', problem: problemOf(error) }))
      .then((ending) => {
        asked.resolve();
        this.#inFlight.delete(job.id);
        if (ending.type === 'crashed') {
          crashed.abort();
          for (const other of this.#inFlight.values()) if (other.photo === photo) other.controller.abort();
        }
        this.#handleOutcome(run, ending);
        this.#parts.listener.onJobEnded(run, photo, ending);
      });
    this.#inFlight.set(job.id, { job, photo, controller, ended });
  }

  #handleOutcome(run: JobRun, ending: JobOutcome): void {
    if (ending.type === 'stored') this.#hostFailures = 0;
    if (ending.type === 'run-blocked') this.#block([run], ending.problem);
    if (ending.type === 'host-gone' && !this.#hostIsGone) {
      this.#hostIsGone = true;
      this.#hostFailures += 1;
      if (this.#hostFailures >= maxHostFailures) {
        this.#hostFailures = 0;
        this.#block(this.#parts.runs(), ending.problem);
      }
    }
  }

  #block(runs: readonly JobRun[], problem: Problem): void {
    this.#parts.listener.onBlocked(runs, problem);
    for (const { id } of runs) this.drop(id);
  }

  /** Waits until no more than so many requests are under way. */
  async #drainTo(most: number): Promise<void> {
    while (this.#inFlight.size > most) {
      await Promise.race([...this.#inFlight.values()].map(({ ended }) => ended));
    }
  }

  /** Under way, before another is begun. */
  get #maxInFlightBefore(): number {
    return this.#batch + Math.min(this.#batch, maxAhead) - 1;
  }

  #mayContinue(lease: Lease): boolean {
    const { gate } = this.#parts;
    return !this.#closing.signal.aborted && gate.isOpen && !this.#hostIsGone && !lease.shouldYield;
  }

  #head(): Head | undefined {
    const exclude = [...new Set([...this.#inFlight.values()].map(({ photo }) => photo.id))];
    const options = { exclude, visiblePhotoIds: this.#parts.visiblePhotoIds() };
    const [wanted, unasked] = runsByWish(this.#parts.runs());
    const head = this.#parts.due.head(wanted, options);
    if (head !== undefined || unasked.length === 0) return head;
    // That somebody looks at a photo is no reason for what nobody asked for to go before work on other photos.
    const background = this.#parts.due.head(unasked, options);
    return background && { ...background, isVisible: false };
  }

  #rankOf(head: Head | undefined): number {
    if (head === undefined) return Number.NEGATIVE_INFINITY;
    if (head.isVisible) return visibleRank;
    return this.#parts.runs().find(({ id }) => id === head.runId)?.priority ?? 0;
  }
}

function dueRun({ id, kind, identity, identityHash }: JobRun) {
  return { id, terms: { kind, identityHash, embeddingKey: embeddingKey(identity.model) } };
}

/** The ids of runs that somebody asked for, and of the others. */
function runsByWish(runs: readonly JobRun[]): [wanted: number[], unasked: number[]] {
  const idsOf = (isUnasked: boolean) =>
    runs.filter(({ priority }) => priority <= backgroundPriority === isUnasked).map(({ id }) => id);
  return [idsOf(false), idsOf(true)];
}
