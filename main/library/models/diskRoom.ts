/** @file Room on a disk that several files share, one of which may have to wait until another has become shorter. Pure. */

export class DiskRoom {
  readonly #limitBytes: number;
  readonly #held = new Map<string, number>();
  #waiting: (() => void)[] = [];

  /** @param limitBytes of all files together; a file may have them alone */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Waits until a file may become so much larger. @throws the signal's reason */
  async take(name: string, bytes: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const own = this.#held.get(name) ?? 0;
      if (own === this.#heldBytes() || this.#heldBytes() + bytes <= this.#limitBytes) {
        this.#held.set(name, own + bytes);
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
    }
  }

  /** Says how large a file is. */
  hold(name: string, bytes: number): void {
    this.#held.set(name, bytes);
    const woken = this.#waiting;
    this.#waiting = [];
    for (const wake of woken) wake();
  }

  #heldBytes(): number {
    return [...this.#held.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}
