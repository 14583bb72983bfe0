/** @file What the generation loop needs of a language model: one decoding pass that holds its own KV cache; and wrappers around it. Model host. */

/**
 * One autoregressive pass over a batch of sequences.
 *
 * Beam search reorders and repeats rows between steps, so every step names, for each of its rows, the row of the
 * previous step whose cache it continues; the number of rows may grow (batch → batch·beams) or shrink.
 */
export interface Decoder {
  /** Number of sequences, B. */
  readonly batchSize: number;
  /** Size of the logits' last dimension, V. */
  readonly vocabSize: number;
  /**
   * The ids that count as already generated when generation starts, one list a sequence (T5: the decoder start token;
   * decoder-only models fed with `inputs_embeds`: none). Logits processors see them, and output ids begin with them.
   */
  readonly promptIds: readonly (readonly number[])[];
  /** How many tokens a sequence can grow by before the model has no position left; undefined where nothing limits it. */
  readonly maxNewTokens?: number | undefined;
  /** Runs the prompt. Returns the logits of its last position, [B, V]. Called once, first. */
  prefill(): Promise<Float32Array>;
  /**
   * Feeds one token a row. `parents[r]` is the row of the previous step (or of prefill) that row r continues.
   * Returns the logits of the new position, [tokens.length, V]; the array is the caller's to change.
   */
  step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array>;
  /**
   * One decoder with the rows of this one and of others of the same model, all of them run already, in this order; with no
   * others, a copy. The decoders themselves go on as before. Undefined where rows cannot be run together.
   */
  readonly joined?: ((others: readonly Decoder[]) => Decoder) | undefined;
}

/** One prompt, several answers: a decoder of one sequence as one of many equal ones. Runs the prompt once; its rows part at the first step. */
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

/** Measures a decoder's time in the model, apart from the search around it. */
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
