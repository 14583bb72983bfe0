/** @file Attention masks as additive biases. Compiler only. */

import { castToFloat, float, mul, sub, unsqueeze } from '../onnx/operators.ts';
import type { Value } from '../onnx/value.ts';
import type { LayerContext } from './linear.ts';

/**
 * Large enough that a masked key's weight underflows to exactly 0 after softmax (exp(−10000) = 0 in float32), small
 * enough to stay finite in float16 and when added to a position bias. The reference's Q-Former uses the same number.
 */
const maskedScore = -10_000;

/** A mask of ones and zeros [B, T] → a bias [B, 1, 1, T] that is 0 where the mask is 1. */
export function maskBias({ graph }: LayerContext, mask: Value<'int64'>): Value<'float'> {
  const inverted = sub(graph, float(graph, 1), castToFloat(graph, mask)); // [B, T]
  return unsqueeze(graph, mul(graph, inverted, float(graph, maskedScore)), [1, 2]); // [B, 1, 1, T]
}
