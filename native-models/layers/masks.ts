/** @file Attention masks as additive biases. Compiler only. */

import { castToFloat, float, mul, sub, unsqueeze } from '../onnx/operators.ts';
import type { Value } from '../onnx/value.ts';
import { maskedScore } from './causalBias.ts';
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
