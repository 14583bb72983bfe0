/** @file The end of a process that was started: reported once, and soon after it was asked for even where the process does not end. */

/** A process that waits for a drive which is gone outlives every signal; a caller that waits for its end must not. */
const deadlineMs = 5000;

export class ProcessEnd {
  readonly #onExit: (reason: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #isReported = false;

  /** @param onExit as in `HostListeners` */
  constructor(onExit: (reason: string) => void) {
    this.#onExit = onExit;
  }

  /** What the process may still say counts no more: another may have its place. */
  get isReported(): boolean {
    return this.#isReported;
  }

  /** It was asked to end. */
  expect(): void {
    if (this.#isReported) return;
    this.#timer ??= setTimeout(() => this.report('it did not end when it was told to'), deadlineMs);
  }

  report(reason: string): void {
    if (this.#isReported) return;
    this.#isReported = true;
    clearTimeout(this.#timer);
    this.#onExit(reason);
  }
}
