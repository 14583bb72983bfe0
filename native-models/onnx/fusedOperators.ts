/**
 * @file Typed functions for onnxruntime's own operators (domain com.microsoft), which fuse what a transformer does most.
 * Compiler only. Specifications: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import type { Graph } from './graph.ts';
import { describe, dimOf, sizeOf, type Value } from './value.ts';

type Float = 'float' | 'float16';

export interface MultiHeadAttentionInputs<T extends Float> {
  /** [B, S, N·H] */
  readonly query: Value<T>;
  /** [B, T, N·H], or 4-D [B, N, T, H] when it comes from a cache of cross-attention keys. */
  readonly key: Value<T>;
  readonly value: Value<T>;
  /** Added to the scores before softmax: [B or 1, N or 1, S, T]. */
  readonly bias?: Value<T> | undefined;
  /** Keys and values of earlier positions, [B, N, P, H]; the cache of this step, [B, N, P+S, H], is returned. */
  readonly past?: { readonly key: Value<T>; readonly value: Value<T>; readonly totalLength: string } | undefined;
}

export interface MultiHeadAttentionResult<T extends Float> {
  /** [B, S, N·H] */
  readonly output: Value<T>;
  readonly present?: { readonly key: Value<T>; readonly value: Value<T> };
}

/**
 * softmax(query · keyᵀ · scale + bias) · value, for all heads at once.
 *
 * Masks are folded into the bias: WebGPU's kernel refuses `unidirectional` and `key_padding_mask`.
 */
export function multiHeadAttention<T extends Float>(
  g: Graph,
  { query, key, value, bias, past }: MultiHeadAttentionInputs<T>,
  heads: number,
  scale: number,
): MultiHeadAttentionResult<T> {
  const type = query.type;
  const inputs = [query, key, value, undefined, undefined, bias, past?.key, past?.value];
  const attributes = { num_heads: BigInt(heads), scale };
  const main = { type, shape: query.shape };
  if (past === undefined) {
    const [output] = g.node('MultiHeadAttention', 'com.microsoft', inputs, attributes, [main]);
    return { output: output as Value<T> };
  }
  const present = { type, shape: [dimOf(query, 0), heads, past.totalLength, sizeOf(query, -1) / heads] };
  const [output, presentKey, presentValue] = g.node('MultiHeadAttention', 'com.microsoft', inputs, attributes, [
    main,
    present,
    present,
  ]);
  return { output: output as Value<T>, present: { key: presentKey as Value<T>, value: presentValue as Value<T> } };
}

/** RMSNorm(x + residual) and the sum itself. */
export function skipSimplifiedLayerNormalization<T extends Float>(
  g: Graph,
  x: Value<T>,
  residual: Value<T>,
  scale: Value<T>,
  epsilon: number,
): { normalized: Value<T>; sum: Value<T> } {
  sameShape(x, residual);
  const output = { type: x.type, shape: x.shape };
  // outputs 1 and 2 (mean, inverse deviation) exist for training only
  const outputs = g.node('SkipSimplifiedLayerNormalization', 'com.microsoft', [x, residual, scale], { epsilon }, [
    output,
    undefined,
    undefined,
    output,
  ]);
  return { normalized: outputs[0] as Value<T>, sum: outputs[3] as Value<T> };
}

function sameShape(a: Value, b: Value): void {
  if (a.shape.length !== b.shape.length || a.shape.some((dim, i) => dim !== b.shape[i])) {
    throw new RangeError(`${describe(a)} and ${describe(b)} differ in shape`);
  }
}
