/**
 * @file The models that are in memory. It holds no more than it may, keeps those that are used, ends those that idle,
 * and lends them out: who is more important goes first, and is made room for as soon as a photo is done.
 */
import { serializeError } from '../../../native-models/errors.ts';
import type { Clock } from './clock.ts';
import { type LoadedWorker, type ModelIdentity, modelKey, type OpenModel } from './modelWorker.ts';
import { QueueError } from './queueError.ts';

export interface HostPoolOptions {
  readonly openModel: OpenModel;
  readonly clock: Clock;
  /** Models in memory at the same time. One loan that needs more gets more, alone. */
  readonly mostModels: () => number;
  /** Questions that a model is to work on together; undefined: as many as it can. */
  readonly batch: () => number | undefined;
  /** A model that nobody uses is ended after this long. */
  readonly idleMs: () => number;
}

export interface LoanRequest {
  /** All of them at once, so that two borrowers never wait for each other. */
  readonly models: readonly ModelIdentity[];
  /** Asked whenever it matters: it may change while the request waits or the loan lasts. */
  readonly rank: () => number;
  /** Of equal ranks, the lower goes first. */
  readonly order: () => number;
  /** Loans that stand in line get their models one after the other; the others, as soon as there is room. */
  readonly standsInLine: boolean;
}

export interface Loan extends Disposable {
  worker(model: ModelIdentity): LoadedWorker;
  /** Somebody more important waits for it, or it is to be opened anew. */
  readonly isWanted: boolean;
  /** The host has ended for good: whoever needs the model next gets a new one. */
  discard(): void;
}

interface HeldModel {
  readonly key: string;
  readonly worker: Promise<LoadedWorker>;
  users: number;
  idleSinceMs: number;
  /** Calls off its end, where it idles. */
  stopEnd: () => void;
  /** It was opened with other settings: it is ended as soon as nobody uses it. */
  isStale: boolean;
}

interface Waiting {
  readonly request: LoanRequest;
  readonly resolve: (loan: Granted) => void;
}

interface Granted {
  readonly request: LoanRequest;
  readonly held: readonly HeldModel[];
}

export class HostPool implements AsyncDisposable {
  readonly #options: HostPoolOptions;
  readonly #held = new Map<string, HeldModel>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting: Waiting[] = [];
  readonly #loans = new Set<Granted>();
  readonly #closing = new AbortController();

  constructor(options: HostPoolOptions) {
    this.#options = options;
  }

  /**
   * Waits for its turn and for the models to be loaded.
   * @throws what loading threw; QueueError MODEL_CHANGED; the signal's reason
   */
  async borrow(request: LoanRequest, signal: AbortSignal): Promise<Loan> {
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<Granted>();
    const waiting = { request, resolve };
    this.#waiting.push(waiting);
    // Who asks in the same turn is heard, too: no model is loaded that has to make way at once.
    setImmediate(() => this.reconsider());
    const granted = await abortable(promise, signal, () => {
      const index = this.#waiting.indexOf(waiting);
      if (index >= 0) this.#waiting.splice(index, 1);
      // Granted in the same moment: nobody will give it back but us.
      else void promise.then((loan) => this.#giveBack(loan));
    });
    try {
      const workers = new Map<string, LoadedWorker>();
      for (const { key, worker } of granted.held) workers.set(key, await abortable(worker, signal));
      return this.#loan(granted, workers);
    } catch (error) {
      this.#giveBack(granted);
      throw error;
    }
  }

  /** Grants what can be granted; to be called when ranks or limits have changed. */
  reconsider(): void {
    this.#waiting.sort(({ request: a }, { request: b }) => b.rank() - a.rank() || a.order() - b.order());
    for (const waiting of [...this.#waiting]) {
      const { request } = waiting;
      const lineIsBusy = [...this.#loans].some((loan) => loan.request.standsInLine);
      if (request.standsInLine && lineIsBusy) continue;
      // Nobody less important takes the room that this one waits for.
      if (!this.#makeRoom(request)) return;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      const granted = { request, held: request.models.map((model) => this.#hold(model)) };
      for (const held of granted.held) {
        held.users += 1;
        held.stopEnd();
      }
      this.#loans.add(granted);
      waiting.resolve(granted);
    }
  }

  /** Models are opened anew, each as soon as nobody uses it: something has changed about how that is done. */
  renew(): void {
    for (const held of [...this.#held.values()]) {
      if (held.users === 0) this.#end(held);
      else held.isStale = true;
    }
    this.reconsider();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new QueueError('QUEUE_CLOSED', 'The queue was closed.'));
    for (const held of [...this.#held.values()]) this.#end(held);
    await Promise.all(this.#ending);
  }

  #loan(granted: Granted, workers: ReadonlyMap<string, LoadedWorker>): Loan {
    const isWanted = () =>
      granted.held.some(({ isStale }) => isStale) ||
      this.#waiting.some(({ request }) => request.rank() > granted.request.rank());
    return {
      worker: (model) => {
        const worker = workers.get(modelKey(model));
        if (worker === undefined) throw new RangeError(`the model ${model.id} is not part of the loan`);
        return worker;
      },
      get isWanted() {
        return isWanted();
      },
      discard: () => {
        for (const held of granted.held) this.#end(held);
      },
      [Symbol.dispose]: () => this.#giveBack(granted),
    };
  }

  #giveBack(granted: Granted): void {
    if (!this.#loans.delete(granted)) return;
    for (const held of granted.held) {
      held.users -= 1;
      held.idleSinceMs = this.#options.clock.nowMs();
      if (held.users > 0) continue;
      if (held.isStale) this.#end(held);
      else this.#endWhenIdle(held);
    }
    this.reconsider();
  }

  /** Ends idle models until the missing ones fit. Returns whether they do, and none is about to be opened anew. */
  #makeRoom({ models }: LoanRequest): boolean {
    const keys = new Set(models.map(modelKey));
    if ([...keys].some((key) => this.#held.get(key)?.isStale === true)) return false;
    const missing = [...keys].filter((key) => !this.#held.has(key)).length;
    const others = [...this.#held.values()].filter(({ key }) => !keys.has(key));
    const idle = others.filter(({ users }) => users === 0).sort((a, b) => a.idleSinceMs - b.idleSinceMs);
    const tooMany = missing === 0 ? 0 : Math.max(0, this.#held.size + missing - this.#options.mostModels());
    const isAlone = idle.length === others.length;
    if (tooMany > idle.length && !isAlone) return false;
    for (const held of idle.slice(0, tooMany)) this.#end(held);
    return true;
  }

  #hold(model: ModelIdentity): HeldModel {
    const key = modelKey(model);
    const known = this.#held.get(key);
    if (known !== undefined) return known;
    const held = { key, worker: this.#open(model), users: 0, idleSinceMs: 0, stopEnd: () => {}, isStale: false };
    this.#held.set(key, held);
    // Whoever waits for it hears of the failure; it is not kept for the next one.
    held.worker.catch(() => this.#forget(held));
    return held;
  }

  async #open(model: ModelIdentity): Promise<LoadedWorker> {
    // The memory of those that had to go is free only when they are gone.
    await Promise.all(this.#ending);
    const worker = await this.#options.openModel(model, this.#closing.signal, { batch: this.#options.batch() });
    if (modelKey(worker.identity) !== modelKey(model)) {
      await worker.client[Symbol.asyncDispose]();
      throw new QueueError(
        'MODEL_CHANGED',
        `The installed model ${model.id} is not the one that this work was begun with. Install that one again, or begin anew.`,
        { begunWith: model, installed: worker.identity },
      );
    }
    return worker;
  }

  #endWhenIdle(held: HeldModel): void {
    const { clock, idleMs } = this.#options;
    held.stopEnd = clock.after(idleMs(), () => {
      if (this.#held.get(held.key) === held) this.#end(held);
    });
  }

  #end(held: HeldModel): void {
    this.#forget(held);
    held.stopEnd();
    const ended = held.worker
      .then(({ client }) => client[Symbol.asyncDispose]())
      // One that failed to load has nothing to end; who waited for it knows.
      .catch((error: unknown) => serializeError(error))
      .then(() => {
        this.#ending.delete(ended);
      });
    this.#ending.add(ended);
  }

  #forget(held: HeldModel): void {
    if (this.#held.get(held.key) === held) this.#held.delete(held.key);
  }
}

/** The promise, or the signal's reason; then `onAbort` first. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal, onAbort?: () => void): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => {
    onAbort?.();
    reject(signal.reason);
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
