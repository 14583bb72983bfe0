/** @file Linear layers and norms: what every tower is made of. Compiler only. */
import type { GraphWeights } from '../checkpoint/graphWeights.ts';
import type { Graph } from '../onnx/graph.ts';
import { add, gelu, matMul, relu } from '../onnx/operators.ts';
import { sizeOf, type Value } from '../onnx/value.ts';

/** A graph and the weights that it takes from the checkpoint. */
export interface LayerContext {
  readonly graph: Graph;
  readonly weights: GraphWeights;
}

/** x · Wᵀ + b with `path.weight` [out, in] and, unless `bias` is false, `path.bias` [out]. [..., in] → [..., out] */
export function linear(
  { graph, weights }: LayerContext,
  x: Value<'float'>,
  path: string,
  outSize: number,
  { bias = true }: { bias?: boolean } = {},
): Value<'float'> {
  const product = matMul(graph, x, weights.transposed(`${path}.weight`, [outSize, sizeOf(x, -1)]));
  return bias ? add(graph, product, weights.stored(`${path}.bias`, [outSize])) : product;
}

/** Scale and shift of a layer norm over the last axis of size `size`. */
export function normWeights({ weights }: LayerContext, path: string, size: number) {
  return { scale: weights.stored(`${path}.weight`, [size]), bias: weights.stored(`${path}.bias`, [size]) };
}

/** The activation functions by the names that `config.json` uses. */
export type Activation = 'gelu' | 'gelu_new' | 'gelu_pytorch_tanh' | 'relu';

export function activation(graph: Graph, x: Value<'float'>, name: Activation): Value<'float'> {
  switch (name) {
    case 'gelu':
      return gelu(graph, x, 'none');
    case 'gelu_new':
    case 'gelu_pytorch_tanh':
      return gelu(graph, x, 'tanh');
    case 'relu':
      return relu(graph, x);
  }
}
