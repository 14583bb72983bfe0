/**
 * @file What BERT's encoder and decoder are made of: embeddings, and attention and feed-forward that normalise after
 * the residual. Compiler only.
 * Papers: arXiv:1810.04805; BLIP's mixture of encoder and decoder (arXiv:2201.12086). Reference: BlipTextModel in
 * Hugging Face transformers.
 *
 * B batch (or rows) · S new tokens · T all tokens · L tokens of another source · N heads · H head size · D = N·H hidden
 */
import { type KeyValue, type MultiHeadAttentionInputs, multiHeadAttention } from '../onnx/attention.ts';
import { add, gather, reshape, transpose } from '../onnx/operators.ts';
import { dimOf, type Value } from '../onnx/value.ts';
import { type ChannelLink, rowsLink } from '../quantization/equalization.ts';
import { type Activation, activation, type LayerContext, linear, linears, lookUp } from './linear.ts';
import { layerNorm } from './norms.ts';

export interface BertDims {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlpSize: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly epsilon: number;
  readonly activation: Activation;
}

export interface BertAttentionNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly norm: string;
}

export interface BertNames {
  readonly wordEmbeddings: string;
  readonly positionEmbeddings: string;
  readonly embeddingsNorm: string;
  readonly layer: (index: number) => {
    readonly selfAttention: BertAttentionNames;
    readonly crossAttention: BertAttentionNames;
    readonly feedForward: { readonly up: string; readonly down: string; readonly norm: string };
  };
}

/** ids and positions [B, S] (positions may also be [1, S]) → LayerNorm(word + position), [B, S, D] */
export function bertEmbeddings(
  context: LayerContext,
  ids: Value<'int64'>,
  positions: Value<'int64'>,
  names: BertNames,
  { hiddenSize: D, vocabSize, maxPositions, epsilon }: BertDims,
): Value<'float'> {
  const { graph, weights } = context;
  const words = lookUp(graph, weights.table(names.wordEmbeddings, [vocabSize, D]), ids); // [B, S, D]
  const places = gather(graph, weights.stored(names.positionEmbeddings, [maxPositions, D]), positions); // [B or 1, S, D]
  return layerNorm(context, add(graph, words, places), names.embeddingsNorm, epsilon);
}

/** LayerNorm(x + output(MHA(x, x))), and the grown cache where there is one. */
export function bertSelfAttention(
  context: LayerContext,
  x: Value<'float'>,
  { bias, past }: Pick<MultiHeadAttentionInputs<'float'>, 'bias' | 'past'>,
  names: BertAttentionNames,
  dims: BertDims,
): { hidden: Value<'float'>; present: KeyValue | undefined } {
  const { hiddenSize: D, heads } = dims;
  const [query, key, value] = linears(context, x, [names.query, names.key, names.value], D);
  const inputs = { query, key, value, bias, past };
  const { output, present } = multiHeadAttention(context.graph, inputs, heads, scaleOf(dims)); // [B, S, D]
  const sum = add(context.graph, x, linear(context, output, names.output, D));
  return { hidden: layerNorm(context, sum, names.norm, dims.epsilon), present };
}

/** LayerNorm(x + output(MHA(x, source))): the source as keys and values of its own, [B, N, L, H] */
export function bertCrossAttention(
  context: LayerContext,
  x: Value<'float'>,
  source: KeyValue,
  bias: Value<'float'> | undefined,
  names: BertAttentionNames,
  dims: BertDims,
): Value<'float'> {
  const query = linear(context, x, names.query, dims.hiddenSize);
  const { output } = multiHeadAttention(context.graph, { query, ...source, bias }, dims.heads, scaleOf(dims));
  const sum = add(context.graph, x, linear(context, output, names.output, dims.hiddenSize));
  return layerNorm(context, sum, names.norm, dims.epsilon);
}

/** What every layer's cross-attention takes from the source [B, L, D']: depends on the source alone. */
export function bertCrossKeyValues(
  context: LayerContext,
  source: Value<'float'>,
  names: BertNames,
  dims: BertDims,
): KeyValue[] {
  return Array.from({ length: dims.layers }, (_, i) =>
    context.graph.scope(`cross.${i}`, () => {
      const { key, value } = names.layer(i).crossAttention;
      const [keys, values] = linears(context, source, [key, value], dims.hiddenSize);
      return { key: splitHeads(context, keys, dims), value: splitHeads(context, values, dims) };
    }),
  );
}

/** LayerNorm(x + down(act(up(x)))) */
export function bertFeedForward(
  context: LayerContext,
  x: Value<'float'>,
  names: ReturnType<BertNames['layer']>['feedForward'],
  dims: BertDims,
): Value<'float'> {
  const up = activation(context.graph, linear(context, x, names.up, dims.mlpSize), dims.activation);
  const sum = add(context.graph, x, linear(context, up, names.down, dims.hiddenSize));
  return layerNorm(context, sum, names.norm, dims.epsilon);
}

/** [B, L, D] → [B, N, L, H] */
function splitHeads(context: LayerContext, x: Value<'float'>, dims: BertDims): Value<'float'> {
  const { heads: N, hiddenSize } = dims;
  const H = hiddenSize / N;
  const apart = reshape(context.graph, x, [0, 0, N, H], [dimOf(x, 0), dimOf(x, 1), N, H]);
  return transpose(context.graph, apart, [0, 2, 1, 3]); // [B, N, L, H]
}

function scaleOf({ hiddenSize, heads }: BertDims): number {
  return (hiddenSize / heads) ** -0.5;
}

/** Values → the projection of what attention makes of them; norms give the residual too, so nothing can be moved there. */
export function bertLinks(names: BertNames, { layers }: BertDims): ChannelLink[] {
  return Array.from({ length: layers }, (_, i) => names.layer(i)).flatMap(({ selfAttention, crossAttention }) =>
    [selfAttention, crossAttention].map(({ value, output }) => rowsLink(value, output)),
  );
}
