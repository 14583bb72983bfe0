/** @file One process of a pool, as the pool sees it: what it has in hand, and how each request comes to an end. Main process and CLI. */
import type { SerializedError } from '../../../../native-models/errors.ts';
import type { HostConnection, StartHostProcess } from '../../../../native-models/runtime/hostConnection.ts';
import { outOfMemoryExitCode, type PictureRequest, type PictureWork, pictureMessageSchema } from './pictureProtocol.ts';

export type EndReason = 'died' | 'memory' | 'timeout' | 'closed';

/** How a request ended. `ended`: the process did, before it answered; `alone` when nothing else can be to blame. */
export type Attempt =
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'needsRoom' }
  | { readonly kind: 'error'; readonly error: SerializedError }
  | { readonly kind: 'ended'; readonly reason: EndReason; readonly how: string; readonly alone: boolean };

export interface WorkerLimits {
  readonly decodeBytes: number;
  readonly residentBytes: number;
  readonly timeoutMs: number;
}

interface InHand {
  readonly resolve: (attempt: Attempt) => void;
  readonly timer: NodeJS.Timeout;
}

export class PoolWorker {
  readonly #limits: WorkerLimits;
  readonly #connection: HostConnection;
  readonly #inHand = new Map<number, InHand>();
  readonly #exited = Promise.withResolvers<void>();
  #nextId = 1;
  #reason: EndReason = 'died';
  #hasEnded = false;

  constructor(startProcess: StartHostProcess, limits: WorkerLimits) {
    this.#limits = limits;
    this.#connection = startProcess({
      onMessage: (message) => this.#receive(message),
      onExit: (how) => this.#exit(how),
    });
  }

  get inHand(): number {
    return this.#inHand.size;
  }

  /** Nothing more can be asked of it. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  run(work: PictureWork): Promise<Attempt> {
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<Attempt>();
    const timer = setTimeout(() => this.#kill('timeout'), this.#limits.timeoutMs);
    this.#inHand.set(id, { resolve, timer });
    const { decodeBytes, residentBytes } = this.#limits;
    this.#connection.send({ id, work, decodeBytes, residentBytes } satisfies PictureRequest);
    return promise;
  }

  /** Ends the process; what it has in hand ends as `closed`. */
  async close(): Promise<void> {
    this.#kill('closed');
    await this.#exited.promise;
  }

  #kill(reason: EndReason): void {
    if (this.#hasEnded) return;
    this.#reason = reason;
    this.#connection.kill();
    this.#giveUp(reason);
  }

  #receive(raw: unknown): void {
    const parsed = pictureMessageSchema.safeParse(raw);
    if (!parsed.success) {
      // Nothing that it says can be trusted any more.
      this.#kill('died');
      return;
    }
    const message = parsed.data;
    const asked = this.#inHand.get(message.id);
    if (asked === undefined) return;
    this.#inHand.delete(message.id);
    clearTimeout(asked.timer);
    if (message.type === 'result') asked.resolve({ kind: 'result', value: message.value });
    else if (message.type === 'error') asked.resolve({ kind: 'error', error: message.error });
    else asked.resolve({ kind: 'needsRoom' });
  }

  #exit(how: string): void {
    if (how === `exit code ${outOfMemoryExitCode}` && this.#reason === 'died') this.#reason = 'memory';
    this.#giveUp(how);
    this.#exited.resolve();
  }

  #giveUp(how: string): void {
    this.#hasEnded = true;
    const alone = this.#inHand.size === 1;
    for (const { resolve, timer } of this.#inHand.values()) {
      clearTimeout(timer);
      resolve({ kind: 'ended', reason: this.#reason, how, alone });
    }
    this.#inHand.clear();
  }
}
