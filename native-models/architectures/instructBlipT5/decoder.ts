/**
 * @file T5's decoder with its KV cache, one token a step. Model host.
 *
 * R rows of this step · T tokens so far · L encoder tokens · N heads · H head size · V vocabulary
 */
import type { Decoder } from '../../generation/decoder.ts';
import { relativeBuckets } from '../../layers/relativePosition.ts';
import {
  floatsOf,
  floatTensor,
  type GraphSession,
  int64Tensor,
  outputOf,
  type Tensor,
} from '../../runtime/graphSession.ts';
import type { InstructBlipT5Config } from './config.ts';

type Tensors = Readonly<Record<string, Tensor>>;

export class T5CachedDecoder implements Decoder {
  readonly batchSize: number;
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  readonly #session: GraphSession;
  readonly #config: InstructBlipT5Config;
  /** The encoder's keys, values and mask, a row a sequence. */
  readonly #encoded: Tensors;
  /** The same, a row a row of the last step. */
  #cross: Tensors;
  /** Which sequence each row of the last step belongs to. */
  #sequenceOfRow: readonly number[];
  #past: Tensors;
  #length = 0;

  /**
   * @param cross the text encoder's outputs: `cross_key.i`, `cross_value.i`, [B, N, L, H]
   * @param mask which of the encoder's tokens are no padding, [B, L]
   */
  constructor(session: GraphSession, config: InstructBlipT5Config, cross: Tensors, mask: Tensor) {
    const [batchSize] = mask.dims;
    if (batchSize === undefined) throw new RangeError('the mask has no batch axis');
    this.batchSize = batchSize;
    this.vocabSize = config.text.vocabSize;
    this.promptIds = Array.from({ length: batchSize }, () => [config.decoderStartTokenId]);
    this.#session = session;
    this.#config = config;
    this.#encoded = { ...cross, encoder_attention_mask: mask };
    this.#cross = this.#encoded;
    this.#sequenceOfRow = identity(batchSize);
    this.#past = emptyCache(config, batchSize);
  }

  prefill(): Promise<Float32Array> {
    const start = new Int32Array(this.batchSize).fill(this.#config.decoderStartTokenId);
    return this.#run(start, Int32Array.from(identity(this.batchSize)));
  }

  step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    const sequences = Array.from(parents, (parent) => this.#sequenceOfRow[parent] ?? 0);
    if (sequences.length !== this.#sequenceOfRow.length || sequences.some((s, row) => s !== this.#sequenceOfRow[row])) {
      this.#cross = Object.fromEntries(
        Object.entries(this.#encoded).map(([name, tensor]) => [name, takeRows(tensor, sequences)]),
      );
      this.#sequenceOfRow = sequences;
    }
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
      ...this.#cross,
      ...this.#past,
    });
    this.#past = Object.fromEntries(
      Object.entries(outputs)
        .filter(([name]) => name.startsWith('present_'))
        .map(([name, tensor]) => [name.replace('present_', 'past_'), tensor]),
    );
    return floatsOf(outputOf(outputs, 'logits'));
  }
}

function emptyCache({ text }: InstructBlipT5Config, batchSize: number): Tensors {
  const empty = floatTensor(new Float32Array(0), [batchSize, text.heads, 0, text.headSize]);
  const layers = identity(text.decoderLayers);
  return Object.fromEntries(
    layers.flatMap((i) => [
      [`past_key.${i}`, empty],
      [`past_value.${i}`, empty],
    ]),
  );
}

/** Rows `sequences` of a tensor, copied. */
function takeRows(tensor: Tensor, sequences: readonly number[]): Tensor {
  const dims = [sequences.length, ...tensor.dims.slice(1)];
  const rowSize = dims.slice(1).reduce((product, dim) => product * dim, 1);
  if (tensor.data instanceof BigInt64Array) {
    const rows = new BigInt64Array(sequences.length * rowSize);
    for (const [row, s] of sequences.entries())
      rows.set(tensor.data.subarray(s * rowSize, (s + 1) * rowSize), row * rowSize);
    return int64Tensor(rows, dims);
  }
  const source = floatsOf(tensor);
  const rows = new Float32Array(sequences.length * rowSize);
  for (const [row, s] of sequences.entries()) rows.set(source.subarray(s * rowSize, (s + 1) * rowSize), row * rowSize);
  return floatTensor(rows, dims);
}

function identity(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
