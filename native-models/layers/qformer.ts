/**
 * @file The Q-Former: a post-norm BERT in which query tokens and text share self-attention, have feed-forwards of their
 * own, and only the queries attend to the picture. Compiler only.
 * Papers: BLIP-2 (arXiv:2301.12597), InstructBLIP (arXiv:2305.06500). Reference: InstructBlipQFormerModel in transformers.
 *
 * B batch · Q query tokens · S text tokens · T = Q + S · P picture tokens · N heads · H head size · D = N·H hidden
 */
import { type MultiHeadAttentionInputs, multiHeadAttention } from '../onnx/attention.ts';
import { add, concat, expand, gather, int64s, shapeOf, slice } from '../onnx/operators.ts';
import { dimOf, type Value } from '../onnx/value.ts';
import { type ChannelLink, rowsLink } from '../quantization/equalization.ts';
import { type Activation, activation, type LayerContext, linear, linears, lookUp } from './linear.ts';
import { layerNorm } from './norms.ts';

export interface QFormerDims {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlpSize: number;
  /** Every n-th layer attends to the picture, from layer 0 on. */
  readonly crossAttentionFrequency: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly queryTokens: number;
  readonly epsilon: number;
  readonly activation: Activation;
}

interface AttentionNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly norm: string;
}

interface FeedForwardNames {
  readonly up: string;
  readonly down: string;
  readonly norm: string;
}

export interface QFormerNames {
  readonly queryTokens: string;
  readonly wordEmbeddings: string;
  readonly positionEmbeddings: string;
  readonly embeddingsNorm: string;
  readonly layer: (index: number) => {
    readonly selfAttention: AttentionNames;
    readonly crossAttention: AttentionNames;
    readonly queryFeedForward: FeedForwardNames;
    readonly textFeedForward: FeedForwardNames;
  };
}

export interface QFormerText {
  /** [B, S] */
  readonly ids: Value<'int64'>;
  /** Positions 0 … S−1, [S]. */
  readonly positions: Value<'int64'>;
  /** Bias of the self-attention over queries and text, [B, 1, T, T]: who may look at whom. */
  readonly selfBias: Value<'float'>;
}

/** The query tokens after the last layer, [B, Q, D], having read the features [B, P, Dv] and, where there is one, the text. */
export function qformer(
  context: LayerContext,
  features: Value<'float'>,
  text: QFormerText | undefined,
  names: QFormerNames,
  dims: QFormerDims,
): Value<'float'> {
  return encode(context, features, text, names, dims, false).queries;
}

/** The same with the text's hidden states after the last layer, [B, S, D]. */
export function qformerWithText(
  context: LayerContext,
  features: Value<'float'>,
  text: QFormerText,
  names: QFormerNames,
  dims: QFormerDims,
): { queries: Value<'float'>; text: Value<'float'> } {
  const { queries, text: states } = encode(context, features, text, names, dims, true);
  if (states === undefined) throw new RangeError('the Q-Former has no layers');
  return { queries, text: states };
}

/** Queries and text between two layers; the text is missing where there is none or where nothing reads it any more. */
interface QFormerState {
  readonly queries: Value<'float'>;
  readonly text: Value<'float'> | undefined;
}

function encode(
  context: LayerContext,
  features: Value<'float'>,
  text: QFormerText | undefined,
  names: QFormerNames,
  dims: QFormerDims,
  keepsLastText: boolean,
): QFormerState {
  const { graph } = context;
  let hidden = graph.scope('embeddings', () => embed(context, features, text, names, dims)); // [B, T, D]
  for (let i = 0; i < dims.layers; i++) {
    // where nothing reads the text after the last layer, its last feed-forward is left out
    const isLast = i === dims.layers - 1;
    const keepsText = text !== undefined && (!isLast || keepsLastText);
    const state = graph.scope(`layer.${i}`, () =>
      block(context, { hidden, features, text, keepsText }, names.layer(i), dims, i),
    );
    if (isLast) return state;
    hidden = state.text === undefined ? state.queries : concat(graph, [state.queries, state.text], 1, dimOf(hidden, 1));
  }
  return { queries: hidden, text: undefined };
}

function embed(
  context: LayerContext,
  features: Value<'float'>,
  text: QFormerText | undefined,
  names: QFormerNames,
  dims: QFormerDims,
): Value<'float'> {
  const { graph, weights } = context;
  const { hiddenSize: D, queryTokens: Q } = dims;
  const target = concat(graph, [shapeOf(graph, features, 0), int64s(graph, [1, 1])], 0);
  const queries = expand(graph, weights.stored(names.queryTokens, [1, Q, D]), target, [dimOf(features, 0), Q, D]);
  const all =
    text === undefined
      ? queries
      : concat(graph, [queries, embedText(context, text, names, dims)], 1, dimOf(text.selfBias, -1)); // [B, T, D]
  return layerNorm(context, all, names.embeddingsNorm, dims.epsilon);
}

/** ids [B, S] → words + positions, [B, S, D] */
function embedText(
  { graph, weights }: LayerContext,
  { ids, positions }: QFormerText,
  names: QFormerNames,
  { hiddenSize: D, vocabSize, maxPositions }: QFormerDims,
): Value<'float'> {
  const words = lookUp(graph, weights.table(names.wordEmbeddings, [vocabSize, D]), ids); // [B, S, D]
  const places = gather(graph, weights.stored(names.positionEmbeddings, [maxPositions, D]), positions); // [S, D]
  return add(graph, words, places);
}

/**
 * ```
 * hidden [B,T,D] ─ self-attention ─┬─ queries [B,Q,D] ─ cross-attention (some layers) ─ query feed-forward
 *                                  └─ text    [B,S,D] ─ text feed-forward
 * ```
 */
function block(
  context: LayerContext,
  {
    hidden,
    features,
    text,
    keepsText,
  }: { hidden: Value<'float'>; features: Value<'float'>; text: QFormerText | undefined; keepsText: boolean },
  names: ReturnType<QFormerNames['layer']>,
  dims: QFormerDims,
  index: number,
): QFormerState {
  const { graph } = context;
  const Q = dims.queryTokens;
  const attended = attention(context, hidden, hidden, text?.selfBias, names.selfAttention, dims); // [B, T, D]
  let queries = text === undefined ? attended : slice(graph, attended, 1, 0, Q); // [B, Q, D]
  if (index % dims.crossAttentionFrequency === 0) {
    queries = attention(context, queries, features, undefined, names.crossAttention, dims);
  }
  queries = feedForward(context, queries, names.queryFeedForward, dims);
  if (text === undefined || !keepsText) return { queries, text: undefined };
  const read = slice(graph, attended, 1, Q, 'end', dimOf(text.ids, 1)); // [B, S, D]
  return { queries, text: feedForward(context, read, names.textFeedForward, dims) };
}

/** Post-norm attention: LayerNorm(x + output(MHA(x, source))) */
function attention(
  context: LayerContext,
  x: Value<'float'>,
  source: Value<'float'>,
  bias: Value<'float'> | undefined,
  names: AttentionNames,
  { hiddenSize: D, heads, epsilon }: QFormerDims,
): Value<'float'> {
  const inputs = project(context, x, source, names, D);
  const { output } = multiHeadAttention(context.graph, { ...inputs, bias }, heads, (D / heads) ** -0.5);
  return layerNorm(context, add(context.graph, x, linear(context, output, names.output, D)), names.norm, epsilon);
}

/** Queries of x, keys and values of the source, of size D each. */
function project(
  context: LayerContext,
  x: Value<'float'>,
  source: Value<'float'>,
  names: AttentionNames,
  D: number,
): Pick<MultiHeadAttentionInputs<'float'>, 'query' | 'key' | 'value'> {
  if (source === x) {
    const [query, key, value] = linears(context, x, [names.query, names.key, names.value], D);
    return { query, key, value };
  }
  const [key, value] = linears(context, source, [names.key, names.value], D);
  return { query: linear(context, x, names.query, D), key, value };
}

/** Post-norm feed-forward: LayerNorm(x + down(act(up(x)))) */
function feedForward(
  context: LayerContext,
  x: Value<'float'>,
  names: FeedForwardNames,
  dims: QFormerDims,
): Value<'float'> {
  const up = activation(context.graph, linear(context, x, names.up, dims.mlpSize), dims.activation);
  const sum = add(context.graph, x, linear(context, up, names.down, dims.hiddenSize));
  return layerNorm(context, sum, names.norm, dims.epsilon);
}

/** As BERT's (`bertLinks`); only some layers attend to the picture. */
export function qformerLinks(names: QFormerNames, { layers, crossAttentionFrequency }: QFormerDims): ChannelLink[] {
  return Array.from({ length: layers }, (_, i) => i).flatMap((i) => {
    const { selfAttention, crossAttention } = names.layer(i);
    const attentions = i % crossAttentionFrequency === 0 ? [selfAttention, crossAttention] : [selfAttention];
    return attentions.map(({ value, output }) => rowsLink(value, output));
  });
}
