/**
 * @file A decoder-only language model with its KV cache, behind a language prefix: the prompt at once, then one token a
 * step. Model host.
 *
 * B sequences · R rows of this step · Q prefix · S text tokens · T keys so far · K key-value heads · H head size
 */
import type { Decoder } from '../../generation/decoder.ts';
import { GenerationError } from '../../generation/generationError.ts';
import { causalBias, type Padding } from '../../layers/causalBias.ts';
import {
  floatsOf,
  floatTensor,
  type GraphSession,
  int64Tensor,
  outputOf,
  type Tensor,
} from '../../runtime/graphSession.ts';
import { emptyCache, grownCache } from '../../runtime/keyValueCache.ts';
import { SequenceRows, type Tensors } from '../../runtime/sequenceRows.ts';

export interface CausalCacheDims {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
}

export interface CausalPrompt {
  /** What the language model sees of the pictures, [B, Q, D]. */
  readonly prefix: Tensor;
  /** The texts after it, a row a sequence. */
  readonly textIds: readonly (readonly number[])[];
  /** Ids that count as given: the picture's places, where they have an id, and the text. */
  readonly promptIds: readonly (readonly number[])[];
  readonly padId: number;
}

export class CausalCachedDecoder implements Decoder {
  readonly batchSize: number;
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  readonly maxNewTokens: number;
  readonly #session: GraphSession;
  readonly #dims: CausalCacheDims;
  readonly #prompt: CausalPrompt;
  /** Q */
  readonly #prefixLength: number;
  /** S, of the longest text: the others are padded on the left, so that all end at the same place. */
  readonly #textLength: number;
  readonly #rows: SequenceRows;
  #past: Tensors;
  #newTokens = 0;

  constructor(session: GraphSession, dims: CausalCacheDims, prompt: CausalPrompt) {
    const [batchSize, prefixLength] = prompt.prefix.dims;
    if (batchSize === undefined || prefixLength === undefined) throw new RangeError('the prefix is not [B, Q, D]');
    this.batchSize = batchSize;
    this.vocabSize = dims.vocabSize;
    this.promptIds = prompt.promptIds;
    this.#session = session;
    this.#dims = dims;
    this.#prompt = prompt;
    this.#prefixLength = prefixLength;
    this.#textLength = Math.max(...prompt.textIds.map((ids) => ids.length));
    this.#rows = new SequenceRows({}, batchSize);
    // the last token of all is never fed, so it needs no position
    this.maxNewTokens = dims.maxPositions - prefixLength - this.#textLength + 1;
    const { layers, keyValueHeads: heads, headSize } = dims;
    this.#past = emptyCache({ layers, heads, headSize }, batchSize);
  }

  prefill(): Promise<Float32Array> {
    const [B, Q, S] = [this.batchSize, this.#prefixLength, this.#textLength];
    const ids = new BigInt64Array(B * S).fill(BigInt(this.#prompt.padId));
    const positions = new BigInt64Array(B * (Q + S));
    for (const [b, text] of this.#prompt.textIds.entries()) {
      const padding = S - text.length;
      ids.set(text.map(BigInt), b * S + padding);
      const start = b * (Q + S);
      for (let i = 0; i < Q; i++) positions[start + i] = BigInt(i);
      for (let i = 0; i < text.length; i++) positions[start + Q + padding + i] = BigInt(Q + i);
    }
    return this.#run({
      language_prefix: this.#prompt.prefix,
      input_ids: int64Tensor(ids, [B, S]),
      position_ids: int64Tensor(positions, [B, Q + S]),
      attention_bias: this.#bias(Q + S),
      parents: int64Tensor(Array.from(this.#rows.sequences), [B]),
    });
  }

  async step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    const R = tokens.length;
    this.#rows.follow(parents);
    const positions = this.#rows.sequences.map((sequence) => this.#nextPosition(sequence));
    this.#newTokens += 1;
    return this.#run({
      language_prefix: floatTensor(new Float32Array(0), [R, 0, this.#dims.hiddenSize]),
      input_ids: int64Tensor(BigInt64Array.from(tokens, BigInt), [R, 1]),
      position_ids: int64Tensor(positions, [R, 1]),
      attention_bias: this.#bias(1),
      parents: int64Tensor(BigInt64Array.from(parents, BigInt), [R]),
    });
  }

  #nextPosition(sequence: number): number {
    const position = this.#prefixLength + (this.#prompt.textIds[sequence]?.length ?? 0) + this.#newTokens;
    const { maxPositions } = this.#dims;
    if (position < maxPositions) return position;
    throw new GenerationError(
      'MODEL_CONTEXT_FULL',
      `Prompt and answer together are longer than the ${maxPositions} tokens this model was made for.`,
      { maxPositions },
    );
  }

  /** [R, 1, queries, T] */
  #bias(queries: number): Tensor {
    const paddings = this.#rows.sequences.map((sequence): Padding => {
      return { start: this.#prefixLength, length: this.#textLength - (this.#prompt.textIds[sequence]?.length ?? 0) };
    });
    const keys = this.#prefixLength + this.#textLength + this.#newTokens;
    return floatTensor(causalBias(paddings, queries, keys), [paddings.length, 1, queries, keys]);
  }

  async #run(feeds: Tensors): Promise<Float32Array> {
    const outputs = await this.#session.run({ ...feeds, ...this.#past });
    this.#past = grownCache(outputs);
    return floatsOf(outputOf(outputs, 'logits'));
  }
}
