/**
 * @file BLIP's text decoder with its KV cache: all of the prompt at once, then one token a step. Model host.
 *
 * R rows of this step · S new tokens · T tokens so far · L source tokens · N heads · H head size · V vocabulary
 */
import type { Decoder } from '../../generation/decoder.ts';
import { GenerationError } from '../../generation/generationError.ts';
import { causalBias, type Padding } from '../../layers/causalBias.ts';
import { floatsOf, floatTensor, type GraphSession, int64Tensor, outputOf } from '../../runtime/graphSession.ts';
import { emptyCache, grownCache } from '../../runtime/keyValueCache.ts';
import { SequenceRows, type Tensors } from '../../runtime/sequenceRows.ts';
import type { BlipConfig } from './config.ts';

export class BlipCachedDecoder implements Decoder {
  readonly batchSize: number;
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  readonly maxNewTokens: number;
  readonly #session: GraphSession;
  readonly #config: BlipConfig;
  readonly #source: SequenceRows;
  /** Tokens of the longest prompt; shorter ones have padding before them, so that all rows end at the same place. */
  readonly #promptLength: number;
  #past: Tensors;
  #length = 0;

  /**
   * @param source what the decoder attends to, a row a sequence: `cross_key.i`, `cross_value.i`, [B, N, L, H], and
   * `source_mask`, [B, L], where the graph takes one
   * @param promptIds one list a sequence, none of them empty
   */
  constructor(session: GraphSession, config: BlipConfig, source: Tensors, promptIds: readonly (readonly number[])[]) {
    this.batchSize = promptIds.length;
    this.vocabSize = config.text.vocabSize;
    this.promptIds = promptIds;
    this.#session = session;
    this.#config = config;
    this.#source = new SequenceRows(source, promptIds.length);
    this.#promptLength = Math.max(...promptIds.map((ids) => ids.length));
    // the last token of all is never fed, so it needs no position
    this.maxNewTokens = config.text.maxPositions - this.#promptLength + 1;
    const { layers, heads, hiddenSize } = config.text;
    this.#past = emptyCache({ layers, heads, headSize: hiddenSize / heads }, promptIds.length);
  }

  prefill(): Promise<Float32Array> {
    const S = this.#promptLength;
    const ids = new BigInt64Array(this.batchSize * S).fill(BigInt(this.#config.padTokenId));
    for (const [row, prompt] of this.promptIds.entries()) ids.set(prompt.map(BigInt), (row + 1) * S - prompt.length);
    return this.#run(
      ids,
      S,
      Array.from({ length: this.batchSize }, (_, row) => row),
    );
  }

  step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    this.#source.follow(parents);
    return this.#run(BigInt64Array.from(tokens, BigInt), 1, [...parents]);
  }

  /** @param ids [R, S] */
  async #run(ids: BigInt64Array, S: number, parents: readonly number[]): Promise<Float32Array> {
    const R = parents.length;
    this.#length += S;
    this.#checkLength();
    const outputs = await this.#session.run({
      input_ids: int64Tensor(ids, [R, S]),
      position_ids: int64Tensor(this.#positions(S), [R, S]),
      attention_bias: floatTensor(causalBias(this.#paddings(), S, this.#length), [R, 1, S, this.#length]),
      parents: int64Tensor(parents, [R]),
      ...this.#source.tensors,
      ...this.#past,
    });
    this.#past = grownCache(outputs);
    return floatsOf(outputOf(outputs, 'logits'));
  }

  /** Positions count from a row's first real token; padding gets 0, which nothing reads. */
  #positions(S: number): BigInt64Array {
    const positions = this.#paddings().flatMap(({ length: padding }) =>
      Array.from({ length: S }, (_, i) => Math.max(0, this.#length - S + i - padding)),
    );
    return BigInt64Array.from(positions, BigInt);
  }

  /** What each row begins with. */
  #paddings(): Padding[] {
    return this.#source.sequences.map((s) => ({
      start: 0,
      length: this.#promptLength - (this.promptIds[s]?.length ?? 0),
    }));
  }

  #checkLength(): void {
    const { maxPositions } = this.#config.text;
    const longest = this.#length - Math.min(...this.#paddings().map(({ length }) => length));
    if (longest <= maxPositions) return;
    throw new GenerationError(
      'MODEL_CONTEXT_FULL',
      `This model cannot write more than ${maxPositions} tokens, its prompt included. Ask for fewer new tokens.`,
      { maxPositions },
    );
  }
}
