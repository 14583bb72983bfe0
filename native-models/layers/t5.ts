/**
 * @file T5 (v1.1, Flan): encoder, and decoder step with KV cache. RMS norms before each part, no biases, attention scores
 * that are not scaled, a relative position bias that layer 0 owns and all layers share. Compiler only.
 * Paper: arXiv:1910.10683. Reference: T5ForConditionalGeneration in Hugging Face transformers.
 *
 * B batch · R rows (sequences or beams) · L encoder tokens · P past tokens · T = P + 1 · N heads · H head size · D hidden
 */
import { type KeyValue, multiHeadAttention } from '../onnx/attention.ts';
import { add, float, gather, mul, reshape, transpose, unsqueeze } from '../onnx/operators.ts';
import { dimOf, type Value } from '../onnx/value.ts';
import { type ChannelLink, rowsLink, scaleLink } from '../quantization/equalization.ts';
import { type Activation, activation, type LayerContext, linear, linears, lookUp, multiply } from './linear.ts';
import { rmsNorm } from './norms.ts';

export interface T5Dims {
  readonly hiddenSize: number;
  readonly headSize: number;
  readonly heads: number;
  readonly mlpSize: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly vocabSize: number;
  readonly relativeBuckets: number;
  readonly relativeMaxDistance: number;
  readonly epsilon: number;
  readonly activation: Activation;
  /** The decoder's last hidden state is multiplied by D^−0.5 before the output layer (the original T5 only). */
  readonly scaleDecoderOutputs: boolean;
}

interface AttentionNames {
  readonly norm: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
}

interface FeedForwardNames {
  readonly norm: string;
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}

export interface T5Names {
  readonly embeddings: string;
  readonly outputLayer: string;
  readonly encoderPositionBias: string;
  readonly encoderFinalNorm: string;
  readonly encoderLayer: (index: number) => {
    readonly attention: AttentionNames;
    readonly feedForward: FeedForwardNames;
  };
  readonly decoderPositionBias: string;
  readonly decoderFinalNorm: string;
  readonly decoderLayer: (index: number) => {
    readonly selfAttention: AttentionNames;
    readonly crossAttention: AttentionNames;
    readonly feedForward: FeedForwardNames;
  };
}

export function t5Embeddings(
  { graph, weights }: LayerContext,
  ids: Value<'int64'>,
  names: T5Names,
  dims: T5Dims,
): Value<'float'> {
  return lookUp(graph, weights.table(names.embeddings, [dims.vocabSize, dims.hiddenSize]), ids);
}

/** bucket numbers [S, T] → position bias [1, N, S, T] */
export function t5PositionBias(
  { graph, weights }: LayerContext,
  buckets: Value<'int64'>,
  table: string,
  dims: T5Dims,
): Value<'float'> {
  const perPair = gather(graph, weights.stored(table, [dims.relativeBuckets, dims.heads]), buckets); // [S, T, N]
  return unsqueeze(graph, transpose(graph, perPair, [2, 0, 1]), [0]); // [N, S, T] → [1, N, S, T]
}

/** embeddings [B, L, D] and attention bias [B, N, L, L] → hidden states after the final norm, [B, L, D] */
export function t5Encoder(
  context: LayerContext,
  embeddings: Value<'float'>,
  bias: Value<'float'>,
  names: T5Names,
  dims: T5Dims,
): Value<'float'> {
  const { graph } = context;
  let x = embeddings;
  for (let i = 0; i < dims.encoderLayers; i++) {
    const layer = names.encoderLayer(i);
    x = graph.scope(`block.${i}`, () => {
      const inputs = projectAll(context, normalize(context, x, layer.attention, dims), layer.attention, dims);
      const { output } = multiHeadAttention(graph, { ...inputs, bias }, dims.heads, 1);
      const y = add(graph, x, projectOut(context, output, layer.attention, dims));
      return add(
        graph,
        y,
        feedForward(context, normalize(context, y, layer.feedForward, dims), layer.feedForward, dims),
      );
    });
  }
  return rmsNorm(context, x, names.encoderFinalNorm, dims.epsilon);
}

/** The keys and values that the decoder's cross-attention takes from the encoder's output [B, L, D], a pair a layer. */
export function t5CrossKeyValues(
  context: LayerContext,
  encoded: Value<'float'>,
  names: T5Names,
  dims: T5Dims,
): KeyValue[] {
  return Array.from({ length: dims.decoderLayers }, (_, i) =>
    context.graph.scope(`cross.${i}`, () => {
      const { key, value } = names.decoderLayer(i).crossAttention;
      const [keys, values] = linears(context, encoded, [key, value], dims.heads * dims.headSize, { bias: false });
      return { key: splitHeads(context, keys, dims), value: splitHeads(context, values, dims) };
    }),
  );
}

export interface T5DecoderInputs {
  /** [R, 1] */
  readonly ids: Value<'int64'>;
  /** Position bias of the new token against all, with what a row does not see masked, [R, N, 1, T]. */
  readonly selfBias: Value<'float'>;
  /** Masks the padding of the encoder's tokens, [R, 1, 1, L]. */
  readonly crossBias: Value<'float'>;
  readonly past: readonly KeyValue[];
  readonly cross: readonly KeyValue[];
}

/** One new token a row: logits [R, V] and the grown cache, [R, N, T, H] a layer. */
export function t5DecoderStep(
  context: LayerContext,
  { ids, selfBias, crossBias, past, cross }: T5DecoderInputs,
  names: T5Names,
  dims: T5Dims,
): { logits: Value<'float'>; present: KeyValue[] } {
  const { graph } = context;
  const present: KeyValue[] = [];
  let x = t5Embeddings(context, ids, names, dims); // [R, 1, D]
  for (let i = 0; i < dims.decoderLayers; i++) {
    const layer = names.decoderLayer(i);
    const own = past[i];
    const encoded = cross[i];
    if (own === undefined || encoded === undefined) throw new RangeError(`no cache for decoder layer ${i}`);
    x = graph.scope(`block.${i}`, () => {
      const inputs = projectAll(context, normalize(context, x, layer.selfAttention, dims), layer.selfAttention, dims);
      const grown = { ...own, totalLength: String(dimOf(selfBias, -1)) };
      const attended = multiHeadAttention(graph, { ...inputs, bias: selfBias, past: grown }, dims.heads, 1);
      if (attended.present !== undefined) present.push(attended.present);
      const y = add(graph, x, projectOut(context, attended.output, layer.selfAttention, dims));

      const { crossAttention } = layer;
      const query = project(context, normalize(context, y, crossAttention, dims), crossAttention.query, dims);
      const crossed = multiHeadAttention(graph, { query, ...encoded, bias: crossBias }, dims.heads, 1).output;
      const z = add(graph, y, projectOut(context, crossed, crossAttention, dims));

      return add(
        graph,
        z,
        feedForward(context, normalize(context, z, layer.feedForward, dims), layer.feedForward, dims),
      );
    });
  }
  const hidden = rmsNorm(context, x, names.decoderFinalNorm, dims.epsilon);
  return { logits: outputLogits(context, hidden, names, dims), present };
}

/** hidden [R, 1, D] → logits [R, V]; the output layer is the embedding table where the checkpoint has none of its own. */
function outputLogits(context: LayerContext, hidden: Value<'float'>, names: T5Names, dims: T5Dims): Value<'float'> {
  const { graph, weights } = context;
  const R = dimOf(hidden, 0);
  const last = reshape(graph, hidden, [-1, dims.hiddenSize], [R, dims.hiddenSize]); // [R, D]
  const scaled = dims.scaleDecoderOutputs ? mul(graph, last, float(graph, dims.hiddenSize ** -0.5)) : last;
  const table = weights.has(names.outputLayer) ? names.outputLayer : names.embeddings;
  return multiply(graph, scaled, weights.table(table, [dims.vocabSize, dims.hiddenSize]));
}

function normalize(
  context: LayerContext,
  x: Value<'float'>,
  { norm }: AttentionNames | FeedForwardNames,
  { epsilon }: T5Dims,
): Value<'float'> {
  return rmsNorm(context, x, norm, epsilon);
}

/** [.., D] → [.., N·H] */
function project(context: LayerContext, x: Value<'float'>, path: string, dims: T5Dims): Value<'float'> {
  return linear(context, x, path, dims.heads * dims.headSize, { bias: false });
}

/** What attention makes of its values: [.., N·H] → [.., D] */
function projectOut(
  context: LayerContext,
  x: Value<'float'>,
  { output }: AttentionNames,
  dims: T5Dims,
): Value<'float'> {
  return linear(context, x, output, dims.hiddenSize, { bias: false });
}

/** [.., D] → [.., N·H] each */
function projectAll(context: LayerContext, x: Value<'float'>, names: AttentionNames, dims: T5Dims) {
  const paths = [names.query, names.key, names.value] as const;
  const [query, key, value] = linears(context, x, paths, dims.heads * dims.headSize, { bias: false });
  return { query, key, value };
}

/** [B, L, N·H] → [B, N, L, H] */
function splitHeads(context: LayerContext, x: Value<'float'>, dims: T5Dims): Value<'float'> {
  const { heads: N, headSize: H } = dims;
  const apart = reshape(context.graph, x, [0, 0, N, H], [dimOf(x, 0), dimOf(x, 1), N, H]);
  return transpose(context.graph, apart, [0, 2, 1, 3]); // [B, N, L, H]
}

/** Gated: down(act(gate(x)) · up(x)) */
function feedForward(context: LayerContext, x: Value<'float'>, names: FeedForwardNames, dims: T5Dims): Value<'float'> {
  const [gate, up] = linears(context, x, [names.gate, names.up], dims.mlpSize, { bias: false });
  const activated = activation(context.graph, gate, dims.activation);
  return linear(context, mul(context.graph, activated, up), names.down, dims.hiddenSize, {
    bias: false,
    role: 'sensitive',
  });
}

/** @param hasOutputLayer whether the output layer is not the embedding table, which nothing may scale */
export function t5Links(names: T5Names, dims: T5Dims, hasOutputLayer: boolean): ChannelLink[] {
  const ofAttention = ({ value, output }: AttentionNames) => rowsLink(value, output, { bias: false });
  const ofFeedForward = ({ norm, gate, up, down }: FeedForwardNames) => [
    scaleLink(norm, [gate, up]),
    rowsLink(up, down, { bias: false }),
  ];
  const ofSelf = (names: AttentionNames) => [
    scaleLink(names.norm, [names.query, names.key, names.value]),
    ofAttention(names),
  ];
  const encoder = Array.from({ length: dims.encoderLayers }, (_, i) => names.encoderLayer(i));
  const decoder = Array.from({ length: dims.decoderLayers }, (_, i) => names.decoderLayer(i));
  return [
    ...encoder.flatMap(({ attention, feedForward }) => [...ofSelf(attention), ...ofFeedForward(feedForward)]),
    scaleLink(
      names.encoderFinalNorm,
      decoder.flatMap(({ crossAttention: { key, value } }) => [key, value]),
    ),
    ...decoder.flatMap(({ selfAttention, crossAttention, feedForward }) => [
      ...ofSelf(selfAttention),
      scaleLink(crossAttention.norm, [crossAttention.query]),
      ofAttention(crossAttention),
      ...ofFeedForward(feedForward),
    ]),
    ...(hasOutputLayer ? [{ producer: { weight: names.decoderFinalNorm }, consumers: [names.outputLayer] }] : []),
  ];
}
