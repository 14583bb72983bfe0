/**
 * @file What the layers of every decoder-only language model have in common: the positions they are given, and
 * self-attention over a cache. Compiler only.
 *
 * R rows (sequences or beams) · S new positions · P past · T = P + S · N heads · K key-value heads · H head size
 */
import type { StoredTable } from '../checkpoint/graphWeights.ts';
import { type KeyValue, multiHeadAttention } from '../onnx/attention.ts';
import { concat, expand, int64s, reshape, slice, transpose, unsqueeze } from '../onnx/operators.ts';
import { dimOf, sizeOf, type Value } from '../onnx/value.ts';
import { type LayerContext, multiply } from './linear.ts';

/** What a decoder-only model is fed: new positions after those in the cache. */
export interface CausalInputs {
  /** What comes before the tokens: a picture's projected query tokens, or nothing. [R, Q, D] */
  readonly prefix: Value<'float'>;
  /** The tokens after it, [R, S − Q]. */
  readonly ids: Value<'int64'>;
  /** Position of each of the S new places within its sequence, [R, S]. */
  readonly positions: Value<'int64'>;
  /** Who may look at whom, [R, 1, S, T]. */
  readonly bias: Value<'float'>;
  readonly past: readonly KeyValue[];
}

export interface CausalOutputs {
  /** Of the last position, [R, V]. */
  readonly logits: Value<'float'>;
  readonly present: readonly KeyValue[];
}

/** The prefix and the embedded tokens in one row: [R, Q, D] and [R, S − Q, D] → [R, S, D] */
export function joinPrefix(
  { graph }: LayerContext,
  { prefix, positions }: CausalInputs,
  embedded: Value<'float'>,
): Value<'float'> {
  return concat(graph, [prefix, embedded], 1, dimOf(positions, 1));
}

/** The last position of hidden states [R, S, D] and a table [V, D] → logits [R, V] */
export function lastLogits({ graph }: LayerContext, hidden: Value<'float'>, table: StoredTable): Value<'float'> {
  const D = sizeOf(hidden, -1);
  const last = slice(graph, hidden, 1, -1, 'end', 1); // [R, 1, D]
  return multiply(graph, reshape(graph, last, [-1, D], [dimOf(hidden, 0), D]), table);
}

/**
 * Queries [R, S, N·H] against the cache and the new keys and values [R, S, K·H] → [R, S, N·H] and the grown cache.
 * With fewer key-value heads than heads, each of them serves N/K consecutive heads: they are repeated for the operator,
 * and the cache holds them once.
 *
 * MultiHeadAttention rather than GroupQueryAttention: the latter wants its masks as lengths of right-padded rows, and
 * refuses several rows of several positions after a cache.
 */
export function cachedAttention(
  context: LayerContext,
  { query, key, value }: { query: Value<'float'>; key: Value<'float'>; value: Value<'float'> },
  { bias, past }: { bias: Value<'float'>; past: KeyValue },
  { heads: N, keyValueHeads: K, headSize: H }: { heads: number; keyValueHeads: number; headSize: number },
): { output: Value<'float'>; present: KeyValue } {
  const { graph } = context;
  const T = dimOf(bias, -1);
  const scale = H ** -0.5;
  if (K === N) {
    const inputs = { query, key, value, bias, past: { ...past, totalLength: String(T) } };
    const { output, present } = multiHeadAttention(graph, inputs, N, scale);
    if (present === undefined) throw new RangeError('attention over a cache returned none');
    return { output, present };
  }
  const grow = (before: Value<'float'>, fresh: Value<'float'>) => {
    const apart = reshape(graph, fresh, [0, 0, K, H], [dimOf(fresh, 0), dimOf(fresh, 1), K, H]);
    return concat(graph, [before, transpose(graph, apart, [0, 2, 1, 3])], 2, T); // [R, K, T, H]
  };
  const present = { key: grow(past.key, key), value: grow(past.value, value) };
  const repeat = (x: Value<'float'>) => {
    const R = dimOf(x, 0);
    const repeated = expand(graph, unsqueeze(graph, x, [2]), int64s(graph, [1, 1, N / K, 1, 1]), [R, K, N / K, T, H]);
    return reshape(graph, repeated, [0, N, -1, H], [R, N, T, H]); // [R, K, N/K, T, H] → [R, N, T, H]
  };
  const inputs = { query, key: repeat(present.key), value: repeat(present.value), bias };
  return { output: multiHeadAttention(graph, inputs, N, scale).output, present };
}
