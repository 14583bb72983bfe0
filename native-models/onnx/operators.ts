/**
 * @file One typed function for each operator that the compiler uses: ONNX's (domain "", opset 21), and at the end onnxruntime's
 * own (domain com.microsoft), which fuse what a transformer does most. Each checks what it is given and works out the
 * shape of what it returns, so that a mistake shows while compiling, with names. Compiler only.
 * Specifications: https://onnx.ai/onnx/operators/, https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import type { Graph } from './graph.ts';
import { broadcast, type Dim, describe, dimOf, type ElementType, sizeOf, type Value } from './value.ts';

type Float = 'float' | 'float16';

export function int64s(g: Graph, values: readonly number[]): Value<'int64'> {
  const data = BigInt64Array.from(values, BigInt);
  return g.constant('int64', [values.length], new Uint8Array(data.buffer));
}

export function float(g: Graph, value: number): Value<'float'> {
  return g.constant('float', [], new Uint8Array(Float32Array.of(value).buffer));
}

/** [..., M, K] × [..., K, N] → [..., M, N] */
export function matMul<T extends Float>(g: Graph, a: Value<T>, b: Value<T>): Value<T> {
  if (dimOf(a, -1) !== dimOf(b, -2)) throw new RangeError(`MatMul of ${describe(a)} and ${describe(b)}`);
  return one(g, 'MatMul', [a, b], {}, a.type, [...a.shape.slice(0, -1), dimOf(b, -1)]);
}

/** Over the last axis. */
export function softmax<T extends Float>(g: Graph, x: Value<T>): Value<T> {
  return one(g, 'Softmax', [x], { axis: -1n }, x.type, x.shape);
}

/** x · weightᵀ + bias: [M, K] and [N, K] (as PyTorch's Linear stores it) → [M, N]. */
export function gemm<T extends Float>(g: Graph, x: Value<T>, weight: Value<T>, bias?: Value<T>): Value<T> {
  if (x.shape.length !== 2 || dimOf(x, 1) !== dimOf(weight, 1))
    throw new RangeError(`Gemm of ${describe(x)} and ${describe(weight)}`);
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return one(g, 'Gemm', inputs, { transB: 1n }, x.type, [dimOf(x, 0), dimOf(weight, 0)]);
}

export function add<T extends Float>(g: Graph, a: Value<T>, b: Value<T>): Value<T> {
  return one(g, 'Add', [a, b], {}, a.type, broadcast(a, b));
}

export function sub<T extends Float>(g: Graph, a: Value<T>, b: Value<T>): Value<T> {
  return one(g, 'Sub', [a, b], {}, a.type, broadcast(a, b));
}

export function mul<T extends Float>(g: Graph, a: Value<T>, b: Value<T>): Value<T> {
  return one(g, 'Mul', [a, b], {}, a.type, broadcast(a, b));
}

export function div<T extends Float>(g: Graph, a: Value<T>, b: Value<T>): Value<T> {
  return one(g, 'Div', [a, b], {}, a.type, broadcast(a, b));
}

/** The larger of two, element by element. */
export function max<T extends Float>(g: Graph, a: Value<T>, b: Value<T>): Value<T> {
  return one(g, 'Max', [a, b], {}, a.type, broadcast(a, b));
}

export function abs<T extends Float>(g: Graph, x: Value<T>): Value<T> {
  return one(g, 'Abs', [x], {}, x.type, x.shape);
}

/** The largest of the last axis: [.., K] → [.., 1] */
export function reduceMax<T extends Float>(g: Graph, x: Value<T>): Value<T> {
  return one(g, 'ReduceMax', [x, int64s(g, [-1])], { keepdims: 1n }, x.type, [...x.shape.slice(0, -1), 1]);
}

/**
 * Normalises the last axis: (x − mean) / sqrt(variance + epsilon) · scale + bias.
 *
 * onnxruntime's fused SkipLayerNormalization is not used: it takes the variance as mean(x²) − mean(x)², and the
 * Q-Former's output then has twice the rounding error (measured against float64 on the reference checkpoints).
 */
export function layerNormalization<T extends Float>(
  g: Graph,
  x: Value<T>,
  scale: Value<T>,
  bias: Value<T>,
  epsilon: number,
): Value<T> {
  return one(g, 'LayerNormalization', [x, scale, bias], { axis: -1n, epsilon }, x.type, x.shape);
}

/** RMS norm: x / sqrt(mean(x²) + epsilon) · scale. onnxruntime registers it in the default domain. */
export function simplifiedLayerNormalization<T extends Float>(
  g: Graph,
  x: Value<T>,
  scale: Value<T>,
  epsilon: number,
): Value<T> {
  return one(g, 'SimplifiedLayerNormalization', [x, scale], { axis: -1n, epsilon }, x.type, x.shape);
}

export function gelu<T extends Float>(g: Graph, x: Value<T>, approximate: 'none' | 'tanh'): Value<T> {
  return one(g, 'Gelu', [x], { approximate }, x.type, x.shape);
}

export function relu<T extends Float>(g: Graph, x: Value<T>): Value<T> {
  return one(g, 'Relu', [x], {}, x.type, x.shape);
}

export function sigmoid<T extends Float>(g: Graph, x: Value<T>): Value<T> {
  return one(g, 'Sigmoid', [x], {}, x.type, x.shape);
}

/** Non-overlapping patches: [B, C, H, W] with weight [D, C, p, p] and stride p → [B, D, H/p, W/p] */
export function patchConvolution<T extends Float>(g: Graph, x: Value<T>, weight: Value<T>, bias: Value<T>): Value<T> {
  const patch = sizeOf(weight, -1);
  const grid = (axis: number) => Math.floor(sizeOf(x, axis) / patch);
  const attributes = { kernel_shape: [BigInt(patch), BigInt(patch)], strides: [BigInt(patch), BigInt(patch)] };
  return one(g, 'Conv', [x, weight, bias], attributes, x.type, [dimOf(x, 0), dimOf(weight, 0), grid(2), grid(3)]);
}

/** `shape` in ONNX's terms (0 keeps a dimension, −1 takes what is left); `result` is the shape that comes out. */
export function reshape<T extends ElementType>(
  g: Graph,
  x: Value<T>,
  shape: readonly number[] | Value<'int64'>,
  result: readonly Dim[],
): Value<T> {
  return one(g, 'Reshape', [x, 'name' in shape ? shape : int64s(g, shape)], {}, x.type, result);
}

export function transpose<T extends ElementType>(g: Graph, x: Value<T>, order: readonly number[]): Value<T> {
  const shape = order.map((axis) => dimOf(x, axis));
  return one(g, 'Transpose', [x], { perm: order.map(BigInt) }, x.type, shape);
}

export function unsqueeze<T extends ElementType>(g: Graph, x: Value<T>, axes: readonly number[]): Value<T> {
  const shape: Dim[] = [...x.shape];
  for (const axis of axes) shape.splice(axis, 0, 1);
  return one(g, 'Unsqueeze', [x, int64s(g, axes)], {}, x.type, shape);
}

/** All values must agree but for `axis`. Lengths that are not known while compiling need `length`. */
export function concat<T extends ElementType>(
  g: Graph,
  values: readonly Value<T>[],
  axis: number,
  length?: Dim,
): Value<T> {
  const [first] = values;
  if (first === undefined) throw new RangeError('Concat of nothing');
  const total = length ?? values.reduce((sum, value) => sum + sizeOf(value, axis), 0);
  return one(g, 'Concat', values, { axis: BigInt(axis) }, first.type, first.shape.toSpliced(axis, 1, total));
}

/** Elements [start, end) along `axis`; `length` names the result's size where the input's is not known. */
export function slice<T extends ElementType>(
  g: Graph,
  x: Value<T>,
  axis: number,
  start: number,
  end: number | 'end',
  length?: Dim,
): Value<T> {
  const size = length ?? (end === 'end' ? sizeOf(x, axis) : end) - start;
  const stop = end === 'end' ? Number.MAX_SAFE_INTEGER : end;
  const inputs = [x, int64s(g, [start]), int64s(g, [stop]), int64s(g, [axis])];
  return one(g, 'Slice', inputs, {}, x.type, x.shape.toSpliced(axis, 1, size));
}

/** Cuts the last axis into `parts` equal pieces. */
export function splitLast<T extends ElementType>(g: Graph, x: Value<T>, parts: number): Value<T>[] {
  const size = sizeOf(x, -1) / parts;
  if (!Number.isInteger(size)) throw new RangeError(`${describe(x)} cannot be split into ${parts}`);
  const output = { type: x.type, shape: [...x.shape.slice(0, -1), size] };
  return g.node('Split', '', [x], { axis: -1n, num_outputs: BigInt(parts) }, Array(parts).fill(output)) as Value<T>[];
}

/** Rows of `table` (axis 0) named by `indices`: [V, …] and [i…] → [i…, …] */
export function gather<T extends ElementType>(g: Graph, table: Value<T>, indices: Value<'int64'>): Value<T> {
  return one(g, 'Gather', [table, indices], { axis: 0n }, table.type, [...indices.shape, ...table.shape.slice(1)]);
}

/** Zero rows before and after along `axis`. */
export function padZeros<T extends Float>(
  g: Graph,
  x: Value<T>,
  axis: number,
  before: number,
  after: number,
): Value<T> {
  const rank = x.shape.length;
  const pads = Array.from({ length: 2 * rank }, (_, i) => (i === axis ? before : i === axis + rank ? after : 0));
  const shape = x.shape.toSpliced(axis, 1, sizeOf(x, axis) + before + after);
  return one(g, 'Pad', [x, int64s(g, pads)], { mode: 'constant' }, x.type, shape);
}

/** The sizes of `count` axes from `axis` on, as a vector, for Expand and Reshape. */
export function shapeOf(g: Graph, x: Value, axis: number, count = 1): Value<'int64'> {
  return one(g, 'Shape', [x], { start: BigInt(axis), end: BigInt(axis + count) }, 'int64', [count]);
}

/** Repeats axes of size 1 to the sizes that the int64 vector `target` holds; `result` is the shape that comes out. */
export function expand<T extends ElementType>(
  g: Graph,
  x: Value<T>,
  target: Value<'int64'>,
  result: readonly Dim[],
): Value<T> {
  return one(g, 'Expand', [x, target], {}, x.type, result);
}

export function castToFloat(g: Graph, x: Value): Value<'float'> {
  return one(g, 'Cast', [x], { to: 1n }, 'float', x.shape);
}

export function castToHalf(g: Graph, x: Value): Value<'float16'> {
  return one(g, 'Cast', [x], { to: 10n }, 'float16', x.shape);
}

function one<T extends ElementType>(
  g: Graph,
  operator: string,
  inputs: readonly Value[],
  attributes: Parameters<Graph['node']>[3],
  type: T,
  shape: readonly Dim[],
): Value<T> {
  const [output] = g.node(operator, '', inputs, attributes, [{ type, shape }]);
  return output as Value<T>;
}

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
