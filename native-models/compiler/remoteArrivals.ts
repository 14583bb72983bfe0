/**
 * @file Weight files that arrive in one process and are compiled in another: the one that compiles says which it needs, is
 * told of each how far it is there and that it was checked, and says what it has cut off and let go.
 */
import type { ExpectedWeights } from '../checkpoint/arrivingCheckpoint.ts';
import { type Arrivals, ArrivingFile, type CheckedFile } from './arrivals.ts';
import type { ArrivalAnswer, ArrivalMessage } from './importMessages.ts';

/** A message is sent when so much more has come. */
const messageEveryBytes = 1 << 20;

/** The side that has the files. */
export class SentArrivals {
  readonly #arrivals: Arrivals;
  readonly #send: (message: ArrivalMessage) => void;
  readonly #files = new Map<string, { readonly file: CheckedFile; readonly released: () => void }>();

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
    for await (const arriving of this.#arrivals.files(names)) {
      const { name } = arriving;
      this.#send({ type: 'arriving', name });
      const file = await this.#sendUntilChecked(arriving);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#files.set(name, { file, released: resolve });
      const { path, sizeBytes } = file;
      this.#send({ type: 'checked', path, sizeBytes, mayBeCut: file.onCut !== undefined });
      await promise;
      this.#files.delete(name);
      await file.release();
    }
    this.#send({ type: 'complete' });
  }

  async #sendUntilChecked(arriving: ArrivingFile): Promise<CheckedFile> {
    let sentBytes = 0;
    for (;;) {
      const { path, availableBytes, checked } = arriving;
      if (checked !== undefined) return checked;
      if (path !== undefined && availableBytes >= sentBytes + messageEveryBytes) {
        this.#send({ type: 'advanced', path, availableBytes });
        sentBytes = availableBytes;
      }
      await arriving.moreThan(availableBytes);
    }
  }
}

/** The side that compiles them. */
export class ReceivedArrivals implements Arrivals {
  readonly weights: ExpectedWeights;
  readonly #send: (answer: ArrivalAnswer) => void;
  #current = new ArrivingFile('');
  #next = Promise.withResolvers<ArrivingFile | undefined>();

  constructor(weights: ExpectedWeights, send: (answer: ArrivalAnswer) => void) {
    this.weights = weights;
    this.#send = send;
  }

  receive(message: ArrivalMessage): void {
    if (message.type === 'complete') {
      this.#next.resolve(undefined);
    } else if (message.type === 'arriving') {
      this.#current = new ArrivingFile(message.name);
      this.#next.resolve(this.#current);
    } else if (message.type === 'advanced') {
      this.#current.advance(message.path, message.availableBytes);
    } else {
      const { name } = this.#current;
      const { path, sizeBytes, mayBeCut } = message;
      const onCut = (leftBytes: number) => this.#send({ type: 'cut', name, leftBytes });
      const release = async () => this.#send({ type: 'released', name });
      this.#current.check({ path, sizeBytes, onCut: mayBeCut ? onCut : undefined, release });
    }
  }

  async *files(needed: readonly string[]): AsyncGenerator<ArrivingFile> {
    this.#send({ type: 'needs', names: [...needed] });
    for (;;) {
      const file = await this.#next.promise;
      // the other side waits for the release before it sends another
      this.#next = Promise.withResolvers();
      if (file === undefined) return;
      yield file;
    }
  }
}
