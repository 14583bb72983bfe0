/**
 * @file The vision tower of every model of the family: a ViT with pre-norm blocks and a final norm over all tokens.
 * Compiler only. Reference: InstructBlipVisionModel, Blip2VisionModel and BlipVisionModel in Hugging Face transformers.
 *
 * B batch · C channels · P patches · S = P + 1 tokens (class token first) · N heads · H head size · D = N·H hidden
 */
import { multiHeadAttention } from '../onnx/attention.ts';
import { add, padZeros, patchConvolution, reshape, splitLast, transpose } from '../onnx/operators.ts';
import { dimOf, type Value } from '../onnx/value.ts';
import { type ChannelLink, normLink, rowsLink } from '../quantization/equalization.ts';
import { type Activation, activation, type LayerContext, linear } from './linear.ts';
import { layerNorm } from './norms.ts';

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
  let x = graph.scope('embeddings', () => embedPatches(context, pixels, names, dims)); // [B, S, D]
  for (let i = 0; i < dims.layers; i++) x = graph.scope(`layers.${i}`, () => block(context, x, names.layer(i), dims));
  return layerNorm(context, x, names.finalNorm, dims.epsilon);
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
 * x ─┬──────────────────────────────────── Add ─┬────────────────────────────── Add ─ x'
 *    └─ norm1 ─ qkv ─ MHA ─ projection ──┘      └─ norm2 ─ up ─ act ─ down ──┘
 * ```
 */
function block(
  context: LayerContext,
  x: Value<'float'>,
  names: ReturnType<VisionTransformerNames['layer']>,
  dims: VisionTransformerDims,
): Value<'float'> {
  const { graph } = context;
  const y = add(graph, x, attention(context, layerNorm(context, x, names.norm1, dims.epsilon), names, dims));
  return add(graph, y, feedForward(context, layerNorm(context, y, names.norm2, dims.epsilon), names, dims));
}

/** x [B, S, D] → projection(MHA(x, x)), [B, S, D] */
function attention(
  context: LayerContext,
  x: Value<'float'>,
  names: ReturnType<VisionTransformerNames['layer']>,
  { hiddenSize: D, heads, qkvBias }: VisionTransformerDims,
): Value<'float'> {
  const { graph } = context;
  const [query, key, value] = splitLast(graph, linear(context, x, names.qkv, 3 * D, { bias: qkvBias }), 3);
  if (query === undefined || key === undefined || value === undefined)
    throw new RangeError('qkv did not split in three');
  const { output } = multiHeadAttention(graph, { query, key, value }, heads, (D / heads) ** -0.5);
  return linear(context, output, names.projection, D);
}

/** down(act(up(x))) */
function feedForward(
  context: LayerContext,
  x: Value<'float'>,
  names: ReturnType<VisionTransformerNames['layer']>,
  dims: VisionTransformerDims,
): Value<'float'> {
  const up = activation(context.graph, linear(context, x, names.mlpUp, dims.mlpSize), dims.activation);
  return linear(context, up, names.mlpDown, dims.hiddenSize);
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
