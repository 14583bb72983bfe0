/**
 * @file A few processes for what must not happen in this one: decoders and parsers that strangers' bytes are given to. One
 * that dies, outgrows its memory or does not come to an end is replaced; what it had in hand is tried once more, alone
 * in a process with more room; and what ends that one, too, is refused. Main process and CLI.
 */
import { RemoteError, type SerializedError, VignetteError } from '../../../../native-models/errors.ts';
import { ImageError, isImageErrorCode } from '../../../../native-models/preprocess/imageError.ts';
import type { StartHostProcess } from '../../../../native-models/runtime/hostConnection.ts';
import { type Place, PriorityQueue } from '../priorityQueue.ts';
import type { PictureWork } from './pictureProtocol.ts';
import { type Attempt, PoolWorker, type WorkerLimits } from './poolWorker.ts';

export interface PicturePoolOptions {
  readonly startProcess: StartHostProcess;
  readonly processes: number;
  /** More than one only for what mostly waits for disks and other processes. */
  readonly requestsPerProcess: number;
  /** Of every request in the ordinary processes. */
  readonly limits: WorkerLimits;
  /** Of a request that is alone in a process of its own. */
  readonly roomyLimits: WorkerLimits;
  /** A process that has nothing to do for so long is ended: its memory never shrinks again. */
  readonly idleMs: number;
}

export interface Ticket {
  readonly outcome: Promise<unknown>;
  /** False once it has begun. */
  readonly waits: () => boolean;
  readonly raise: (priority: number) => void;
  /** Of what still waits: it never begins, and its outcome is rejected with the reason. False for what goes on. */
  readonly cancel: (reason: unknown) => boolean;
}

interface Task {
  readonly createWork: () => PictureWork;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  priority: number;
  hasBegun: boolean;
  place: Place | undefined;
}

/** Processes start with the first request; dispose of it. */
export class PicturePool implements AsyncDisposable {
  readonly #options: PicturePoolOptions;
  readonly #line: PriorityQueue;
  /** For what needs a process of its own: one at a time, however large. */
  readonly #roomyLine = new PriorityQueue(1);
  readonly #ordinary = new Set<PoolWorker>();
  readonly #roomy = new Set<PoolWorker>();
  readonly #idleTimers = new Map<PoolWorker, NodeJS.Timeout>();
  readonly #open = new Set<Task>();
  #isClosed = false;

  constructor(options: PicturePoolOptions) {
    this.#options = options;
    this.#line = new PriorityQueue(options.processes * options.requestsPerProcess);
  }

  /**
   * @param createWork called when its turn has come
   *
   * The outcome is rejected with what the process says went wrong, an ImageError IMAGE_DECODER_CRASHED,
   * IMAGE_DECODER_MEMORY or IMAGE_DECODER_TIMEOUT, or a VignetteError PICTURES_CLOSED.
   */
  submit(createWork: () => PictureWork, priority: number): Ticket {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    // An error that nobody waits for any more is nobody's.
    promise.catch(() => undefined);
    const task: Task = { createWork, resolve, reject, priority, hasBegun: false, place: undefined };
    if (this.#isClosed) reject(closed());
    else {
      this.#open.add(task);
      task.place = this.#line.join(() => this.#orFail(task, this.#begin(task)), { priority });
    }
    return {
      outcome: promise,
      waits: () => !task.hasBegun && this.#open.has(task),
      raise: (wanted) => {
        task.priority = Math.max(task.priority, wanted);
        task.place?.raise(wanted);
      },
      cancel: (reason) => {
        if (task.place?.waits() !== true) return false;
        task.place.leave();
        this.#open.delete(task);
        reject(reason);
        return true;
      },
    };
  }

  /** What waits and what is under way is rejected with PICTURES_CLOSED. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const ending = [this.#line.close(), this.#roomyLine.close()];
    for (const timer of this.#idleTimers.values()) clearTimeout(timer);
    for (const { reject } of this.#open) reject(closed());
    this.#open.clear();
    await Promise.all([...this.#ordinary, ...this.#roomy].map((worker) => worker.close()));
    await Promise.all(ending);
  }

  async #begin(task: Task): Promise<void> {
    task.hasBegun = true;
    const work = task.createWork();
    const worker = this.#freeWorker();
    const attempt = await worker.run(work);
    this.#rest(worker);
    const isOver = attempt.kind === 'ended' && attempt.reason === 'timeout' && attempt.alone;
    if (attempt.kind === 'needsRoom' || (attempt.kind === 'ended' && !isOver)) this.#tryAlone(task, work);
    else this.#settle(task, attempt);
  }

  #tryAlone(task: Task, work: PictureWork): void {
    if (this.#isClosed) return;
    const { priority } = task;
    task.place = this.#roomyLine.join(() => this.#orFail(task, this.#beginAlone(task, work)), { priority });
  }

  async #beginAlone(task: Task, work: PictureWork): Promise<void> {
    const worker = new PoolWorker(this.#options.startProcess, this.#options.roomyLimits);
    this.#roomy.add(worker);
    this.#settle(task, await worker.run(work));
    await worker.close();
    this.#roomy.delete(worker);
  }

  /** Where no process can be started at all, that is what whoever asked is told; the others have their turn. */
  async #orFail(task: Task, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#open.delete(task);
      task.reject(error);
    }
  }

  #settle(task: Task, attempt: Attempt): void {
    this.#open.delete(task);
    if (attempt.kind === 'result') task.resolve(attempt.value);
    else if (attempt.kind === 'error') task.reject(rebuilt(attempt.error));
    else task.reject(this.#quarantine(attempt));
  }

  /** The line lets no more begin than there is room for. */
  #freeWorker(): PoolWorker {
    const { startProcess, processes, limits } = this.#options;
    for (const worker of this.#ordinary) if (worker.hasEnded) this.#ordinary.delete(worker);
    const [idlest] = [...this.#ordinary].sort((a, b) => a.inHand - b.inHand);
    if (idlest !== undefined && (idlest.inHand === 0 || this.#ordinary.size >= processes)) {
      clearTimeout(this.#idleTimers.get(idlest));
      this.#idleTimers.delete(idlest);
      return idlest;
    }
    const worker = new PoolWorker(startProcess, limits);
    this.#ordinary.add(worker);
    return worker;
  }

  #rest(worker: PoolWorker): void {
    if (worker.hasEnded || worker.inHand > 0) return;
    const end = () => {
      this.#idleTimers.delete(worker);
      void worker.close();
    };
    this.#idleTimers.set(worker, setTimeout(end, this.#options.idleMs).unref());
  }

  #quarantine(attempt: Exclude<Attempt, { kind: 'result' | 'error' }>): Error {
    if (attempt.kind === 'ended' && attempt.reason === 'closed') return closed();
    const { residentBytes, timeoutMs } = this.#options.roomyLimits;
    if (attempt.kind === 'needsRoom' || attempt.reason === 'memory') {
      const message = `Reading this file takes more than the ${Math.round(residentBytes / 1e8) / 10} GB of memory that one photo may use; ${skipped}.`;
      return new ImageError('IMAGE_DECODER_MEMORY', message, { details: { residentBytes } });
    }
    if (attempt.reason === 'timeout') {
      const message = `Reading this file takes more than ${Math.round(timeoutMs / 1000)} seconds; ${skipped}.`;
      return new ImageError('IMAGE_DECODER_TIMEOUT', message, { details: { timeoutMs } });
    }
    const message = `Reading this file crashed the photo reader twice (${attempt.how}); ${skipped}.`;
    return new ImageError('IMAGE_DECODER_CRASHED', message, { details: { reason: attempt.how } });
  }
}

const skipped = 'it is skipped until the file changes';

function closed(): VignetteError {
  return new VignetteError('PICTURES_CLOSED', 'The library was closed before this photo was read.');
}

/** What a picture was refused for is an ImageError on this side, too. */
function rebuilt(error: SerializedError): Error {
  const { code, message, details } = error;
  return isImageErrorCode(code) ? new ImageError(code, message, { details }) : new RemoteError(error);
}
