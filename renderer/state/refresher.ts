/** @file Asks again after changes: soon after the first, and seldom while they go on, so that a long question does not keep the library busy. Renderer only. */

export interface RefresherOptions {
  readonly minPauseMs: number;
  /** Between two questions passes at least this many times what one took. */
  readonly timesDuration: number;
}

const defaultOptions: RefresherOptions = { minPauseMs: 600, timesDuration: 20 };
/** Changes come in bursts. */
const firstWaitMs = 50;

export class Refresher {
  readonly #ask: () => Promise<void>;
  readonly #options: RefresherOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastEndMs = Number.NEGATIVE_INFINITY;
  #lastDurationMs = 0;

  /** @param ask what it asks; must not reject */
  constructor(ask: () => Promise<void>, options: RefresherOptions = defaultOptions) {
    this.#ask = ask;
    this.#options = options;
  }

  /** At once. */
  async now(): Promise<void> {
    this.stop();
    const startMs = performance.now();
    await this.#ask();
    this.#lastEndMs = performance.now();
    this.#lastDurationMs = this.#lastEndMs - startMs;
  }

  soon(): void {
    if (this.#timer !== undefined) return;
    const pauseMs = Math.max(this.#options.minPauseMs, this.#lastDurationMs * this.#options.timesDuration);
    const inMs = Math.max(firstWaitMs, this.#lastEndMs + pauseMs - performance.now());
    this.#timer = setTimeout(() => void this.now(), inMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
