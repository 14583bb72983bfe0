/** @file What every kind of search is given, and what it returns; logits come from the decoder through `LogitsSource`. Model host. */

import { setImmediate } from 'node:timers/promises';
import type { Decoder } from './decoder.ts';
import { GenerationError } from './generationError.ts';
import type { GenerationSettings } from './generationSettings.ts';
import type { LogitsProcessor } from './logitsProcessors.ts';
import type { StoppingCriterion } from './stoppingCriteria.ts';

/** What both kinds of search are given. */
export interface SearchTask {
  readonly source: LogitsSource;
  readonly promptIds: readonly (readonly number[])[];
  readonly settings: GenerationSettings;
  readonly eosTokenIds: ReadonlySet<number>;
  readonly processors: readonly LogitsProcessor[];
  readonly finishReasonOf: StoppingCriterion;
  readonly onToken: ((sequenceIndex: number, tokenId: number) => void) | undefined;
}

/** Asks the decoder for logits, one row a sequence: between tokens it lets cancellation in, and it checks what comes back. */
export class LogitsSource {
  readonly #decoder: Decoder;
  readonly #signal: AbortSignal | undefined;
  #position = 0;

  constructor(decoder: Decoder, signal: AbortSignal | undefined) {
    this.#decoder = decoder;
    this.#signal = signal;
  }

  /** The logits after the prompt: one row of V a sequence. */
  async prefill(): Promise<Float32Array[]> {
    await this.#pause();
    return this.#rows(await this.#decoder.prefill(), this.#decoder.batchSize);
  }

  /** Feeds `tokens[r]` to the row that continues the previous step's row `parents[r]`. */
  async step(tokens: readonly number[], parents: readonly number[]): Promise<Float32Array[]> {
    await this.#pause();
    this.#position += 1;
    return this.#rows(await this.#decoder.step(Int32Array.from(tokens), Int32Array.from(parents)), tokens.length);
  }

  /** onnxruntime's run() blocks the thread, so a message that cancels is read only if the event loop gets a turn. */
  async #pause(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
  }

  #rows(logits: Float32Array, rowCount: number): Float32Array[] {
    const { vocabSize } = this.#decoder;
    if (logits.length !== rowCount * vocabSize) {
      throw new GenerationError(
        'MODEL_OUTPUT_SHAPE',
        `The decoder returned ${logits.length} logits where ${rowCount} rows of ${vocabSize} were due.`,
        { length: logits.length, rowCount, vocabSize },
      );
    }
    return Array.from({ length: rowCount }, (_, r) => {
      const row = logits.subarray(r * vocabSize, (r + 1) * vocabSize);
      this.#checkFinite(row, r);
      return row;
    });
  }

  /** A model may rule tokens out with −∞; NaN, +∞ or a row of nothing but −∞ means that its arithmetic broke down. */
  #checkFinite(row: Float32Array, rowIndex: number): void {
    let largest = Number.NEGATIVE_INFINITY;
    for (const value of row) {
      if (!(value < Number.POSITIVE_INFINITY)) {
        largest = value;
        break;
      }
      if (value > largest) largest = value;
    }
    if (Number.isFinite(largest)) return;
    throw new GenerationError(
      'MODEL_NOT_FINITE',
      `The model computed values that are not finite numbers (token ${this.#position + 1} of the answer): ` +
        'its precision is too low for this device, import it with a higher one.',
      { row: rowIndex, newTokens: this.#position, value: String(largest) },
    );
  }
}
