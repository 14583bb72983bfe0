/**
 * @file A language model's decoder with its KV cache, whatever the architecture: the prompt at once, then one token a step.
 * What a step's graph takes besides ids and cache, the architecture says (`DecoderGraph.stepInputs`). Several decoders of one
 * model can be run as one. Model host.
 *
 * B sequences · R rows of this run · Q prefix · S text tokens · T keys so far
 */
import type { Decoder } from '../../generation/decoder.ts';
import { GenerationError } from '../../generation/generationError.ts';
import {
  floatsOf,
  floatTensor,
  type GraphSession,
  int64Tensor,
  outputOf,
  type Tensor,
} from '../../runtime/graphSession.ts';
import type { Tensors } from '../../runtime/tensorRows.ts';
import { type DecoderRows, followRows, grownRows, joinRows, rowsBias, trimRows } from './decoderRows.ts';

/** The decoder of a loaded model: one graph, whatever it is asked to write. */
export interface DecoderGraph {
  readonly session: GraphSession;
  readonly vocabSize: number;
  readonly cache: CacheDims;
  /** Undefined where nothing limits them. */
  readonly maxPositions?: number | undefined;
  /** Whether rows may have keys before their own that they do not see. */
  readonly hidesKeys: boolean;
  /** What a step of its graph takes besides `input_ids`, `parents`, the source and the cache. */
  readonly stepInputs: (run: DecoderRun) => Tensors;
}

/** One run of the graph. */
export interface DecoderRun {
  /** R */
  readonly rows: number;
  /** What the new keys look at, [R, 1, created, keys]. */
  readonly bias: Tensor;
  /** Of the new keys, [R, created]; padding has 0, which nothing reads. */
  readonly positions: Tensor;
  /** Those of the cache and the new ones. */
  readonly keys: number;
  /** What comes before the tokens of the prompt, [R, Q, D]. */
  readonly prefix: Tensor | undefined;
}

/** What a decoder begins with. */
export interface DecoderPrompt {
  /** What of the picture comes before the text, [B, Q, D], where the decoder sees it so. */
  readonly prefix?: Tensor;
  /** The texts, a row a sequence; none is empty where there is no prefix. */
  readonly textIds: readonly (readonly number[])[];
  /** The ids that count as given (see Decoder). */
  readonly promptIds: readonly (readonly number[])[];
  readonly padId: number;
  /** What the sequences attend to, a row each: see DecoderRows. */
  readonly source: Tensors;
}

export class CachedDecoder implements Decoder {
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  readonly maxNewTokens: number | undefined;
  readonly joined: ((others: readonly Decoder[]) => CachedDecoder) | undefined;
  readonly #graph: DecoderGraph;
  readonly #prompt: DecoderPrompt;
  #rows: DecoderRows;

  constructor(graph: DecoderGraph, prompt: DecoderPrompt, rows = unwritten(graph, prompt)) {
    this.vocabSize = graph.vocabSize;
    this.promptIds = prompt.promptIds;
    // the last token of all is never fed, so it needs no position
    this.maxNewTokens = graph.maxPositions === undefined ? undefined : graph.maxPositions - promptLength(prompt) + 1;
    this.joined = graph.hidesKeys ? (others) => this.#join(others) : undefined;
    this.#graph = graph;
    this.#prompt = prompt;
    this.#rows = rows;
  }

  get batchSize(): number {
    return this.promptIds.length;
  }

  /** Shorter texts have padding before them, so that all rows end at the same place. */
  prefill(): Promise<Float32Array> {
    const { textIds, prefix, padId } = this.#prompt;
    const [B, Q] = [textIds.length, prefix?.dims[1] ?? 0];
    const S = promptLength(this.#prompt) - Q;
    const ids = new BigInt64Array(B * S).fill(BigInt(padId));
    const positions = new BigInt64Array(B * (Q + S));
    for (const [b, text] of textIds.entries()) {
      const padding = S - text.length;
      ids.set(text.map(BigInt), b * S + padding);
      const start = b * (Q + S);
      for (let i = 0; i < Q; i++) positions[start + i] = BigInt(i);
      for (let i = 0; i < text.length; i++) positions[start + Q + padding + i] = BigInt(Q + i);
    }
    const parents = Int32Array.from(textIds.keys());
    return this.#run(this.#rows, { ids, positions, parents, created: Q + S, prefix });
  }

  async step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    const rows = trimRows(followRows(this.#rows, parents));
    const positions = BigInt64Array.from(rows.rows, ({ position }) => BigInt(position));
    return this.#run(rows, { ids: BigInt64Array.from(tokens, BigInt), positions, parents, created: 1 });
  }

  async #run(rows: DecoderRows, { ids, positions, parents, created, prefix }: NewKeys): Promise<Float32Array> {
    const R = rows.rows.length;
    this.#assertPositions(rows, created);
    const run = {
      rows: R,
      prefix,
      keys: rows.length + created,
      bias: rowsBias(rows, created),
      positions: int64Tensor(positions, [R, created]),
    };
    const outputs = await this.#graph.session.run({
      input_ids: int64Tensor(ids, [R, ids.length / R]),
      parents: int64Tensor(BigInt64Array.from(parents, BigInt), [R]),
      ...this.#graph.stepInputs(run),
      ...rows.source,
      ...rows.cache,
    });
    this.#rows = grownRows(rows, created, grownCache(outputs));
    return floatsOf(outputOf(outputs, 'logits'));
  }

  #assertPositions({ rows }: DecoderRows, created: number): void {
    const { maxPositions = Number.POSITIVE_INFINITY } = this.#graph;
    if (rows.every(({ position }) => position + created <= maxPositions)) return;
    throw new GenerationError(
      'MODEL_CONTEXT_FULL',
      `Prompt and answer together are longer than the ${maxPositions} tokens this model was made for.`,
      { maxPositions },
    );
  }

  #join(others: readonly Decoder[]): CachedDecoder {
    const parts = [this, ...others].map((decoder) => {
      if (decoder instanceof CachedDecoder && decoder.#graph === this.#graph) return decoder;
      throw new TypeError('only decoders of one model can be joined');
    });
    const prompt: DecoderPrompt = {
      textIds: parts.flatMap((part) => part.#prompt.textIds),
      promptIds: parts.flatMap((part) => part.promptIds),
      padId: this.#prompt.padId,
      source: {},
    };
    return new CachedDecoder(this.#graph, prompt, joinRows(parts.map((part) => part.#rows)));
  }
}

interface NewKeys {
  readonly ids: BigInt64Array;
  readonly positions: BigInt64Array;
  readonly parents: Int32Array;
  /** Keys that every row gets. */
  readonly created: number;
  readonly prefix?: Tensor | undefined;
}

/** Q + S */
function promptLength({ prefix, textIds }: DecoderPrompt): number {
  return (prefix?.dims[1] ?? 0) + Math.max(...textIds.map((ids) => ids.length));
}

/** The rows before the prompt is run: negative positions are those of the padding to come. */
function unwritten({ cache }: DecoderGraph, prompt: DecoderPrompt): DecoderRows {
  const { textIds, prefix, source } = prompt;
  const S = Math.max(...textIds.map((ids) => ids.length));
  const rows = textIds.map((ids) => {
    const padding = S - ids.length;
    const hidden = padding === 0 ? [] : [{ start: prefix?.dims[1] ?? 0, length: padding }];
    return { sequence: Symbol('sequence'), position: -padding, hidden };
  });
  return { rows, length: 0, cache: emptyCache(cache, textIds.length), source };
}

export interface CacheDims {
  readonly layers: number;
  /** Heads of the keys and values. */
  readonly heads: number;
  readonly headSize: number;
}

/** Keys and values of a token, float32. */
export function cacheBytesPerToken({ layers, heads, headSize }: CacheDims): number {
  return layers * 2 * heads * headSize * Float32Array.BYTES_PER_ELEMENT;
}

/** `past_key.i` and `past_value.i` of no positions, [batchSize, heads, 0, headSize]. */
export function emptyCache({ layers, heads, headSize }: CacheDims, batchSize: number): Tensors {
  const empty = floatTensor(new Float32Array(0), [batchSize, heads, 0, headSize]);
  const names = Array.from({ length: layers }, (_, i) => [`past_key.${i}`, `past_value.${i}`]).flat();
  return Object.fromEntries(names.map((name) => [name, empty]));
}

/** What a step gave as `present_*`, named as the next step takes it. */
export function grownCache(outputs: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith('present_'))
      .map(([name, tensor]) => [name.replace('present_', 'past_'), tensor]),
  );
}
