/** @file Norms over the last axis, with weights by their names in the checkpoint. Compiler only. */
import { layerNormalization, simplifiedLayerNormalization } from '../onnx/operators.ts';
import { sizeOf, type Value } from '../onnx/value.ts';
import type { LayerContext } from './linear.ts';

/** Layer norm with scale `path.weight` and shift `path.bias`: [.., D] → [.., D] */
export function layerNorm(
  { graph, weights }: LayerContext,
  x: Value<'float'>,
  path: string,
  epsilon: number,
): Value<'float'> {
  const D = sizeOf(x, -1);
  const scale = weights.stored(`${path}.weight`, [D]);
  const bias = weights.stored(`${path}.bias`, [D]);
  return layerNormalization(graph, x, scale, bias, epsilon);
}

/** RMS norm, by its scale's name: [.., D] → [.., D]. Of a sum it is fused with the sum (`fuseResidualNorms`). */
export function rmsNorm(
  { graph, weights }: LayerContext,
  x: Value<'float'>,
  tensor: string,
  epsilon: number,
): Value<'float'> {
  return simplifiedLayerNormalization(graph, x, weights.stored(tensor, [sizeOf(x, -1)]), epsilon);
}
