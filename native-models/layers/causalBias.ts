/**
 * @file Who may look at whom in a decoder-only model, as an additive bias. Computed on the host, where the lengths are
 * known, so that one graph serves both the prompt and the tokens after it. Compiler and runtime.
 */

/**
 * Large enough that a masked key's weight underflows to exactly 0 after softmax (exp(−10000) = 0 in float32), small
 * enough to stay finite in float16 and when added to a position bias. The reference's Q-Former uses the same number.
 */
export const maskedScore = -10_000;

/** A stretch of keys that nobody may look at. */
export interface Padding {
  readonly start: number;
  readonly length: number;
}

/**
 * Bias of `queries` new positions, the last of `keys`, against all keys: [rows, 1, queries, keys]. A query sees the keys
 * up to its own; row r does not see its paddings `paddings[r]`.
 */
export function causalBias(paddings: readonly (readonly Padding[])[], queries: number, keys: number): Float32Array {
  const bias = new Float32Array(paddings.length * queries * keys);
  for (const [row, stretches] of paddings.entries()) {
    for (let q = 0; q < queries; q++) {
      const offset = (row * queries + q) * keys;
      bias.fill(maskedScore, offset + (keys - queries) + q + 1, offset + keys);
      for (const { start, length } of stretches) bias.fill(maskedScore, offset + start, offset + start + length);
    }
  }
  return bias;
}
