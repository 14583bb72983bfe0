/** @file Asks the reader threads. Main process and CLI. */
import { type EventEmitter, once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { RemoteError, serializedErrorSchema } from '../../../../native-models/errors.ts';
import { CatalogError } from '../catalogError.ts';
import type { CatalogRead, ReadArgs, ReadName, ReadResult } from './reads.ts';
import { endOfQuestions } from './serveReads.ts';

const replySchema = z.object({
  id: z.int(),
  value: z.unknown().optional(),
  error: serializedErrorSchema.optional(),
});

interface Request {
  readonly id: number;
  readonly name: string;
  readonly args: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: ReaderThread;
  current: Request | undefined;
}

/** Two: while one works on a long question, short ones go past it. */
const threadCount = 2;

/** A question that takes longer than this is not waited for. */
const maxEndMs = 10_000;

/** The events are those of a worker, too. */
export type ReaderThread = EventEmitter & Pick<Worker, 'postMessage' | 'ref' | 'unref' | 'terminate'>;

/** Starts a thread that calls `serveReads` for the catalog in the file. */
export type StartReaderThread = (catalogFile: string) => ReaderThread;

export class CatalogReader implements AsyncDisposable {
  readonly #file: string;
  readonly #startThread: StartReaderThread;
  readonly #threads: Thread[] = [];
  readonly #waiting: Request[] = [];
  #nextId = 1;
  #closed = false;

  constructor(file: string, startThread: StartReaderThread) {
    this.#file = file;
    this.#startThread = startThread;
  }

  /**
   * What the catalog holds at the moment of reading. A signal that aborts takes a question back that has not begun;
   * one that has runs to its end, unheard.
   * @throws RemoteError with the code of what went wrong; the signal's reason
   */
  read<Name extends ReadName>(name: Name, args: ReadArgs<Name>, signal?: AbortSignal): Promise<ReadResult<Name>>;
  /** A read that the thread knows of a module above the catalog. */
  read<Args, Result>(read: CatalogRead<Args, Result>, args: Args, signal?: AbortSignal): Promise<Result>;
  read(read: string | { readonly name: string }, args: unknown, signal?: AbortSignal): Promise<unknown> {
    const name = typeof read === 'string' ? read : read.name;
    signal?.throwIfAborted();
    if (this.#closed) throw new CatalogError('CATALOG_FAILED', 'The catalog was closed.');
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const request = { id: this.#nextId++, name, args, resolve, reject };
    this.#waiting.push(request);
    const undo = () => {
      const index = this.#waiting.indexOf(request);
      if (index >= 0) this.#waiting.splice(index, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', undo, { once: true });
    this.#advance();
    return promise.finally(() => signal?.removeEventListener('abort', undo));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const error = new CatalogError('CATALOG_FAILED', 'The catalog was closed.');
    for (const request of this.#waiting.splice(0)) request.reject(error);
    const threads = this.#threads.splice(0);
    for (const { current } of threads) current?.reject(error);
    await Promise.all(threads.map(({ worker }) => ended(worker)));
  }

  #advance(): void {
    while (this.#waiting.length > 0) {
      let thread = this.#threads.find(({ current }) => current === undefined);
      if (thread === undefined) {
        if (this.#threads.length >= threadCount) return;
        thread = this.#start();
      }
      const request = this.#waiting.shift();
      if (request === undefined) return;
      thread.current = request;
      thread.worker.postMessage({ id: request.id, name: request.name, args: request.args });
    }
  }

  #start(): Thread {
    const worker = this.#startThread(this.#file);
    const thread: Thread = { worker, current: undefined };
    this.#threads.push(thread);
    worker.unref();
    worker.on('message', (message: unknown) => {
      const { id, value, error } = replySchema.parse(message);
      if (thread.current?.id !== id) return;
      const { resolve, reject } = thread.current;
      thread.current = undefined;
      if (error === undefined) resolve(value);
      else reject(new RemoteError(error));
      this.#advance();
    });
    worker.on('error', (cause) => this.#lose(thread, cause));
    return thread;
  }

  /** The thread could not open the catalog, or met something unforeseen: its question fails, the next gets a new one. */
  #lose(thread: Thread, cause: Error): void {
    const index = this.#threads.indexOf(thread);
    if (index >= 0) this.#threads.splice(index, 1);
    thread.current?.reject(cause);
    this.#advance();
  }
}

/**
 * Lets the thread finish what it reads and end by itself: ending it in the middle of native code can end the whole
 * process.
 */
async function ended(worker: ReaderThread): Promise<void> {
  worker.ref();
  const exit = once(worker, 'exit');
  // A thread that failed has told whoever asked.
  exit.catch(() => {});
  worker.postMessage(endOfQuestions);
  const timer = setTimeout(() => void worker.terminate(), maxEndMs);
  await exit.catch(() => {});
  clearTimeout(timer);
}
