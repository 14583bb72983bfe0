/** @file What the queue works on, as its events say. Renderer only. */
import type { QueueState as Queue, RunProgress } from '../../preload/contract/library.ts';

const idle: Queue = { paused: false, reason: null, runs: [] };

export class QueueState {
  #queue = $state.raw<Queue>(idle);

  /** Runs that are not finished. */
  readonly active: readonly RunProgress[] = $derived(
    this.#queue.runs.filter((run) => run.state !== 'done' && run.state !== 'cancelled'),
  );
  readonly total: number = $derived(this.active.reduce((sum, run) => sum + run.total, 0));
  readonly finished: number = $derived(this.active.reduce((sum, run) => sum + run.done + run.failed, 0));
  readonly left: number = $derived(this.total - this.finished);
  readonly failed: number = $derived(this.#queue.runs.reduce((sum, run) => sum + run.failed, 0));
  /** Null while it is not known. */
  readonly etaMs: number | null = $derived(
    this.active.some((run) => run.etaMs === null) || this.active.length === 0
      ? null
      : this.active.reduce((sum, run) => sum + (run.etaMs ?? 0), 0),
  );
  readonly isWorking: boolean = $derived(this.active.some((run) => run.state === 'running'));

  get paused(): boolean {
    return this.#queue.paused;
  }

  get reason(): Queue['reason'] {
    return this.#queue.reason;
  }

  get runs(): readonly RunProgress[] {
    return this.#queue.runs;
  }

  set(queue: Queue): void {
    this.#queue = queue;
  }
}
