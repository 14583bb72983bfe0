/** @file Measures a decoder's time in the model, apart from the search around it. Model host. */
import type { Decoder } from '../generation/decoder.ts';

export class TimedDecoder implements Decoder {
  readonly batchSize: number;
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  readonly maxNewTokens: number | undefined;
  prefillMs = 0;
  stepsMs = 0;
  readonly #decoder: Decoder;

  constructor(decoder: Decoder) {
    this.batchSize = decoder.batchSize;
    this.vocabSize = decoder.vocabSize;
    this.promptIds = decoder.promptIds;
    this.maxNewTokens = decoder.maxNewTokens;
    this.#decoder = decoder;
  }

  async prefill(): Promise<Float32Array> {
    const start = performance.now();
    const logits = await this.#decoder.prefill();
    this.prefillMs += performance.now() - start;
    return logits;
  }

  async step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    const start = performance.now();
    const logits = await this.#decoder.step(tokens, parents);
    this.stepsMs += performance.now() - start;
    return logits;
  }
}
