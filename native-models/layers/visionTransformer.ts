/**
 * @file The vision tower of every model of the family: a ViT with pre-norm blocks and a final norm over all tokens.
 * Compiler only. Reference: InstructBlipVisionModel, Blip2VisionModel and BlipVisionModel in Hugging Face transformers.
 *
 * B batch · C channels · P patches · S = P + 1 tokens (class token first) · N heads · H head size · D = N·H hidden
 */
import { multiHeadAttention } from '../onnx/fusedOperators.ts';
import {
  add,
  layerNormalization,
  padZeros,
  patchConvolution,
  reshape,
  splitLast,
  transpose,
} from '../onnx/operators.ts';
import { dimOf, type Value } from '../onnx/value.ts';
import type { ChannelLink } from '../quantization/equalization.ts';
import { normLink, rowsLink } from './channelLinks.ts';
import { type Activation, activation, type LayerContext, linear, normWeights } from './linear.ts';

export interface VisionTransformerDims {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlpSize: number;
  /** Side of the square picture, in pixels. */
  readonly imageSize: number;
  readonly patchSize: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly qkvBias: boolean;
}

export interface VisionTransformerNames {
  readonly classToken: string;
  readonly patchEmbedding: string;
  readonly positions: string;
  readonly finalNorm: string;
  readonly layer: (index: number) => {
    readonly norm1: string;
    readonly qkv: string;
    readonly projection: string;
    readonly norm2: string;
    readonly mlpUp: string;
    readonly mlpDown: string;
  };
}

export function visionTokens(dims: VisionTransformerDims): number {
  return (dims.imageSize / dims.patchSize) ** 2 + 1;
}

/** pixel values [B, 3, imageSize, imageSize] → features [B, S, D] */
export function visionTransformer(
  context: LayerContext,
  pixels: Value<'float'>,
  names: VisionTransformerNames,
  dims: VisionTransformerDims,
): Value<'float'> {
  const { graph } = context;
  const final = normWeights(context, names.finalNorm, dims.hiddenSize);
  const embedded = graph.scope('embeddings', () => embedPatches(context, pixels, names, dims));
  if (dims.layers === 0) return layerNormalization(graph, embedded, final.scale, final.bias, dims.epsilon);

  const first = normWeights(context, names.layer(0).norm1, dims.hiddenSize);
  let state = { sum: embedded, normalized: layerNormalization(graph, embedded, first.scale, first.bias, dims.epsilon) };
  for (let i = 0; i < dims.layers; i++) {
    const next = i + 1 < dims.layers ? normWeights(context, names.layer(i + 1).norm1, dims.hiddenSize) : final;
    state = graph.scope(`layers.${i}`, () => block(context, state, names.layer(i), next, dims));
  }
  return state.normalized;
}

/**
 * ```
 * pixels ─ Conv p×p ─ flatten ─ Pad (one row before) ─┐
 *                                                     Add ─ [B, S, D]
 * positions ─ Add ─ Pad (P rows after) ─ class token ─┘
 * ```
 * Padding instead of concatenating spares expanding the class token to the batch; both sums are the reference's own.
 */
function embedPatches(
  { graph, weights }: LayerContext,
  pixels: Value<'float'>,
  names: VisionTransformerNames,
  { hiddenSize: D, patchSize, imageSize }: VisionTransformerDims,
): Value<'float'> {
  const P = (imageSize / patchSize) ** 2;
  const kernel = weights.stored(`${names.patchEmbedding}.weight`, [D, 3, patchSize, patchSize]);
  const grid = patchConvolution(graph, pixels, kernel, weights.stored(`${names.patchEmbedding}.bias`, [D])); // [B, D, g, g]
  const flat = reshape(graph, grid, [0, D, P], [dimOf(pixels, 0), D, P]);
  const patches = padZeros(graph, transpose(graph, flat, [0, 2, 1]), 1, 1, 0); // [B, P, D] → [B, S, D]
  const classRow = padZeros(graph, weights.stored(names.classToken, [1, 1, D]), 1, 0, P); // [1, S, D]
  const positions = add(graph, weights.stored(names.positions, [1, P + 1, D]), classRow);
  return add(graph, patches, positions);
}

/**
 * ```
 * sum ──────────────────────────── Add ─┬────────────────────────── Add ─┬───────────── sum'
 * normalized ─ qkv ─ MHA ─ projection ──┘└─ norm2 ─ up ─ act ─ down ──┘  └─ next norm ─ normalized'
 * ```
 */
function block(
  context: LayerContext,
  { sum, normalized }: { sum: Value<'float'>; normalized: Value<'float'> },
  names: ReturnType<VisionTransformerNames['layer']>,
  nextNorm: { scale: Value<'float'>; bias: Value<'float'> },
  dims: VisionTransformerDims,
) {
  const { graph } = context;
  const D = dims.hiddenSize;
  const [query, key, value] = splitLast(
    graph,
    linear(context, normalized, names.qkv, 3 * D, { bias: dims.qkvBias }),
    3,
  );
  if (query === undefined || key === undefined || value === undefined)
    throw new RangeError('qkv did not split in three');
  const attended = multiHeadAttention(graph, { query, key, value }, dims.heads, (D / dims.heads) ** -0.5).output; // [B, S, D]
  const projected = linear(context, attended, names.projection, D);

  const norm2 = normWeights(context, names.norm2, D);
  const middle = add(graph, projected, sum);
  const normalized2 = layerNormalization(graph, middle, norm2.scale, norm2.bias, dims.epsilon);
  const up = activation(graph, linear(context, normalized2, names.mlpUp, dims.mlpSize), dims.activation);
  const next = add(graph, linear(context, up, names.mlpDown, D), middle);
  return { sum: next, normalized: layerNormalization(graph, next, nextNorm.scale, nextNorm.bias, dims.epsilon) };
}

/** Norms → the matrices after them; values → the projection of what attention makes of them. */
export function visionLinks(
  names: VisionTransformerNames,
  { layers, hiddenSize: D }: VisionTransformerDims,
): ChannelLink[] {
  return Array.from({ length: layers }, (_, i) => names.layer(i)).flatMap((layer) => [
    normLink(layer.norm1, [layer.qkv]),
    rowsLink(layer.qkv, layer.projection, { firstRow: 2 * D }),
    normLink(layer.norm2, [layer.mlpUp]),
  ]);
}
