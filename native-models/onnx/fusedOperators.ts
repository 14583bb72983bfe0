/**
 * @file Typed functions for onnxruntime's own operators (domain com.microsoft), which fuse what a transformer does most.
 * Compiler only. Specifications: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */

import type { Graph } from './graph.ts';
import { describe, sizeOf, type Value } from './value.ts';

type Float = 'float' | 'float16';

/**
 * Turns pairs of a head's elements (i and i + H/2) by the angle of their position: [B, S, N·H], positions [B, S].
 * `cos` and `sin` hold a row of H/2 angles for each position that may occur.
 */
export function rotaryEmbedding<T extends Float>(
  g: Graph,
  x: Value<T>,
  positions: Value<'int64'>,
  { cos, sin }: { readonly cos: Value<T>; readonly sin: Value<T> },
  heads: number,
): Value<T> {
  const attributes = { interleaved: 0n, num_heads: BigInt(heads), rotary_embedding_dim: 0n };
  const outputs = g.node('RotaryEmbedding', 'com.microsoft', [x, positions, cos, sin], attributes, [
    { type: x.type, shape: x.shape },
  ]);
  return outputs[0] as Value<T>;
}

/** x · Wᵀ for every matrix of the batch: [B, S, K] and [N, K] → [B, S, N] */
export function matMulTransposed<T extends Float>(g: Graph, x: Value<T>, weight: Value<T>): Value<T> {
  const [N, K] = [sizeOf(weight, 0), sizeOf(weight, 1)];
  if (sizeOf(x, -1) !== K)
    throw new RangeError(`the product of ${describe(x)} and the transpose of ${describe(weight)}`);
  const output = { type: x.type, shape: [...x.shape.slice(0, -1), N] };
  return g.node('FusedMatMul', 'com.microsoft', [x, weight], { transB: 1n }, [output])[0] as Value<T>;
}
