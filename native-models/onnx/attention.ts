/**
 * @file Multi-head attention as an operator: what it takes and gives, and its two forms. Compiler only.
 * Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
import type { Graph } from './graph.ts';
import { add, concat, float, matMul, mul, reshape, softmax, transpose } from './operators.ts';
import { dimOf, sizeOf, type Value } from './value.ts';

type Float = 'float' | 'float16';

/** The keys and values of one attention layer, as a cache holds them: [rows, heads, positions, head size] each. */
export interface KeyValue {
  readonly key: Value<'float'>;
  readonly value: Value<'float'>;
}

export interface MultiHeadAttentionInputs<T extends Float> {
  /** [B, S, N·H] */
  readonly query: Value<T>;
  /** [B, T, N·H], or 4-D [B, N, T, H] when it comes from a cache of cross-attention keys. */
  readonly key: Value<T>;
  readonly value: Value<T>;
  /** Added to the scores before softmax: [B or 1, N or 1, S, T]. */
  readonly bias?: Value<T> | undefined;
  /** Keys and values of earlier positions, [B, N, P, H]; the cache of this step, [B, N, P+S, H], is returned. */
  readonly past?: { readonly key: Value<T>; readonly value: Value<T>; readonly totalLength: string } | undefined;
}

export interface MultiHeadAttentionResult<T extends Float> {
  /** [B, S, N·H] */
  readonly output: Value<T>;
  readonly present?: { readonly key: Value<T>; readonly value: Value<T> };
}

/**
 * softmax(query · keyᵀ · scale + bias) · value, for all heads at once.
 *
 * Masks are folded into the bias: WebGPU's kernel refuses `unidirectional` and `key_padding_mask`.
 */
export function multiHeadAttention<T extends Float>(
  g: Graph,
  { query, key, value, bias, past }: MultiHeadAttentionInputs<T>,
  heads: number,
  scale: number,
): MultiHeadAttentionResult<T> {
  if (g.attention === 'composed') return composedAttention(g, { query, key, value, bias, past }, heads, scale);
  const type = query.type;
  const inputs = [query, key, value, undefined, undefined, bias, past?.key, past?.value];
  const attributes = { num_heads: BigInt(heads), scale };
  const main = { type, shape: query.shape };
  if (past === undefined) {
    const [output] = g.node('MultiHeadAttention', 'com.microsoft', inputs, attributes, [main]);
    return { output: output as Value<T> };
  }
  const present = { type, shape: [dimOf(query, 0), heads, past.totalLength, sizeOf(query, -1) / heads] };
  const [output, presentKey, presentValue] = g.node('MultiHeadAttention', 'com.microsoft', inputs, attributes, [
    main,
    present,
    present,
  ]);
  return { output: output as Value<T>, present: { key: presentKey as Value<T>, value: presentValue as Value<T> } };
}

/**
 * ```
 * query ─ heads apart ─ Mul scale ─ MatMul ─ Add bias ─ Softmax ─ MatMul ─ heads together
 * key ─── heads apart ─ Concat past ─┘ transposed                 │
 * value ─ heads apart ─ Concat past ──────────────────────────────┘
 * ```
 */
function composedAttention<T extends 'float' | 'float16'>(
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
