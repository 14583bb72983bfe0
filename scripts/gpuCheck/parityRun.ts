/** @file Checks items in a child process, and goes on in another where one ends it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type ParityItem, type ParityResult, parityResultSchema } from './parityItem.ts';

const entry = new URL('./parityChild.ts', import.meta.url);

/** A software adapter takes a minute for the largest of the test models, with others beside it several. */
const timeoutMs = 10 * 60_000;

export class ParityRun implements Disposable {
  readonly #modelsFolder: string;
  #child: ChildProcess | undefined;

  constructor(modelsFolder: string) {
    this.#modelsFolder = modelsFolder;
  }

  async check(item: ParityItem): Promise<ParityResult> {
    this.#child ??= fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const child = this.#child;
    child.send({ item, modelsFolder: this.#modelsFolder });
    const finished = new AbortController();
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([finished.signal, timeout]);
    try {
      return await Promise.race([
        once(child, 'message', { signal }).then(([message]) => parityResultSchema.parse(message)),
        once(child, 'exit', { signal }).then(([code, killedBy]) =>
          this.#problem(`The process ended (${killedBy ?? code}).`),
        ),
      ]);
    } catch (error) {
      if (!timeout.aborted) throw error;
      return this.#problem(`It took longer than ${timeoutMs / 60_000} minutes.`);
    } finally {
      finished.abort();
    }
  }

  [Symbol.dispose](): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #problem(problem: string): ParityResult {
    this[Symbol.dispose]();
    return { difference: null, tolerance: 0, equalAnswers: 0, answers: 0, problem };
  }
}
