/** @file The keys and values of one attention layer, as a cache holds them. Compiler only. */
import type { Value } from '../onnx/value.ts';

/** [rows, heads, positions, head size] each. */
export interface KeyValue {
  readonly key: Value<'float'>;
  readonly value: Value<'float'>;
}
