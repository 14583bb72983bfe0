/** @file The typed values that flow between the operators of a graph under construction. Compiler only. */
import { TensorProto_DataType } from './generated/onnx_pb.js';

/** Element types that graphs use, by ONNX's names. */
export type ElementType = 'float' | 'float16' | 'int64' | 'int32' | 'int8' | 'uint8' | 'bool';

/** A known size, or the name of one that is only known when the graph runs (batch, sequence length, …). */
export type Dim = number | string;

/** A tensor inside a graph: an input, an initializer or the output of a node. Immutable. */
export interface Value<T extends ElementType = ElementType> {
  readonly name: string;
  readonly type: T;
  readonly shape: readonly Dim[];
}

export const onnxDataType: Readonly<Record<ElementType, TensorProto_DataType>> = {
  float: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  int64: TensorProto_DataType.INT64,
  int32: TensorProto_DataType.INT32,
  int8: TensorProto_DataType.INT8,
  uint8: TensorProto_DataType.UINT8,
  bool: TensorProto_DataType.BOOL,
};

/** The size of dimension `axis` (negative counts from the end). @throws RangeError when there is no such axis */
export function dimOf(value: Value, axis: number): Dim {
  const dim = value.shape.at(axis);
  if (dim === undefined) throw new RangeError(`${describe(value)} has no axis ${axis}`);
  return dim;
}

/** The size of dimension `axis`, which must be known while compiling. */
export function sizeOf(value: Value, axis: number): number {
  const dim = dimOf(value, axis);
  if (typeof dim !== 'number') throw new RangeError(`axis ${axis} of ${describe(value)} is not known while compiling`);
  return dim;
}

export function describe(value: Value): string {
  return `${value.name}: ${value.type}[${value.shape.join(', ')}]`;
}

/** The shape of an element-wise operation on both. @throws RangeError when the shapes cannot be broadcast */
export function broadcast(a: Value, b: Value): Dim[] {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const x = a.shape[a.shape.length - rank + i] ?? 1;
    const y = b.shape[b.shape.length - rank + i] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    // a name against a number: the number is what the name will turn out to be, or the graph fails when it runs
    if (typeof x !== typeof y) return typeof x === 'number' ? x : y;
    throw new RangeError(`${describe(a)} and ${describe(b)} cannot be broadcast`);
  });
}
