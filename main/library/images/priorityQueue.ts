/**
 * @file Runs a few tasks at a time, the most wanted first and among those the newest: what was scrolled into view last
 * is still in view. Main process and CLI.
 */

export interface LineOptions {
  /** Higher goes first. */
  readonly priority: number;
}

interface Waiting {
  priority: number;
  hasBegun: boolean;
  readonly start: () => void;
}

export interface Place {
  /** False once the task has begun. */
  readonly waits: () => boolean;
  readonly raise: (priority: number) => void;
  /** Takes a task that still waits out of the line; it then never runs. */
  readonly leave: () => void;
}

export class PriorityQueue {
  readonly #atOnce: number;
  #running = 0;
  readonly #waiting: Waiting[] = [];
  readonly #emptied = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** The task settles its own outcome: it must not throw. */
  join(task: () => Promise<void>, { priority }: LineOptions): Place {
    const waiting: Waiting = {
      priority,
      hasBegun: false,
      start: () => {
        waiting.hasBegun = true;
        this.#running += 1;
        void task().finally(() => {
          this.#running -= 1;
          this.#startNext();
        });
      },
    };
    this.#waiting.push(waiting);
    // Later in this turn: whoever asks for ten asks for all of them before the first begins.
    queueMicrotask(() => this.#startNext());
    return {
      waits: () => !waiting.hasBegun,
      raise: (wanted) => {
        waiting.priority = Math.max(waiting.priority, wanted);
      },
      leave: () => {
        const index = this.#waiting.indexOf(waiting);
        if (index !== -1) this.#waiting.splice(index, 1);
      },
    };
  }

  /** Nothing begins any more; settles when what has begun is over. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#isClosed = true;
    if (this.#running > 0) await this.#emptied.promise;
  }

  #startNext(): void {
    if (this.#isClosed) {
      if (this.#running === 0) this.#emptied.resolve();
      return;
    }
    while (this.#running < this.#atOnce) {
      const next = this.#waiting.reduce<Waiting | undefined>(
        (best, candidate) => (best === undefined || candidate.priority >= best.priority ? candidate : best),
        undefined,
      );
      if (next === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      next.start();
    }
  }
}
