/** @file Rows of tensors that keep one row a sequence: taken out, put together, cut. Copies in ordinary memory. Model host. */
import * as ort from 'onnxruntime-node';
import type { Tensor } from './graphSession.ts';

/** By the name that a graph has for them. */
export type Tensors = Readonly<Record<string, Tensor>>;

type Values = Float32Array;

/** Rows `rows` of a tensor, in this order, copied. */
export function takeRows(tensor: Tensor, rows: readonly number[]): Tensor {
  const taken = blankLike(tensor, [rows.length, ...tensor.dims.slice(1)]);
  const size = product(tensor.dims.slice(1));
  const [from, to] = [valuesOf(tensor), valuesOf(taken)];
  for (const [r, row] of rows.entries()) to.set(from.subarray(row * size, (row + 1) * size), r * size);
  return taken;
}

/**
 * The rows of all tensors, one after the other. One further axis may be of different lengths: the shorter ones are filled
 * up with zeros, after their values or before them.
 */
export function stackRows(tensors: readonly Tensor[], zeros: 'after' | 'before'): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new RangeError('there is nothing to stack');
  const axis = first.dims.findIndex((dim, i) => i > 0 && tensors.some(({ dims }) => dims[i] !== dim));
  const rows = tensors.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0);
  const dims = first.dims.map((_, i) => (i === 0 ? rows : Math.max(...tensors.map((tensor) => tensor.dims[i] ?? 0))));
  const stacked = blankLike(first, dims);
  const to = valuesOf(stacked);
  let offset = 0;
  for (const tensor of tensors) {
    const from = valuesOf(tensor);
    // what lies together in both, and how far such stretches lie apart in the stacked tensor
    const own = axis < 0 ? from.length : product(tensor.dims.slice(axis));
    const step = axis < 0 ? from.length : product(dims.slice(axis));
    for (let start = 0; start < from.length; start += own) {
      to.set(from.subarray(start, start + own), zeros === 'after' ? offset : offset + step - own);
      offset += step;
    }
  }
  return stacked;
}

/** Without the first `count` places of axis 2, copied: [R, N, T, H] → [R, N, T − count, H] */
export function withoutFirst(tensor: Tensor, count: number): Tensor {
  const [R = 0, N = 0, T = 0, H = 0] = tensor.dims;
  const cut = blankLike(tensor, [R, N, T - count, H]);
  const [from, to] = [valuesOf(tensor), valuesOf(cut)];
  for (let i = 0; i < R * N; i++) to.set(from.subarray((i * T + count) * H, (i + 1) * T * H), i * (T - count) * H);
  return cut;
}

/** A tensor of zeros of the same type. */
function blankLike({ type, data }: Tensor, dims: readonly number[]): Tensor {
  const Values = data.constructor as new (size: number) => Tensor['data'];
  return new ort.Tensor(type, new Values(product(dims)), dims);
}

/** All arrays of numbers are copied alike. */
function valuesOf(tensor: Tensor): Values {
  return tensor.data as Values;
}

function product(dims: readonly number[]): number {
  return dims.reduce((size, dim) => size * dim, 1);
}
