/**
 * @file The threads that scan vectors, and who is next: what somebody waits for goes before work in the background.
 * Main process, CLI.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type * as z from 'zod';
import { type ScanTask, scanReplySchema } from './scanTasks.ts';
import { VectorError } from './vectorError.ts';

/** Somebody waits for a search; a comparison of all photos takes its time. */
export type ScanPriority = 'search' | 'background';

interface Job {
  readonly task: ScanTask;
  readonly priority: ScanPriority;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
}

/** With a second piece waiting there, a thread goes on while the main process is busy. */
const jobsAhead = 2;

export class ScanPool implements AsyncDisposable {
  readonly threads: number;
  readonly #waiting: Readonly<Record<ScanPriority, Job[]>> = { search: [], background: [] };
  readonly #threads: Thread[] = [];
  #nextId = 1;
  #closed = false;

  constructor({ threads = Math.min(2, availableParallelism()) }: { threads?: number } = {}) {
    this.threads = threads;
  }

  /**
   * Has a thread do a piece of work; threads are started with the first.
   * @throws VectorError VECTOR_SEARCH_FAILED, VECTORS_UNREADABLE; the signal's reason, where the piece has not begun
   */
  async run<Result>(
    task: ScanTask,
    schema: z.ZodType<Result>,
    { priority, signal }: { readonly priority: ScanPriority; readonly signal?: AbortSignal | undefined },
  ): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#closed) throw searchFailed('the search was closed');
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const job: Job = { task, priority, resolve, reject };
    const queue = this.#waiting[priority];
    queue.push(job);
    const cancel = () => {
      const place = queue.indexOf(job);
      if (place !== -1) queue.splice(place, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    this.#dispatch();
    try {
      return schema.parse(await promise);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const threads = this.#threads.splice(0);
    for (const queue of Object.values(this.#waiting)) {
      for (const job of queue.splice(0)) job.reject(searchFailed('the search was closed'));
    }
    for (const { worker, jobs } of threads) {
      for (const job of jobs.values()) job.reject(searchFailed('the search was closed'));
      jobs.clear();
      await worker.terminate();
    }
  }

  #dispatch(): void {
    while (!this.#closed && this.#threads.length < this.threads) this.#threads.push(this.#start());
    for (let ahead = 0; ahead < jobsAhead; ahead++) {
      for (const thread of this.#threads) {
        if (thread.jobs.size > ahead) continue;
        // a piece in the background waits nowhere but here, so that a search gets the next turn
        const job = this.#waiting.search.shift() ?? (ahead === 0 ? this.#waiting.background.shift() : undefined);
        if (job !== undefined) this.#send(thread, job);
      }
    }
  }

  #send(thread: Thread, job: Job): void {
    const id = this.#nextId++;
    thread.jobs.set(id, job);
    // a process may end while its threads have nothing to do
    thread.worker.ref();
    thread.worker.postMessage({ id, task: job.task });
  }

  #start(): Thread {
    const worker = new Worker(new URL('./scanWorker.ts', import.meta.url));
    const thread: Thread = { worker, jobs: new Map() };
    worker.unref();
    worker.on('message', (message) => this.#receive(thread, message));
    worker.on('error', (error) => this.#lose(thread, error));
    worker.on('exit', (code) => this.#lose(thread, new Error(`exit code ${code}`)));
    return thread;
  }

  #receive(thread: Thread, message: unknown): void {
    const reply = scanReplySchema.parse(message);
    const job = thread.jobs.get(reply.id);
    thread.jobs.delete(reply.id);
    if (thread.jobs.size === 0) thread.worker.unref();
    if ('error' in reply) job?.reject(failureOf(reply.error));
    else job?.resolve(reply.result);
    this.#dispatch();
  }

  /** A thread that ended, whatever ended it: its work fails, and the next is done by another. */
  #lose(thread: Thread, error: unknown): void {
    const place = this.#threads.indexOf(thread);
    if (place === -1) return;
    this.#threads.splice(place, 1);
    for (const job of thread.jobs.values()) job.reject(searchFailed(String(error)));
    if (this.#waiting.search.length + this.#waiting.background.length > 0) this.#dispatch();
  }
}

function failureOf({ message, code }: { message: string; code?: string | undefined }): VectorError {
  if (code === undefined) return searchFailed(message);
  const sentence = `The vectors of the photos cannot be read (${code}).`;
  return new VectorError('VECTORS_UNREADABLE', sentence, { reason: message });
}

function searchFailed(reason: string): VectorError {
  return new VectorError('VECTOR_SEARCH_FAILED', `The search through the photos’ vectors failed: ${reason}.`, {
    reason,
  });
}
