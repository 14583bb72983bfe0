/** @file Doubles for the queue's tests: a clock that is wound by hand, and models that say what they are told to. */
import path from 'node:path';
import type { Clock } from '../../../main/library/queue/clock.ts';
import type { LoadedModel, ModelClient, ModelIdentity, OpenModel } from '../../../main/library/queue/modelLeases.ts';
import { VignetteError } from '../../../native-models/errors.ts';
import type { Answer, AnswerRequest, TextMatch } from '../../../native-models/runtime/protocol.ts';

export class HandClock implements Clock {
  #nowMs: number;
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();

  constructor(nowMs = Date.UTC(2024, 4, 3, 12)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, timer by timer, and what hangs on them happen. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = untilMs;
    await settle();
  }
}

const quietTurns = 20;
const maxTurns = 10_000;

/** Lets promises, immediates and file system calls that are due run their course, however busy the machine is. */
async function settle(): Promise<void> {
  let quiet = 0;
  for (let turn = 0; quiet < quietTurns && turn < maxTurns; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const isReading = process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
    quiet = isReading ? 0 : quiet + 1;
  }
}

export function modelCalled(id: string): ModelIdentity {
  return { id, sha256: id.padEnd(64, '0'), precision: 'fp32' };
}

export interface Asked {
  readonly model: string;
  /** Name of the photo's file. */
  readonly photo: string;
  readonly prompt: string;
  readonly signal: AbortSignal;
}

export interface DoubleModelsOptions {
  /** The text, or throws. By default it names the photo and the prompt. */
  readonly answer?: ((asked: Asked) => string | Promise<string>) | undefined;
  /** Throws where a model cannot be loaded; returns what is installed under the name. */
  readonly open?: ((identity: ModelIdentity) => ModelIdentity) | undefined;
  readonly itm?: ((text: string, photo: string) => number) | undefined;
  /** Requests that they work on together; by default one. */
  readonly batch?: number | undefined;
}

/** Models as their hosts show them: each works on so many requests at a time, in order, and drops what is cancelled. */
export class DoubleModels {
  /** What the models began to work on, in order: "photo: prompt". */
  readonly begun: string[] = [];
  /** What lay at a model while it worked on something else. */
  readonly waitedAtModel: string[] = [];
  loaded: string[] = [];
  maxLoaded = 0;
  readonly opened: string[] = [];
  /** How many questions each was to work on together; undefined: as many as it can. */
  readonly openedBatches: (number | undefined)[] = [];
  readonly #options: DoubleModelsOptions;

  constructor(options: DoubleModelsOptions = {}) {
    this.#options = options;
  }

  readonly openModel: OpenModel = async (identity, _signal, { batch }) => {
    const installed = this.#options.open?.(identity) ?? identity;
    this.opened.push(identity.id);
    this.openedBatches.push(batch);
    this.loaded.push(identity.id);
    this.maxLoaded = Math.max(this.maxLoaded, this.loaded.length);
    return this.#worker(installed, batch ?? this.#options.batch ?? 1);
  };

  #worker(identity: ModelIdentity, batch: number): LoadedModel {
    const waiting: (() => void)[] = [];
    let pending = 0;
    let isClosed = false;
    const inTurn = <T>(name: string, signal: AbortSignal | undefined, work: () => T | Promise<T>): Promise<T> => {
      if (isClosed) throw new VignetteError('MODEL_HOST_CLOSED', 'The model host was closed.', { retry: 'now' });
      signal?.throwIfAborted();
      pending += 1;
      const turn = Promise.withResolvers<void>();
      if (pending <= batch) turn.resolve();
      else {
        this.waitedAtModel.push(name);
        waiting.push(turn.resolve);
      }
      return (async () => {
        try {
          await turn.promise;
          signal?.throwIfAborted();
          this.begun.push(name);
          return await raced(work(), signal);
        } finally {
          pending -= 1;
          waiting.shift()?.();
        }
      })();
    };
    const client: ModelClient = {
      answer: ({ image, prompt }, { signal } = {}) =>
        inTurn(`${path.basename(image)}: ${prompt}`, signal, async () =>
          answerOf(prompt, await this.#text(identity, image, prompt, signal)),
        ),
      candidates: (request, { signal } = {}) =>
        inTurn(`${path.basename(request.image)}: ${request.count} candidates`, signal, () => candidatesOf(request)),
      match: ({ image, texts }, { signal } = {}) =>
        inTurn(`${path.basename(image)}: match`, signal, () =>
          texts.map((text) => this.#match(text, path.basename(image))),
        ),
      explain: ({ image, text }, { signal } = {}) =>
        inTurn(`${path.basename(image)}: explain`, signal, () => ({ text, grid: 1, words: [], totalMs: 0 })),
      embedImages: ({ images }, { signal } = {}) =>
        inTurn(`${images.map((image) => path.basename(image)).join()}: embed`, signal, () =>
          images.map((image) => ({ image, embedding: { data: Float32Array.of(1, 0), vectors: 1, size: 2 } })),
        ),
      embedTexts: ({ texts }, { signal } = {}) =>
        inTurn(`${texts.length} texts`, signal, () =>
          texts.map(() => ({ data: Float32Array.of(1, 0), vectors: 1, size: 2 })),
        ),
      [Symbol.asyncDispose]: async () => {
        isClosed = true;
        const index = this.loaded.indexOf(identity.id);
        if (index >= 0) this.loaded.splice(index, 1);
      },
    };
    const version = { ...identity, source: identity.id, revision: null, compiler: '1' };
    return { client, identity, version, device: 'double', batch };
  }

  async #text(
    model: ModelIdentity,
    image: string,
    prompt: string,
    signal = new AbortController().signal,
  ): Promise<string> {
    const photo = path.basename(image);
    return (await this.#options.answer?.({ model: model.id, photo, prompt, signal })) ?? `${prompt} ${photo}`;
  }

  #match(text: string, photo: string): TextMatch {
    return { text, itm: this.#options.itm?.(text, photo) ?? 0.9, itc: 0.5 };
  }
}

async function raced<T>(work: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

const size = { width: 4, height: 3 };
const ms = { imageMs: 0, visionMs: 0, qformerMs: 0, prefillMs: 0, decodeMs: 0, totalMs: 0 };

function answerOf(prompt: string, text: string): Answer {
  return { prompt, warnings: [], text, tokenIds: [], finish: 'eos', ...size, ms };
}

function candidatesOf({ image, prompt, count }: AnswerRequest & { count: number }) {
  const photo = path.basename(image);
  const candidates = Array.from({ length: count }, (_, index) => ({
    text: `${photo} candidate ${index}`,
    tokenIds: [],
    finish: 'eos' as const,
  }));
  return { prompt, warnings: [], candidates, ...size, ms };
}
