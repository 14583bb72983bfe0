/**
 * @file Reader threads that outlive the catalog which asked them: to start one takes longer than most of what is tested on
 * a catalog. The next catalog gets them, as if they were new.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { ReaderThread } from '../../main/library/catalog/reader/catalogReader.ts';

/** As one catalog sees it: a thread that ends when no question follows. */
class LentThread extends EventEmitter {
  readonly #thread: Worker;
  readonly #port: MessagePort;
  readonly #fail = (error: unknown) => {
    this.emit('error', error);
    this.#port.close();
  };

  constructor(thread: Worker, file: string) {
    super();
    this.#thread = thread;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    thread.once('error', this.#fail);
    port1.on('message', (message) => this.emit('message', message));
    port1.once('close', () => {
      thread.off('error', this.#fail);
      if (!ended.has(thread)) idle.push(thread);
      this.emit('exit', 0);
    });
    thread.postMessage({ file, port: port2 }, [port2]);
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }

  /** Until it is given back, what is lent keeps its process alive, as a thread does that is being asked. */
  ref(): void {}

  unref(): void {}

  terminate(): Promise<number> {
    ended.add(this.#thread);
    return this.#thread.terminate();
  }
}

const idle: Worker[] = [];
const ended = new WeakSet<Worker>();

function startThread(): Worker {
  const thread = new Worker(new URL('./keptReaderThread.ts', import.meta.url));
  thread.once('error', () => ended.add(thread));
  thread.unref();
  return thread;
}

/** For `startReader` of catalogs. */
export const keptReaders = (catalogFile: string): ReaderThread =>
  new LentThread(idle.pop() ?? startThread(), catalogFile);
