/** @file The small arithmetic around BLIP-2's matching graphs: masks, verdicts, unit vectors. Model host. */
import type { MatchResult } from '../../runtime/imageTextMatcher.ts';

/**
 * Who may look at whom in rows of `queries` query tokens and then `text` places, of which row b fills `textLengths[b]`:
 * [B, T, T]. `together`: everybody at everybody. `apart`: queries at queries, text at text.
 */
export function pairMask(
  textLengths: readonly number[],
  { queries, text }: { readonly queries: number; readonly text: number },
  sight: 'together' | 'apart',
): BigInt64Array {
  const tokens = queries + text;
  const mask = new BigInt64Array(textLengths.length * tokens * tokens);
  for (const [b, length] of textLengths.entries()) {
    for (let from = 0; from < tokens; from++) {
      const start = (b * tokens + from) * tokens;
      const isQuery = from < queries;
      if (isQuery || sight === 'together') mask.fill(1n, start, start + queries);
      if (!isQuery || sight === 'together') mask.fill(1n, start + queries, start + queries + length);
    }
  }
  return mask;
}

/** The head judges from every query token; the verdict is the mean. */
export function matchOf(logitsPerQuery: Float32Array): MatchResult {
  const queries = logitsPerQuery.length / 2;
  let [no, yes] = [0, 0];
  for (let q = 0; q < queries; q++) {
    no += (logitsPerQuery[2 * q] ?? Number.NaN) / queries;
    yes += (logitsPerQuery[2 * q + 1] ?? Number.NaN) / queries;
  }
  return { logits: [no, yes], probability: 1 / (1 + Math.exp(no - yes)) };
}

/** Every row of `size` values, divided by its length. */
export function normalizeRows(values: Float32Array, size: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += size) {
    const row = values.subarray(start, start + size);
    const length = Math.hypot(...row);
    for (const [i, value] of row.entries()) result[start + i] = value / Math.max(length, 1e-12);
  }
  return result;
}
