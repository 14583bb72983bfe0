/** @file A real model process whose answers a test can hold up after their first words, or which it can make slow or end meanwhile. */
import * as z from 'zod';
import { forkHostProcess, type HostConnection } from '../../../native-models/runtime/hostConnection.ts';
import { ModelHost } from '../../../native-models/runtime/modelHost.ts';

const messageSchema = z.looseObject({ type: z.string() });
const hostProcess = new URL('../../../native-models/runtime/hostProcess.ts', import.meta.url);

export class HostTamer {
  /** After the next words of an answer: nothing more comes until `release`. */
  #holds = false;
  /** How many processes are to end after the first words of an answer. */
  #endings = 0;
  #held: (() => void)[] = [];
  #slowsNext = false;
  /** Of processes that are slow: all that they say. */
  readonly #slow = new Set<(() => void)[]>();

  readonly start = (): ModelHost => {
    const fork = forkHostProcess(hostProcess);
    const slow: (() => void)[] = [];
    if (this.#slowsNext) this.#slow.add(slow);
    this.#slowsNext = false;
    return ModelHost.start({
      startProcess: ({ onMessage, onExit }) => {
        let hasEnded = false;
        const connection: HostConnection = fork({
          onExit,
          onMessage: (message) => {
            // What it said before it ended, but which was not read yet.
            if (hasEnded) return;
            if (this.#slow.has(slow)) {
              slow.push(() => onMessage(message));
              return;
            }
            hasEnded = this.#pass(message, () => onMessage(message));
            if (hasEnded) connection.kill();
          },
        });
        return connection;
      },
    });
  };

  holdAnswers(): void {
    this.#holds = true;
  }

  /** What was held back comes now, and nothing is held any more. */
  release(): void {
    this.#holds = false;
    const held = this.#held;
    this.#held = [];
    const slow = [...this.#slow].flat();
    this.#slow.clear();
    for (const deliver of [...held, ...slow]) deliver();
  }

  /** Of the next process that is started nothing is heard before `release`, as of one that loads a large model. */
  slowNext(): void {
    this.#slowsNext = true;
  }

  /** The next `times` processes end as soon as they have said a word. */
  endNext(times: number): void {
    this.#endings = times;
  }

  /** Returns whether the process is to end now. */
  #pass(message: unknown, deliver: () => void): boolean {
    const { type } = messageSchema.parse(message);
    if (this.#held.length > 0) {
      this.#held.push(deliver);
      return false;
    }
    deliver();
    if (type !== 'text') return false;
    if (this.#endings > 0) {
      this.#endings -= 1;
      return true;
    }
    if (this.#holds) this.#held.push(() => undefined);
    return false;
  }
}
