/** @file How long a process may go on with a cancelled request. Used by the process that started it. */

/**
 * Knows what a process was sent and has not answered yet, in the order in which it works. A request that was cancelled is
 * answered too, as soon as the process looks up from its work; one that waits behind others has time until its turn.
 */
export class CancelDeadline {
  readonly #deadlineMs: number;
  readonly #onOverdue: () => void;
  /** Id → whether it was cancelled. */
  readonly #sent = new Map<number, boolean>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onOverdue called when what the process works on was cancelled so long ago */
  constructor(deadlineMs: number, onOverdue: () => void) {
    this.#deadlineMs = deadlineMs;
    this.#onOverdue = onOverdue;
  }

  sent(id: number): void {
    this.#sent.set(id, false);
  }

  cancelled(id: number): void {
    if (!this.#sent.has(id)) return;
    this.#sent.set(id, true);
    this.#watchHead();
  }

  answered(id: number): void {
    const [head] = this.#sent.keys();
    if (!this.#sent.delete(id)) return;
    if (id === head) this.#stop();
    this.#watchHead();
  }

  /** The process is gone, and with it all that it was sent. */
  clear(): void {
    this.#sent.clear();
    this.#stop();
  }

  #watchHead(): void {
    const [head] = this.#sent.values();
    if (head !== true || this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#onOverdue, this.#deadlineMs);
    // nothing else may wait for this
    this.#timer.unref();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
