/**
 * @file Has the photos that a command names captioned or asked about, through the catalog and its queue, and reports each
 * text as it is done. What an earlier call did is not done again; what one left is gone on with. Main process and CLI.
 */

import type { Problem } from '../../../schemas/problem.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { problemError } from '../catalog/problems.ts';
import type { RunItem } from '../catalog/runs/orderedRuns.ts';
import { identityWith } from '../catalog/runs/questionTerms.ts';
import type { Question } from '../catalog/texts/answers.ts';
import { AsyncSignal } from '../queue/clock.ts';
import type { RunProgress } from '../queue/progress.ts';
import type { LibraryQueue, NewWork } from '../queue/queue.ts';

export type Outcome<Result> = { readonly item: RunItem } & (
  | { readonly result: Result }
  | { readonly problem: Problem }
  /** Of a photo that was to get the text of its stack: it has one that a person wrote or approved. */
  | { readonly kept: true }
);

export interface WorkOrder<Result> extends Pick<NewWork, 'kind' | 'description' | 'identity' | 'ownSettings' | 'tops'> {
  /** In the order in which they are wanted. */
  readonly items: readonly RunItem[];
  /** Of work that asks: those of the items. */
  readonly questions?: readonly Question[] | undefined;
  /** Also items that have a result on equal terms. */
  readonly again: boolean;
  readonly results: {
    /** On equal terms. */
    equal(item: RunItem): Result | undefined;
    ofRun(item: RunItem, runId: number): Result | undefined;
    /** Whether a person's text stands where the item's would, of a photo that was to get its stack's. */
    isOfPerson?(item: RunItem): boolean;
  };
}

export interface OrderedWorkParts {
  readonly catalog: Pick<Catalog, 'connection' | 'runs' | 'jobs' | 'orderedRuns'>;
  readonly queue: LibraryQueue;
  /** The runs that the queue processes: this command's and no others. */
  readonly ownRuns: Set<number>;
}

/** Waiting for a model or a time must not be the end of the program; any interval will do. */
const keepAliveMs = 60_000;

/** Told apart by photo and question. */
export function itemKey({ photoId, questionId }: RunItem): string {
  return `${photoId} ${questionId ?? ''}`;
}

export class OrderedWork<Result> {
  readonly #parts: OrderedWorkParts;
  readonly #news = new AsyncSignal();
  readonly #finished: Outcome<Result>[] = [];
  /** By photo, what of it is not over with. */
  readonly #pending = new Map<number, RunItem[]>();
  readonly #order: WorkOrder<Result>;
  #stopped: Problem | undefined;

  constructor(parts: OrderedWorkParts, order: WorkOrder<Result>) {
    this.#parts = parts;
    this.#order = order;
    for (const item of order.items) this.#pending.set(item.photoId, [...(this.#pending.get(item.photoId) ?? []), item]);
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
   * Every item once, as soon as it is done. Whoever stops listening stops the work; what is done is kept, and the runs
   * wait for whoever orders the same again.
   * @throws VignetteError when nothing can be done any more, with what holds it up; the signal's reason
   */
  async *outcomes(signal: AbortSignal): AsyncGenerator<Outcome<Result>> {
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
    const {
      kind,
      description,
      identity,
      ownSettings,
      items,
      questions = [undefined],
      tops,
      again,
      results,
    } = this.#order;
    const begun = this.#goOn();
    const isDone = (item: RunItem) => again && begun !== undefined && results.ofRun(item, begun) !== undefined;
    let runId = begun;
    // Of each photo those questions that are due, and no others.
    for (const question of questions) {
      const photoIds = items
        .filter((item) => item.questionId === question?.id && !isDone(item))
        .map(({ photoId }) => photoId);
      const asked = question === undefined ? {} : { questions: [question.text] };
      const work = { kind, description, identity, ownSettings, photoIds, tops, again, runId, ...asked };
      const added = await queue.add(work, signal);
      runId = added.runId ?? runId;
    }
    if (runId !== undefined) ownRuns.add(runId);
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
    const { kind, items, identity, ownSettings = [], questions = [], again } = this.#order;
    const ownTerms = questions.map(({ id, text }) => {
      const own = ownSettings.find(({ question }) => question === text);
      return { questionId: id, identity: own === undefined ? identity : identityWith(identity, own.settings) };
    });
    const wanted = new Set(items.map(itemKey));
    const photoIds = [...this.#pending.keys()];
    for (const runId of catalog.orderedRuns.runsAbout(kind, photoIds, identity, ownTerms)) {
      const isWanted = catalog.orderedRuns.waiting(runId).every((item) => wanted.has(itemKey(item)));
      if (!isWanted || catalog.orderedRuns.redoes(runId) !== again) continue;
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

  #collectChanged({ photoIds, runIds }: { photoIds: ReadonlySet<number>; runIds: ReadonlySet<number> }): void {
    for (const photoId of photoIds) this.#collect(photoId);
    if (this.#isOver && [...runIds].some((id) => this.#parts.ownRuns.has(id))) this.#collectAll();
    this.#news.notify();
  }

  #collectAll(): void {
    const isOver = this.#isOver;
    for (const photoId of [...this.#pending.keys()]) {
      this.#collect(photoId);
      // Neither a result nor a job is left of it.
      if (isOver) for (const item of this.#pending.get(photoId) ?? []) this.#finish(this.#withoutJob(item));
    }
    this.#news.notify();
  }

  #collect(photoId: number): void {
    const { catalog, ownRuns } = this.#parts;
    for (const item of this.#pending.get(photoId) ?? []) {
      const result = this.#resultOf(item);
      if (result !== undefined) {
        this.#finish({ item, result });
        continue;
      }
      for (const runId of ownRuns) {
        const job = catalog.orderedRuns.jobOf(item, runId);
        if (job !== undefined && job !== 'waiting') this.#finish({ item, problem: job });
      }
    }
  }

  #withoutJob(item: RunItem): Outcome<Result> {
    const { tops, results } = this.#order;
    const isKept = tops?.has(item.photoId) === true && results.isOfPerson?.(item) === true;
    return isKept ? { item, kept: true } : { item, problem: photoGone };
  }

  #resultOf(item: RunItem): Result | undefined {
    const { results, again } = this.#order;
    if (!again) return results.equal(item);
    for (const runId of this.#parts.ownRuns) {
      const result = results.ofRun(item, runId);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  #finish(outcome: Outcome<Result>): void {
    const { item } = outcome;
    const before = this.#pending.get(item.photoId) ?? [];
    const left = before.filter((one) => one !== item);
    if (left.length === before.length) return;
    if (left.length === 0) this.#pending.delete(item.photoId);
    else this.#pending.set(item.photoId, left);
    this.#finished.push(outcome);
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
