/**
 * @file T5's relative position buckets. Computed on the host, because onnxruntime's RelativePositionBias has no CPU
 * kernel and the table look-up is all that a graph needs. Compiler and runtime.
 * Source: T5Attention._relative_position_bucket in Hugging Face transformers, after arXiv:1910.10683 section 2.1.
 */

export interface RelativeBucketDims {
  readonly relativeBuckets: number;
  readonly relativeMaxDistance: number;
}

/** The bucket of a key that lies `distance` positions after the query (negative: before). */
export function relativeBucket(distance: number, bidirectional: boolean, dims: RelativeBucketDims): number {
  const buckets = bidirectional ? dims.relativeBuckets / 2 : dims.relativeBuckets;
  const side = bidirectional && distance > 0 ? buckets : 0;
  const far = bidirectional ? Math.abs(distance) : Math.max(0, -distance);
  const exact = Math.floor(buckets / 2);
  if (far < exact) return side + far;
  // float32 logarithms, as the reference takes them: a bucket's edge can fall on an exact power
  const ratio = Math.fround(Math.log(Math.fround(far / exact)));
  const scaled = Math.fround(
    Math.fround(ratio / Math.fround(Math.log(dims.relativeMaxDistance / exact))) * (buckets - exact),
  );
  return side + Math.min(buckets - 1, exact + Math.trunc(scaled));
}

/** Buckets of `queries` consecutive positions (the first is `firstQuery`) against keys 0 … keys−1: [queries, keys] */
export function relativeBuckets(
  {
    firstQuery,
    queries,
    keys,
    bidirectional,
  }: { firstQuery: number; queries: number; keys: number; bidirectional: boolean },
  dims: RelativeBucketDims,
): BigInt64Array {
  const result = new BigInt64Array(queries * keys);
  for (let q = 0; q < queries; q++) {
    for (let k = 0; k < keys; k++) {
      result[q * keys + k] = BigInt(relativeBucket(k - (firstQuery + q), bidirectional, dims));
    }
  }
  return result;
}
