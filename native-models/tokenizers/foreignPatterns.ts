/**
 * @file The patterns in a tokenizer.json. They are regular expressions that every question and answer goes through, and a
 * few characters of one suffice to keep the engine busy for years: each is checked, and what they do is limited in time. Compiler and model host.
 */

import vm from 'node:vm';
import type { TokenizerJson } from './tokenizerSchemas.ts';

/** Patterns of published tokenizers, which take time in proportion to the text: T5's. */
const knownPatterns = new Set([' {2,}']);

/** Patterns that may take any time; empty for the published models, whose tokenizers work by fixed rules. */
export function foreignPatterns({ normalizer, pre_tokenizer, post_processor, decoder }: TokenizerJson): string[] {
  const found = new Set<string>();
  collect([normalizer, pre_tokenizer, post_processor, decoder], found, 0);
  return [...found].filter((pattern) => !knownPatterns.has(pattern));
}

/** Deeper than any tokenizer; a file can be nested until the stack ends. */
const maxDepth = 50;

function collect(value: unknown, found: Set<string>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return;
  for (const [key, part] of Object.entries(value)) {
    if (key === 'Regex' && typeof part === 'string') found.add(part);
    // nothing is found everywhere, again and again
    else if (key === 'String' && part === '') found.add('');
    else collect(part, found, depth + 1);
  }
}

/** As many characters as a short paragraph: what takes the square of its length is quick, anything worse is not. */
const trialLength = 3000;
const maxTrials = 60;

/** Texts that a pattern of the bad sort cannot match in many ways: its own characters repeated, then one that fits none. */
export function trialTexts(patterns: readonly string[]): string[] {
  const characters = new Set(['a', 'A', '1', ' ', '\n', '-', '中', ...patterns.flatMap((pattern) => [...pattern])]);
  const repeated = [...characters].slice(0, maxTrials);
  return [...repeated, 'ab', 'a ', 'a1'].map((part) => `${part.repeat(trialLength / part.length)}\u0001!`);
}

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
