/**
 * @file T5's decoder with its KV cache, one token a step. Model host.
 *
 * R rows of this step · T tokens so far · L encoder tokens · N heads · H head size · V vocabulary
 */
import type { Decoder } from '../../generation/decoder.ts';
import { relativeBuckets } from '../../layers/relativePosition.ts';
import { floatsOf, type GraphSession, int64Tensor, outputOf, type Tensor } from '../../runtime/graphSession.ts';
import { emptyCache, grownCache } from '../../runtime/keyValueCache.ts';
import { SequenceRows, type Tensors } from '../../runtime/sequenceRows.ts';
import type { QFormerT5Config } from './t5Config.ts';

export class T5CachedDecoder implements Decoder {
  readonly batchSize: number;
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  readonly #session: GraphSession;
  readonly #config: QFormerT5Config;
  /** The encoder's keys, values and mask. */
  readonly #encoded: SequenceRows;
  #past: Tensors;
  #length = 0;

  /**
   * @param cross the text encoder's outputs: `cross_key.i`, `cross_value.i`, [B, N, L, H]
   * @param mask which of the encoder's tokens are no padding, [B, L]
   */
  constructor(session: GraphSession, config: QFormerT5Config, cross: Tensors, mask: Tensor) {
    const [batchSize] = mask.dims;
    if (batchSize === undefined) throw new RangeError('the mask has no batch axis');
    this.batchSize = batchSize;
    this.vocabSize = config.text.vocabSize;
    this.promptIds = Array.from({ length: batchSize }, () => [config.decoderStartTokenId]);
    this.#session = session;
    this.#config = config;
    this.#encoded = new SequenceRows({ ...cross, encoder_attention_mask: mask }, batchSize);
    const { decoderLayers: layers, heads, headSize } = config.text;
    this.#past = emptyCache({ layers, heads, headSize }, batchSize);
  }

  prefill(): Promise<Float32Array> {
    const start = new Int32Array(this.batchSize).fill(this.#config.decoderStartTokenId);
    return this.#run(
      start,
      Int32Array.from({ length: this.batchSize }, (_, row) => row),
    );
  }

  step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    this.#encoded.follow(parents);
    return this.#run(tokens, parents);
  }

  async #run(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    const rows = tokens.length;
    this.#length += 1;
    const buckets = relativeBuckets(
      { firstQuery: this.#length - 1, queries: 1, keys: this.#length, bidirectional: false },
      this.#config.text,
    );
    const outputs = await this.#session.run({
      input_ids: int64Tensor(BigInt64Array.from(tokens, BigInt), [rows, 1]),
      parents: int64Tensor(BigInt64Array.from(parents, BigInt), [rows]),
      relative_buckets: int64Tensor(buckets, [1, this.#length]),
      ...this.#encoded.tensors,
      ...this.#past,
    });
    this.#past = grownCache(outputs);
    return floatsOf(outputOf(outputs, 'logits'));
  }
}
