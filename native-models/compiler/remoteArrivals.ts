/**
 * @file Weight files that arrive in one process and are compiled in another: the one that compiles says which it needs, is
 * told of each when it is there, and says what it has cut off and let go.
 */
import type { ExpectedWeights } from '../checkpoint/arrivingCheckpoint.ts';
import type { Arrivals, ArrivedFile } from './arrivals.ts';
import type { ArrivalAnswer, ArrivalMessage } from './importMessages.ts';

/** The side that has the files. */
export class SentArrivals {
  readonly #arrivals: Arrivals;
  readonly #send: (message: ArrivalMessage) => void;
  readonly #files = new Map<string, { readonly file: ArrivedFile; readonly released: () => void }>();

  constructor(arrivals: Arrivals, send: (message: ArrivalMessage) => void) {
    this.#arrivals = arrivals;
    this.#send = send;
  }

  /** @throws what the arrivals throw */
  async receive(answer: ArrivalAnswer): Promise<void> {
    if (answer.type === 'needs') return await this.#sendAll(answer.names);
    const sent = this.#files.get(answer.name);
    if (answer.type === 'cut') sent?.file.onCut?.(answer.leftBytes);
    else sent?.released();
  }

  async #sendAll(names: readonly string[]): Promise<void> {
    for await (const file of this.#arrivals.files(names)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#files.set(file.name, { file, released: resolve });
      this.#send({ type: 'arrived', name: file.name, path: file.path, mayBeCut: file.onCut !== undefined });
      await promise;
      this.#files.delete(file.name);
      await file.release();
    }
    this.#send({ type: 'complete' });
  }
}

/** The side that compiles them. */
export class ReceivedArrivals implements Arrivals {
  readonly weights: ExpectedWeights;
  readonly #send: (answer: ArrivalAnswer) => void;
  #next = Promise.withResolvers<ArrivalMessage>();

  constructor(weights: ExpectedWeights, send: (answer: ArrivalAnswer) => void) {
    this.weights = weights;
    this.#send = send;
  }

  receive(message: ArrivalMessage): void {
    this.#next.resolve(message);
  }

  async *files(needed: readonly string[]): AsyncGenerator<ArrivedFile> {
    this.#send({ type: 'needs', names: [...needed] });
    for (;;) {
      const message = await this.#next.promise;
      // the other side waits for the release before it sends another
      this.#next = Promise.withResolvers();
      if (message.type === 'complete') return;
      const { name, path, mayBeCut } = message;
      const onCut = (leftBytes: number) => this.#send({ type: 'cut', name, leftBytes });
      const release = async () => this.#send({ type: 'released', name });
      yield { name, path, onCut: mayBeCut ? onCut : undefined, release };
    }
  }
}
