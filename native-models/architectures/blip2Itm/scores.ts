/** @file The small arithmetic around BLIP-2's matching graphs: masks and scores. Model host. */
/**
 * Who may look at whom in rows of `queries` query tokens and then `text` places, of which row b fills `textLengths[b]`:
 * [B, T, T]. `together`: every token at every token. `apart`: queries at queries, text at text.
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

/** The head scores every query token; its logits for the pair, [2], are the mean of [Q, 2]. */
export function meanLogits(logitsPerQuery: Float32Array): Float32Array {
  const queries = logitsPerQuery.length / 2;
  let [no, yes] = [0, 0];
  for (let q = 0; q < queries; q++) {
    no += (logitsPerQuery[2 * q] ?? Number.NaN) / queries;
    yes += (logitsPerQuery[2 * q + 1] ?? Number.NaN) / queries;
  }
  return Float32Array.of(no, yes);
}
