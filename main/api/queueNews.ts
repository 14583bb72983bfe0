/** @file The queue as pages see it: what its open runs do, and which have just ended. Main process and server. */
import type { LibraryEvent, RunProgress } from '../../preload/contract/library.ts';
import { isAutomatic } from '../../schemas/automaticRun.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import type { RunProgress as QueuedRun } from '../library/queue/progress.ts';
import type { LibraryQueue } from '../library/queue/queue.ts';
import type { AppEvents } from './appEvents.ts';

export interface QueueNewsParts {
  readonly queue: LibraryQueue;
  readonly catalog: Pick<Catalog, 'runs' | 'settings'>;
  readonly events: AppEvents;
}

export class QueueNews implements Disposable {
  readonly #parts: QueueNewsParts;
  readonly #runs = new Map<number, RunProgress>();
  readonly #stopListening: () => void;

  constructor(parts: QueueNewsParts) {
    this.#parts = parts;
    this.#stopListening = parts.queue.subscribe((event) => {
      if (event.type === 'run') this.#note(event.progress);
      parts.events.changed('queue', () => this.present());
    });
  }

  present(): LibraryEvent {
    const { queue, catalog } = this.#parts;
    const { reason } = queue.status();
    const paused = catalog.settings.get('queuePaused');
    const runs = [...this.#runs.values()];
    return { type: 'queue', queue: { paused, reason: paused ? null : (reason ?? null), runs } };
  }

  [Symbol.dispose](): void {
    this.#stopListening();
  }

  #note(progress: QueuedRun): void {
    const { runId, kind, done, failed, activity } = progress;
    if (activity === 'done' || activity === 'cancelled') {
      const wasQueued = this.#runs.delete(runId);
      // Nobody waits for what nobody asked for.
      if (wasQueued && activity === 'done' && !isAutomatic(progress)) {
        const writes = this.#parts.catalog.runs.get(runId).identity?.textKind;
        this.#parts.events.tell({ type: 'ended', run: { runId, kind, writes, done, failed } });
      }
    } else this.#runs.set(runId, runProgressOf(progress));
  }
}

function runProgressOf(progress: QueuedRun): RunProgress {
  const { runId, description, total, done, failed, waiting, activity, reason, ratePerSecond, etaMs, current } =
    progress;
  const state =
    activity === 'working' ? 'running' : activity === 'resting' || activity === 'blocked' ? 'waiting' : activity;
  return {
    runId,
    description,
    state,
    total,
    done,
    failed,
    waiting,
    ratePerSecond: ratePerSecond ?? null,
    etaMs: etaMs ?? null,
    photoId: current?.photoId ?? null,
    reason: reason ?? null,
  };
}
