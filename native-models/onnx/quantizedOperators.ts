/**
 * @file Typed functions for the operators that multiply with quantized weights. Compiler only.
 * Specifications: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import type { Graph } from './graph.ts';
import { abs, div, matMul, max, mul, reduceMax, reshape, slice, unsqueeze } from './operators.ts';
import { describe, dimOf, sizeOf, type Value } from './value.ts';

/** A matrix [N, K] as codes with a scale for every block of a row, see `quantization/blockCodes.ts`. */
export interface BlockMatrix {
  /** [N, ⌈K / blockSize⌉, blockSize · bits / 8] */
  readonly codes: Value<'uint8'>;
  /** [N, ⌈K / blockSize⌉] */
  readonly scales: Value<'float'>;
  readonly bits: 4 | 8;
  readonly blockSize: number;
  readonly shape: readonly [number, number];
}

/** A matrix [N, K] as 8-bit codes with a scale for every row, see `quantization/channelCodes.ts`. */
export interface ChannelMatrix {
  /** Transposed, [K, N]. */
  readonly codes: Value<'int8'>;
  /** [N] */
  readonly scales: Value<'float'>;
  readonly shape: readonly [number, number];
}

/**
 * x · Wᵀ + bias: [.., K] → [.., N]. Activations become 8-bit codes a block too (accuracy_level 4): many times faster than
 * with float32 activations, and one that is far larger than the others harms its own block only.
 */
export function matMulBlocks(
  g: Graph,
  x: Value<'float'>,
  { codes, scales, bits, blockSize, shape: [N, K] }: BlockMatrix,
  bias?: Value<'float'>,
): Value<'float'> {
  if (dimOf(x, -1) !== K) throw new RangeError(`MatMulNBits of ${describe(x)} and [${N}, ${K}]`);
  const attributes = {
    K: BigInt(K),
    N: BigInt(N),
    bits: BigInt(bits),
    block_size: BigInt(blockSize),
    accuracy_level: 4n,
  };
  const inputs = [x, codes, scales, undefined, undefined, bias];
  const output = { type: 'float', shape: [...x.shape.slice(0, -1), N] } as const;
  return g.node('MatMulNBits', 'com.microsoft', inputs, attributes, [output])[0] as Value<'float'>;
}

/** Rows of a block-wise quantized table [V, D] named by `indices`: [i…] → [i…, D] */
export function gatherBlocks(
  g: Graph,
  { codes, scales, bits, blockSize, shape: [, D] }: BlockMatrix,
  indices: Value<'int64'>,
): Value<'float'> {
  const attributes = {
    gather_axis: 0n,
    quantize_axis: 2n,
    block_size: BigInt(blockSize),
    bits: BigInt(bits),
  };
  const blocks = sizeOf(codes, 1);
  const output = { type: 'float', shape: [...indices.shape, blocks, blockSize] } as const;
  const inputs = [codes, indices, unsqueeze(g, scales, [2])];
  const rows = g.node('GatherBlockQuantized', 'com.microsoft', inputs, attributes, [output])[0] as Value<'float'>;
  const kept = indices.shape.map(() => 0);
  const joined = reshape(g, rows, [...kept, blocks * blockSize], [...indices.shape, blocks * blockSize]);
  return blocks * blockSize === D ? joined : slice(g, joined, indices.shape.length, 0, D);
}

/** Activations as 8-bit codes, a scale a row. */
export interface QuantizedRows {
  /** Value = (code − 128) / 127 · scale, [.., K] */
  readonly codes: Value<'uint8'>;
  /** The largest magnitude of each row, [.., 1] */
  readonly scales: Value<'float'>;
}

/**
 * [.., K] → 8-bit codes with a scale of its own for every row (a token): with one scale for all of them, as onnxruntime's
 * DynamicQuantizeMatMul has it, one token's outlier would take the others' precision.
 */
export function quantizeRows(g: Graph, x: Value<'float'>): QuantizedRows {
  // a row of zeros is divided by something
  const scales = max(g, reduceMax(g, abs(g, x)), floatConstant(g, 1e-30));
  const inputs = [div(g, x, scales), floatConstant(g, 1 / 127), uint8Constant(g, 128)];
  const output = { type: 'uint8', shape: x.shape } as const;
  return { codes: g.node('QuantizeLinear', '', inputs, {}, [output])[0] as Value<'uint8'>, scales };
}

/** rows · Wᵀ: [.., K] → [.., N] */
export function matMulChannels(g: Graph, rows: QuantizedRows, { codes, scales, shape: [N] }: ChannelMatrix) {
  const output = { type: 'float', shape: [...rows.codes.shape.slice(0, -1), N] } as const;
  const inputs = [rows.codes, codes, floatConstant(g, 1 / 127), scales, uint8Constant(g, 128)];
  const product = g.node('MatMulIntegerToFloat', 'com.microsoft', inputs, {}, [output])[0] as Value<'float'>;
  return mul(g, product, rows.scales);
}

/** x · Wᵀ with the weights turned into float32 first, for devices that have no product of 8-bit codes: [.., K] → [.., N] */
export function matMulDequantized(g: Graph, x: Value<'float'>, { codes, scales, shape: [N, K] }: ChannelMatrix) {
  const output = { type: 'float', shape: [K, N] } as const;
  const weight = g.node('DequantizeLinear', '', [codes, scales], { axis: 1n }, [output])[0] as Value<'float'>;
  return matMul(g, x, weight);
}

function floatConstant(g: Graph, value: number): Value<'float'> {
  return g.constant('float', [], new Uint8Array(Float32Array.of(value).buffer));
}

function uint8Constant(g: Graph, value: number): Value<'uint8'> {
  return g.constant('uint8', [], Uint8Array.of(value));
}
