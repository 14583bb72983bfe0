/** @file Attention made of plain operators, for devices whose fused one is wrong (see AttentionForm). Compiler only. */
import type { MultiHeadAttentionInputs, MultiHeadAttentionResult } from './attention.ts';
import type { Graph } from './graph.ts';
import { add, concat, float, matMul, mul, reshape, softmax, transpose } from './operators.ts';
import { dimOf, sizeOf, type Value } from './value.ts';

/**
 * ```
 * query ─ heads apart ─ Mul scale ─ MatMul ─ Add bias ─ Softmax ─ MatMul ─ heads together
 * key ─── heads apart ─ Concat past ─┘ transposed                 │
 * value ─ heads apart ─ Concat past ──────────────────────────────┘
 * ```
 */
export function composedAttention<T extends 'float' | 'float16'>(
  g: Graph,
  { query, key, value, bias, past }: MultiHeadAttentionInputs<T>,
  heads: number,
  scale: number,
): MultiHeadAttentionResult<T> {
  const grow = (before: Value<T>, x: Value<T>) => concat(g, [before, x], 2, past?.totalLength); // [B, N, T, H]
  const ownKeys = headsApart(g, key, heads);
  const ownValues = headsApart(g, value, heads);
  const present = past === undefined ? undefined : { key: grow(past.key, ownKeys), value: grow(past.value, ownValues) };
  const keys = present?.key ?? ownKeys; // [B, N, T, H]
  const values = present?.value ?? ownValues; // [B, N, T, H]
  const queries = mul(g, headsApart(g, query, heads), float(g, scale) as Value<T>); // [B, N, S, H]
  const products = matMul(g, queries, transpose(g, keys, [0, 1, 3, 2])); // [B, N, S, T]
  // sizes that have a name of their own on either side are the same size: the products' names are kept
  const scores = bias === undefined ? products : add(g, products, { ...bias, shape: products.shape });
  const mixed = transpose(g, matMul(g, softmax(g, scores), values), [0, 2, 1, 3]); // [B, S, N, H]
  const output = reshape(g, mixed, [0, 0, sizeOf(query, -1)], query.shape); // [B, S, N·H]
  return present === undefined ? { output } : { output, present };
}

/** [B, S, N·H] → [B, N, S, H]; what has its heads apart already stays. */
function headsApart<T extends 'float' | 'float16'>(g: Graph, x: Value<T>, heads: number): Value<T> {
  if (x.shape.length === 4) return x;
  const H = sizeOf(x, -1) / heads;
  const apart = reshape(g, x, [0, 0, heads, H], [dimOf(x, 0), dimOf(x, 1), heads, H]); // [B, S, N, H]
  return transpose(g, apart, [0, 2, 1, 3]);
}
