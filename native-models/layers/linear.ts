/** @file Linear layers and activations: what every tower is made of. Compiler only. */
import type { StoredMatrix, StoredTable, WeightProvider } from '../checkpoint/graphWeights.ts';
import type { Graph } from '../onnx/graph.ts';
import {
  add,
  castToFloat,
  castToHalf,
  concat,
  gather,
  gelu,
  gemm,
  int64s,
  matMulTransposed,
  mul,
  relu,
  reshape,
  shapeOf,
  sigmoid,
  splitLast,
} from '../onnx/operators.ts';
import {
  gatherBlocks,
  matMulBlocks,
  matMulChannels,
  matMulDequantized,
  type QuantizedRows,
  quantizeRows,
} from '../onnx/quantizedOperators.ts';
import { dimOf, sizeOf, type Value } from '../onnx/value.ts';
import type { MatrixRole } from '../quantization/precision.ts';

/** A graph and the weights that it takes from the checkpoint. */
export interface LayerContext {
  readonly graph: Graph;
  readonly weights: WeightProvider;
}

/**
 * x · Wᵀ + b with `path.weight` [out, in] and, unless `bias` is false, `path.bias` [out].
 * [M, in] → [M, out], [B, S, in] → [B, S, out]
 *
 * @param role how its part stores it
 */
export function linear(
  context: LayerContext,
  x: Value<'float'>,
  path: string,
  outSize: number,
  { bias = true, role = 'matrices' }: { bias?: boolean; role?: MatrixRole } = {},
): Value<'float'> {
  const { graph, weights } = context;
  const matrix = weights.matrix(`${path}.weight`, [outSize, sizeOf(x, -1)], role);
  return multiply(graph, x, matrix, bias ? weights.stored(`${path}.bias`, [outSize]) : undefined);
}

/**
 * Several linear layers of one input, as `linear`; in one product where the part stores their matrices as one: with few
 * rows, starting a product takes as long as reading a small matrix.
 *
 * @param outSize of each
 */
export function linears<const Paths extends readonly string[]>(
  context: LayerContext,
  x: Value<'float'>,
  paths: Paths,
  outSize: number,
  { bias = true, role = 'matrices' }: { bias?: boolean; role?: MatrixRole } = {},
): { readonly [Index in keyof Paths]: Value<'float'> } {
  type Results = { readonly [Index in keyof Paths]: Value<'float'> };
  const { graph, weights } = context;
  const tensors = paths.map((path) => `${path}.weight`);
  const matrix = weights.joined(tensors, [outSize, sizeOf(x, -1)], role);
  if (matrix === undefined) return paths.map((path) => linear(context, x, path, outSize, { bias, role })) as Results;
  const biases = bias ? paths.map((path) => weights.stored(`${path}.bias`, [outSize])) : [];
  const product = multiply(graph, x, matrix, bias ? concat(graph, biases, 0) : undefined);
  return splitLast(graph, product, paths.length) as Results;
}

/** x · Wᵀ + bias, however the matrix W [N, K] is stored: [M, K] → [M, N], [B, S, K] → [B, S, N] */
export function multiply(graph: Graph, x: Value<'float'>, matrix: StoredMatrix, bias?: Value<'float'>): Value<'float'> {
  switch (matrix.form) {
    case 'float':
      return multiplyFloat(graph, x, matrix.weight, bias);
    case 'half': {
      const halfBias = bias === undefined ? undefined : halfOf(graph, bias);
      return castToFloat(graph, multiplyFloat(graph, halfOf(graph, x), matrix.weight, halfBias));
    }
    case 'blocks':
      return matMulBlocks(graph, x, matrix, bias);
    case 'channels': {
      const product =
        graph.attention === 'fused'
          ? matMulChannels(graph, rowsOf(graph, x), matrix)
          : matMulDequantized(graph, x, matrix);
      return bias === undefined ? product : add(graph, product, bias);
    }
  }
}

/** Rows of a table [V, D] named by `ids`: [i…] → [i…, D] */
export function lookUp(graph: Graph, table: StoredTable, ids: Value<'int64'>): Value<'float'> {
  switch (table.form) {
    case 'float':
      return gather(graph, table.weight, ids);
    case 'half':
      return castToFloat(graph, gather(graph, table.weight, ids));
    case 'blocks':
      return gatherBlocks(graph, table, ids);
  }
}

/**
 * A Gemm rather than a MatMul: it takes the matrix as the checkpoint stores it, so that importing need not transpose it
 * and the runtime can use it where it lies on the disk; unpacked it is also the faster of the two.
 */
function multiplyFloat<T extends 'float' | 'float16'>(
  graph: Graph,
  x: Value<T>,
  weight: Value<T>,
  bias: Value<T> | undefined,
): Value<T> {
  if (x.shape.length === 2) return gemm(graph, x, weight, bias);
  const [outSize, inSize] = [sizeOf(weight, 0), sizeOf(weight, 1)];
  const [B, S] = [dimOf(x, 0), dimOf(x, 1)];
  if (typeof S !== 'number' && graph.attention === 'fused') {
    // the shape would be worked out anew for every product, a twentieth of a decoder's step
    const product = matMulTransposed(graph, x, weight);
    return bias === undefined ? product : add(graph, product, bias);
  }
  const product = gemm(graph, reshape(graph, x, [-1, inSize], ['flattened', inSize]), weight, bias); // [B·S, out]
  const shape =
    typeof S === 'number' ? [-1, S, outSize] : concat(graph, [shapeOf(graph, x, 0, 2), int64s(graph, [outSize])], 0);
  return reshape(graph, product, shape, [B, S, outSize]);
}

/** What is multiplied with several matrices (a norm's output with query, key and value) is rounded once. */
function onceFor<Rounded>(round: (graph: Graph, x: Value<'float'>) => Rounded) {
  const rounded = new WeakMap<Value, Rounded>();
  return (graph: Graph, x: Value<'float'>): Rounded => {
    const known = rounded.get(x);
    if (known !== undefined) return known;
    const made = round(graph, x);
    rounded.set(x, made);
    return made;
  };
}

const rowsOf = onceFor<QuantizedRows>(quantizeRows);
const halfOf = onceFor<Value<'float16'>>(castToHalf);

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
