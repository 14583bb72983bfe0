/** @file One prompt, several answers: a decoder of one sequence seen as one of many equal ones. Model host. */
import type { Decoder } from './decoder.ts';

/** Runs the prompt once; its rows part at the first step. */
export class RepeatedDecoder implements Decoder {
  readonly batchSize: number;
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  readonly maxNewTokens: number | undefined;
  readonly #decoder: Decoder;
  #hasParted = false;

  /** @param decoder of one sequence, not yet run */
  constructor(decoder: Decoder, count: number) {
    const [prompt] = decoder.promptIds;
    if (decoder.batchSize !== 1 || prompt === undefined) throw new RangeError('only one sequence can be repeated');
    this.batchSize = count;
    this.vocabSize = decoder.vocabSize;
    this.promptIds = Array.from({ length: count }, () => prompt);
    this.maxNewTokens = decoder.maxNewTokens;
    this.#decoder = decoder;
  }

  async prefill(): Promise<Float32Array> {
    const one = await this.#decoder.prefill();
    const all = new Float32Array(this.batchSize * this.vocabSize);
    for (let row = 0; row < this.batchSize; row++) all.set(one, row * this.vocabSize);
    return all;
  }

  step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    const known = this.#hasParted ? parents : new Int32Array(parents.length);
    this.#hasParted = true;
    return this.#decoder.step(tokens, known);
  }
}
