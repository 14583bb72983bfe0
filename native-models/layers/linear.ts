/** @file Linear layers and norms: what every tower is made of. Compiler only. */
import type { WeightProvider } from '../checkpoint/graphWeights.ts';
import type { Graph } from '../onnx/graph.ts';
import { concat, gelu, gemm, int64s, mul, relu, reshape, shapeOf, sigmoid } from '../onnx/operators.ts';
import { dimOf, sizeOf, type Value } from '../onnx/value.ts';

/** A graph and the weights that it takes from the checkpoint. */
export interface LayerContext {
  readonly graph: Graph;
  readonly weights: WeightProvider;
}

/**
 * x · Wᵀ + b with `path.weight` [out, in] and, unless `bias` is false, `path.bias` [out].
 * [M, in] → [M, out], [B, S, in] → [B, S, out]
 *
 * A Gemm rather than a MatMul: it takes the matrix as the checkpoint stores it, so that importing need not transpose it
 * and the runtime can use it where it lies on the disk; unpacked it is also the faster of the two.
 */
export function linear(
  { graph, weights }: LayerContext,
  x: Value<'float'>,
  path: string,
  outSize: number,
  { bias = true }: { bias?: boolean } = {},
): Value<'float'> {
  const inSize = sizeOf(x, -1);
  const weight = weights.stored(`${path}.weight`, [outSize, inSize]);
  const offset = bias ? weights.stored(`${path}.bias`, [outSize]) : undefined;
  if (x.shape.length === 2) return gemm(graph, x, weight, offset);
  const [B, S] = [dimOf(x, 0), dimOf(x, 1)];
  const product = gemm(graph, reshape(graph, x, [-1, inSize], ['flattened', inSize]), weight, offset); // [B·S, out]
  const shape =
    typeof S === 'number' ? [-1, S, outSize] : concat(graph, [shapeOf(graph, x, 0, 2), int64s(graph, [outSize])], 0);
  return reshape(graph, product, shape, [B, S, outSize]);
}

/** Scale and shift of a layer norm over the last axis of size `size`. */
export function normWeights({ weights }: LayerContext, path: string, size: number) {
  return { scale: weights.stored(`${path}.weight`, [size]), bias: weights.stored(`${path}.bias`, [size]) };
}

/** The activation functions by the names that `config.json` uses. */
export type Activation = 'gelu' | 'gelu_new' | 'gelu_pytorch_tanh' | 'relu' | 'silu';

export function activation(graph: Graph, x: Value<'float'>, name: Activation): Value<'float'> {
  switch (name) {
    case 'gelu':
      return gelu(graph, x, 'none');
    case 'gelu_new':
    case 'gelu_pytorch_tanh':
      return gelu(graph, x, 'tanh');
    case 'relu':
      return relu(graph, x);
    case 'silu':
      return mul(graph, x, sigmoid(graph, x));
  }
}
