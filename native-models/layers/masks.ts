/**
 * @file Who may look at whom, as an additive bias: from masks inside of a graph, and for decoder-only models on the host, where
 * the lengths are known, so that one graph serves both the prompt and the tokens after it. Compiler and model host.
 */
import { castToFloat, float, mul, sub, unsqueeze } from '../onnx/operators.ts';
import type { Value } from '../onnx/value.ts';
import type { LayerContext } from './linear.ts';

/** A mask of ones and zeros [B, T] → a bias [B, 1, 1, T] that is 0 where the mask is 1. */
export function maskBias(context: LayerContext, mask: Value<'int64'>): Value<'float'> {
  return unsqueeze(context.graph, penalty(context, mask), [1, 2]);
}

/** A mask that says for every pair whether the first may look at the second, [B, T, T] → a bias [B, 1, T, T]. */
export function pairMaskBias(context: LayerContext, mask: Value<'int64'>): Value<'float'> {
  return unsqueeze(context.graph, penalty(context, mask), [1]);
}

function penalty({ graph }: LayerContext, mask: Value<'int64'>): Value<'float'> {
  const inverted = sub(graph, float(graph, 1), castToFloat(graph, mask));
  return mul(graph, inverted, float(graph, maskedScore));
}

/**
 * Large enough that a masked key's weight underflows to exactly 0 after softmax (exp(−10000) = 0 in float32), small
 * enough to stay finite in float16 and when added to a position bias. The reference's Q-Former uses the same number.
 */
export const maskedScore = -10_000;

/** A stretch of masked keys. */
export interface Padding {
  readonly start: number;
  readonly length: number;
}

/**
 * Bias of `queries` new positions, the last of `keys`, against all keys: [rows, 1, queries, keys]. A query sees the keys
 * up to its own; row r does not see its paddings `paddings[r]`.
 */
export function causalBias(paddings: readonly (readonly Padding[])[], queries: number, keys: number): Float32Array {
  const bias = new Float32Array(paddings.length * queries * keys);
  for (const [row, stretches] of paddings.entries()) {
    for (let q = 0; q < queries; q++) {
      const offset = (row * queries + q) * keys;
      bias.fill(maskedScore, offset + (keys - queries) + q + 1, offset + keys);
      for (const { start, length } of stretches) bias.fill(maskedScore, offset + start, offset + start + length);
    }
  }
  return bias;
}
