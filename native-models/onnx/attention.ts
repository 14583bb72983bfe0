/** @file What attention takes and gives, in either form. Compiler only. */
import type { Value } from './value.ts';

type Float = 'float' | 'float16';

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
