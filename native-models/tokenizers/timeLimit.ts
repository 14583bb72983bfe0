/** @file Runs code that somebody else's file steers, a regular expression say, for a limited time. Compiler and model host. */
import vm from 'node:vm';

/** The action did not end within its time; nothing of it goes on. */
export class TimeLimitError extends Error {}

/**
 * The engine can be stopped from outside only while it runs a script, wherever that has called into; also within the
 * search of a regular expression, which never yields by itself. A run costs about a tenth of a millisecond.
 */
export class TimeLimit {
  readonly #timeoutMs: number;
  readonly #script = new vm.Script('action()');
  readonly #context = vm.createContext({ action: undefined });

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @throws TimeLimitError, or what the action throws */
  run<Result>(action: () => Result): Result {
    const box: { result?: Result } = {};
    this.#context.action = () => {
      box.result = action();
    };
    try {
      this.#script.runInContext(this.#context, { timeout: this.#timeoutMs });
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new TimeLimitError(`took more than ${this.#timeoutMs} ms`);
      throw error;
    } finally {
      this.#context.action = undefined;
    }
    return box.result as Result;
  }
}
