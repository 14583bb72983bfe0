/**
 * @file Captions the photos that a command names, through the catalog and its queue, and reports each as it is done.
 * What an earlier call did is not done again; what one left is gone on with. Main process and CLI.
 */

import type { Problem } from '../../../schemas/problem.ts';
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { TopResults } from '../catalog/jobs/topResults.ts';
import { problemError } from '../catalog/problems.ts';
import type { StoredCaption } from '../catalog/texts/captions.ts';
import type { RunIdentity } from '../catalog/texts/provenance.ts';
import { AsyncSignal } from '../queue/clock.ts';
import type { RunProgress } from '../queue/progress.ts';
import type { LibraryQueue } from '../queue/queue.ts';

export type CaptionOutcome =
  | { readonly photoId: number; readonly caption: StoredCaption }
  | { readonly photoId: number; readonly problem: Problem }
  /** Of a photo that was to get the text of its stack: it has one that a person wrote or approved. */
  | { readonly photoId: number; readonly kept: true };

export interface CaptionOrder {
  readonly description: RunDescription;
  readonly identity: RunIdentity;
  /** In the order in which they are wanted. */
  readonly photoIds: readonly number[];
  /** As `NewWork` has them. */
  readonly tops?: ReadonlyMap<number, number> | undefined;
  /** Also photos that have a caption on equal terms. */
  readonly again: boolean;
}

export interface CaptionWorkParts {
  readonly catalog: Pick<Catalog, 'connection' | 'runs' | 'jobs' | 'captionRuns'>;
  readonly queue: LibraryQueue;
  /** The runs that the queue processes: this command's and no others. */
  readonly ownRuns: Set<number>;
}

/** Waiting for a model or a time must not be the end of the program; any interval will do. */
const keepAliveMs = 60_000;

export class CaptionWork {
  readonly #parts: CaptionWorkParts;
  readonly #news = new AsyncSignal();
  readonly #finished: CaptionOutcome[] = [];
  readonly #pending: Set<number>;
  readonly #order: CaptionOrder;
  readonly #tops: TopResults;
  #stopped: Problem | undefined;

  constructor(parts: CaptionWorkParts, order: CaptionOrder) {
    this.#parts = parts;
    this.#order = order;
    this.#tops = new TopResults(parts.catalog.connection);
    this.#pending = new Set(order.photoIds);
  }

  /** What the model has at the moment. */
  get current(): RunProgress['current'] {
    for (const runId of this.#parts.ownRuns) {
      const { current } = this.#parts.queue.progress(runId);
      if (current !== undefined) return current;
    }
    return undefined;
  }

  /**
   * Every photo once, as soon as it is done. Whoever stops listening stops the work; what is done is kept, and the runs
   * wait for whoever orders the same again.
   * @throws VignetteError when no photo can be done any more, with what holds it up; the signal's reason
   */
  async *outcomes(signal: AbortSignal): AsyncGenerator<CaptionOutcome> {
    const { catalog, queue, ownRuns } = this.#parts;
    const stopListening = catalog.connection.onChange((change) => this.#collectChanged(change));
    const stopWatching = queue.subscribe((event) => {
      if (event.type === 'run' && ownRuns.has(event.progress.runId)) this.#watch(event.progress);
    });
    const keepAlive = setInterval(() => {}, keepAliveMs);
    try {
      await this.#begin(signal);
      for (;;) {
        const next = this.#finished.shift();
        if (next !== undefined) {
          yield next;
          continue;
        }
        if (this.#pending.size === 0) return;
        if (signal.aborted) break;
        if (this.#stopped !== undefined) throw problemError(this.#stopped);
        await this.#news.wait(signal).catch(() => undefined);
      }
      // An answer that is on its way into the catalog is reported, too.
      await queue[Symbol.asyncDispose]();
      yield* this.#finished;
      signal.throwIfAborted();
    } finally {
      clearInterval(keepAlive);
      stopWatching();
      stopListening();
      this.#pauseWhatIsLeft();
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const { queue, ownRuns } = this.#parts;
    const { description, identity, photoIds, tops, again } = this.#order;
    const runId = this.#goOn();
    const due = again && runId !== undefined ? photoIds.filter((id) => !this.#isDoneBy(id, runId)) : photoIds;
    const added = await queue.add(
      { kind: 'caption', description, identity, photoIds: due, tops, again, runId },
      signal,
    );
    if (added.runId !== undefined) ownRuns.add(added.runId);
    await queue.start();
    for (const id of ownRuns) queue.resumeRun(id);
    this.#collectAll();
  }

  /**
   * Takes up runs on these terms whose work that is left is all wanted; the newest gets what is new. One that would do
   * more than was asked for is left as it is.
   */
  #goOn(): number | undefined {
    const { catalog, ownRuns } = this.#parts;
    const { photoIds, identity, again } = this.#order;
    const wanted = new Set(photoIds);
    for (const runId of catalog.captionRuns.runsAbout(photoIds, identity)) {
      const isWanted = catalog.captionRuns.waitingPhotos(runId).every((id) => wanted.has(id));
      if (!isWanted || catalog.captionRuns.redoes(runId) !== again) continue;
      catalog.jobs.retry(runId, { photoIds });
      ownRuns.add(runId);
    }
    return [...ownRuns].sort((a, b) => b - a)[0];
  }

  /** Nothing is left to do; true also where there was nothing to begin with. */
  get #isOver(): boolean {
    const { catalog, ownRuns } = this.#parts;
    return [...ownRuns].every((id) => ['done', 'cancelled'].includes(catalog.runs.get(id).state));
  }

  #isDoneBy(photoId: number, runId: number): boolean {
    return this.#parts.catalog.captionRuns.captionOfRun(photoId, runId) !== undefined;
  }

  #collectChanged({ photoIds, runIds }: { photoIds: ReadonlySet<number>; runIds: ReadonlySet<number> }): void {
    for (const photoId of photoIds) if (this.#pending.has(photoId)) this.#collect(photoId);
    if (this.#isOver && [...runIds].some((id) => this.#parts.ownRuns.has(id))) this.#collectAll();
    this.#news.notify();
  }

  #collectAll(): void {
    const isOver = this.#isOver;
    for (const photoId of this.#pending) {
      this.#collect(photoId);
      // Neither a caption nor a job is left of it.
      if (isOver && this.#pending.has(photoId)) this.#finish(this.#withoutJob(photoId));
    }
    this.#news.notify();
  }

  #collect(photoId: number): void {
    const { catalog, ownRuns } = this.#parts;
    const caption = this.#captionOf(photoId);
    if (caption !== undefined) {
      this.#finish({ photoId, caption });
      return;
    }
    for (const runId of ownRuns) {
      const job = catalog.captionRuns.jobOf(photoId, runId);
      if (job !== undefined && job !== 'waiting') this.#finish({ photoId, problem: job });
    }
  }

  #withoutJob(photoId: number): CaptionOutcome {
    const { tops, identity } = this.#order;
    const isKept = tops?.has(photoId) && this.#tops.hasPersonsText(photoId, identity.textKind ?? 'caption');
    return isKept ? { photoId, kept: true } : { photoId, problem: photoGone };
  }

  #captionOf(photoId: number): StoredCaption | undefined {
    const { catalog, ownRuns } = this.#parts;
    if (!this.#order.again) return catalog.captionRuns.equalCaption(photoId, this.#order.identity);
    for (const runId of ownRuns) {
      const caption = catalog.captionRuns.captionOfRun(photoId, runId);
      if (caption !== undefined) return caption;
    }
    return undefined;
  }

  #finish(outcome: CaptionOutcome): void {
    if (this.#pending.delete(outcome.photoId)) this.#finished.push(outcome);
  }

  #watch({ activity, reason }: RunProgress): void {
    if ((activity === 'blocked' || activity === 'resting') && reason !== undefined) {
      this.#stopped = reason;
      this.#news.notify();
    }
  }

  #pauseWhatIsLeft(): void {
    const { catalog, ownRuns } = this.#parts;
    for (const runId of ownRuns) {
      if (catalog.runs.get(runId).state === 'running') catalog.runs.setState(runId, 'paused');
    }
  }
}

const photoGone: Problem = { code: 'PHOTO_MISSING', message: 'The file is no longer where it was.' };
