/**
 * @file Leases of the models that are in memory: clients of host processes, or doubles. No more models
 * than allowed are loaded; those in use are kept, idle ones are closed. Requests wait in a queue by priority, and a lease
 * must yield to a more important one after its photo.
 */
import { createHash } from 'node:crypto';
import { serializeError, VignetteError } from '../../../native-models/errors.ts';
import type { Explanation } from '../../../native-models/explanation/explanation.ts';
import type { FeatureStorage } from '../../../native-models/runtime/modelHostOptions.ts';
import type {
  Answer,
  AnswerRequest,
  EmbeddedImage,
  Embedding,
  EmbedImagesRequest,
  EmbedTextsRequest,
  ExplainRequest,
} from '../../../native-models/runtime/protocol.ts';
import type { ModelVersion } from '../../../schemas/provenance.ts';
import type { RunIdentity } from '../catalog/texts/provenance.ts';
import type { CaptionScorer, CaptionWriter } from './capFilt.ts';
import type { Clock } from './clock.ts';

/** Which model, exactly: the same checkpoint, compiled in the same way. */
export type ModelIdentity = RunIdentity['model'];

/** What the queue asks of it. ModelHost does all of this. */
export interface ModelClient extends Pick<CaptionWriter, 'candidates'>, CaptionScorer, AsyncDisposable {
  answer(request: AnswerRequest, options?: { signal?: AbortSignal; onText?: (delta: string) => void }): Promise<Answer>;
  explain(request: ExplainRequest, options?: { signal?: AbortSignal }): Promise<Explanation>;
  embedImages(request: EmbedImagesRequest, options?: { signal?: AbortSignal }): Promise<EmbeddedImage[]>;
  embedTexts(request: EmbedTextsRequest, options?: { signal?: AbortSignal }): Promise<Embedding[]>;
}

export interface LoadedModel {
  readonly client: ModelClient;
  /** What was loaded: the installed model of that name may have become another one. */
  readonly identity: ModelIdentity;
  readonly version: ModelVersion;
  /** At the moment: a device may fail, and another take its place. */
  readonly device: string;
  /** Questions that it works on together. */
  readonly batch: number;
}

export interface OpenOptions {
  /** Questions to be worked on together; by default as many as device and memory allow. */
  readonly batch?: number | undefined;
  /** By default features stay in memory. */
  readonly features?: FeatureStorage | undefined;
}

/**
 * Starts a host process and loads the model.
 * @throws VignetteError MODEL_NOT_FOUND, MODEL_DAMAGED, OUT_OF_MEMORY, …: the runs that need it wait with this reason
 */
export type OpenModel = (identity: ModelIdentity, signal: AbortSignal, options: OpenOptions) => Promise<LoadedModel>;

export function modelKey({ id, sha256, precision }: ModelIdentity): string {
  return JSON.stringify([id, sha256, precision]);
}

/** Where a model's vectors are kept: by what computed them, whatever the model is called. Fit for a folder's name. */
export function embeddingKey({ sha256, precision }: ModelIdentity): string {
  return createHash('sha256').update(`${sha256}/${precision}`).digest('hex').slice(0, 32);
}

export interface ModelLeasesOptions {
  readonly openModel: OpenModel;
  readonly clock: Clock;
  /** Models in memory at the same time. One lease that needs more gets more, alone. */
  readonly maxModels: () => number;
  /** Questions that a model is to work on together; undefined: as many as it can. */
  readonly batch: () => number | undefined;
  /** A model that nobody uses is ended after this long. */
  readonly idleMs: () => number;
}

export interface LeaseRequest {
  /** All of them at once, so that two borrowers never wait for each other. */
  readonly models: readonly ModelIdentity[];
  /** Asked whenever it matters: it may change while the request waits or the lease lasts. */
  readonly rank: () => number;
  /** Of equal ranks, the lower goes first. */
  readonly order: () => number;
  /** Of exclusive leases only one is granted at a time; the others are granted as soon as there is room. */
  readonly exclusive: boolean;
}

export interface Lease extends Disposable {
  worker(model: ModelIdentity): LoadedModel;
  /** A more important request waits, or the model is to be reopened: release the lease at the next photo. */
  readonly shouldYield: boolean;
  /** The host has ended for good: whoever needs the model next gets a new one. */
  discard(): void;
}

interface HeldModel {
  readonly key: string;
  readonly worker: Promise<LoadedModel>;
  users: number;
  idleSinceMs: number;
  /** Calls off its end, where it idles. */
  stopEnd: () => void;
  /** It was opened with other settings: it is ended as soon as nobody uses it. */
  isStale: boolean;
}

interface Waiting {
  readonly request: LeaseRequest;
  readonly resolve: (lease: GrantedLease) => void;
}

interface GrantedLease {
  readonly request: LeaseRequest;
  readonly held: readonly HeldModel[];
}

export class ModelLeases implements AsyncDisposable {
  readonly #options: ModelLeasesOptions;
  readonly #held = new Map<string, HeldModel>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting: Waiting[] = [];
  readonly #leases = new Set<GrantedLease>();
  readonly #closing = new AbortController();

  constructor(options: ModelLeasesOptions) {
    this.#options = options;
  }

  /**
   * Waits for its turn and for the models to be loaded.
   * @throws what loading threw; QueueError MODEL_CHANGED; the signal's reason
   */
  async acquire(request: LeaseRequest, signal: AbortSignal): Promise<Lease> {
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<GrantedLease>();
    const waiting = { request, resolve };
    this.#waiting.push(waiting);
    // Who asks in the same turn is heard, too: no model is loaded that has to make way at once.
    setImmediate(() => this.reconsider());
    const granted = await abortable(promise, signal, () => {
      const index = this.#waiting.indexOf(waiting);
      if (index >= 0) this.#waiting.splice(index, 1);
      // Granted in the same moment: nobody else would release it.
      else void promise.then((lease) => this.#release(lease));
    });
    try {
      const workers = new Map<string, LoadedModel>();
      for (const { key, worker } of granted.held) workers.set(key, await abortable(worker, signal));
      return this.#lease(granted, workers);
    } catch (error) {
      this.#release(granted);
      throw error;
    }
  }

  /** Grants what can be granted; to be called when ranks or limits have changed. */
  reconsider(): void {
    this.#waiting.sort(({ request: a }, { request: b }) => b.rank() - a.rank() || a.order() - b.order());
    for (const waiting of [...this.#waiting]) {
      const { request } = waiting;
      const exclusiveIsHeld = [...this.#leases].some((lease) => lease.request.exclusive);
      if (request.exclusive && exclusiveIsHeld) continue;
      // Nobody less important takes the room that this one waits for.
      if (!this.#makeRoom(request)) return;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      const granted = { request, held: request.models.map((model) => this.#hold(model)) };
      for (const held of granted.held) {
        held.users += 1;
        held.stopEnd();
      }
      this.#leases.add(granted);
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

  #lease(granted: GrantedLease, workers: ReadonlyMap<string, LoadedModel>): Lease {
    const shouldYield = () =>
      granted.held.some(({ isStale }) => isStale) ||
      this.#waiting.some(({ request }) => request.rank() > granted.request.rank());
    return {
      worker: (model) => {
        const worker = workers.get(modelKey(model));
        if (worker === undefined) throw new RangeError(`the model ${model.id} is not part of the lease`);
        return worker;
      },
      get shouldYield() {
        return shouldYield();
      },
      discard: () => {
        for (const held of granted.held) this.#end(held);
      },
      [Symbol.dispose]: () => this.#release(granted),
    };
  }

  #release(granted: GrantedLease): void {
    if (!this.#leases.delete(granted)) return;
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
  #makeRoom({ models }: LeaseRequest): boolean {
    const keys = new Set(models.map(modelKey));
    if ([...keys].some((key) => this.#held.get(key)?.isStale === true)) return false;
    const missing = [...keys].filter((key) => !this.#held.has(key)).length;
    const others = [...this.#held.values()].filter(({ key }) => !keys.has(key));
    const idle = others.filter(({ users }) => users === 0).sort((a, b) => a.idleSinceMs - b.idleSinceMs);
    const tooMany = missing === 0 ? 0 : Math.max(0, this.#held.size + missing - this.#options.maxModels());
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

  async #open(model: ModelIdentity): Promise<LoadedModel> {
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

/** Stable codes: scripts and the interface match on them. */
export type QueueErrorCode = 'MODEL_CHANGED' | 'QUEUE_CLOSED';

export class QueueError extends VignetteError {
  declare readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    const isModel = code === 'MODEL_CHANGED';
    super(code, message, { details, cause, ...(isModel ? { retry: 'never', blames: 'model' } : {}) });
  }
}
