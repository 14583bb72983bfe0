/**
 * @file Requests of one kind that are there at the same time, processed in one run of the model: as many as the memory and
 * the patience of others allow. Model host.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isOutOfMemory } from '../devices/deviceError.ts';

export interface RequestBatcherOptions<Request, Result> {
  /** Processes all of them together; the results in their order. */
  readonly run: (requests: readonly Request[]) => Promise<readonly Result[]>;
  /** Of one run. */
  readonly maxRequests: number;
  /** A run holds up everything else, the chat and what is to be stopped too. It may take so long where it is of several. */
  readonly maxRunMs: number;
  /** Whether a request can be processed together with the one that has waited longest; by default all can. */
  readonly fits?: ((first: Request, other: Request) => boolean) | undefined;
  readonly nowMs?: (() => number) | undefined;
}

interface Waiting<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export class RequestBatcher<Request, Result> {
  readonly #options: RequestBatcherOptions<Request, Result>;
  readonly #nowMs: () => number;
  #maxRequests: number;
  /** By the last run; before the first, which is of one request, as if nothing more had time. */
  #msPerRequest: number;
  #waiting: Waiting<Request, Result>[] = [];
  #isRunning = false;

  constructor(options: RequestBatcherOptions<Request, Result>) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#maxRequests = options.maxRequests;
    this.#msPerRequest = options.maxRunMs;
  }

  /** The result of one request, run with whatever else is there. @throws what its run alone threw */
  add(request: Request): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#waiting.push({ request, resolve, reject });
    if (!this.#isRunning) void this.#runAll();
    return promise;
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      // the model's runs block the thread: messages that came meanwhile are received first
      await nextTurn();
      await this.#run(this.#takeNext());
    }
    this.#isRunning = false;
  }

  #takeNext(): readonly Waiting<Request, Result>[] {
    const { maxRunMs, fits = () => true } = this.#options;
    const [first] = this.#waiting;
    if (first === undefined) return [];
    const inTime = Math.max(1, Math.floor(maxRunMs / this.#msPerRequest));
    const together = this.#waiting
      .filter((waiting) => waiting === first || fits(first.request, waiting.request))
      .slice(0, Math.min(this.#maxRequests, inTime));
    this.#waiting = this.#waiting.filter((waiting) => !together.includes(waiting));
    return together;
  }

  /** Where they cannot be run together, each half by itself, so that a request fails alone. */
  async #run(together: readonly Waiting<Request, Result>[]): Promise<void> {
    const startMs = this.#nowMs();
    try {
      const results = await this.#options.run(together.map(({ request }) => request));
      this.#msPerRequest = (this.#nowMs() - startMs) / together.length;
      for (const [i, { resolve }] of together.entries()) resolve(results[i] as Result);
    } catch (error) {
      const half = Math.ceil(together.length / 2);
      if (together.length < 2) {
        for (const { reject } of together) reject(error);
        return;
      }
      if (isOutOfMemory(error)) this.#maxRequests = Math.min(this.#maxRequests, half);
      await this.#run(together.slice(0, half));
      await this.#run(together.slice(half));
    }
  }
}
