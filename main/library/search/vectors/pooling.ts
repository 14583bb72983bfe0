/**
 * @file One vector for a photo that has many: the mean of its vectors, made a unit vector again. Main process, scan workers.
 *
 * Photos are compared with each other by these. Up to the two lengths, the product of two means is the mean of all
 * products of a vector of the one and a vector of the other: it asks whether the photos agree as wholes, is the same in
 * both directions, and a photo equals itself. The largest product, by which a text is compared, asks whether any part
 * agrees, which nearly any two photos do.
 */
import type { VectorShape } from './vectorLayout.ts';

/** Of a photo with one vector: that vector. */
export function pooledVector(values: Float16Array, { vectors, size }: VectorShape): Float32Array {
  if (vectors === 1) return Float32Array.from(values);
  const sums = new Float64Array(size);
  for (let v = 0; v < vectors; v++) {
    for (let i = 0; i < size; i++) sums[i] = (sums[i] as number) + (values[v * size + i] as number);
  }
  return unitVector(sums);
}

/** Of several photos' vectors, of one length: the unit vector that says what they have in common. */
export function meanVector(vectors: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), ...others] = vectors;
  if (others.length === 0) return first;
  return unitVector(
    Float64Array.from(first, (value, i) => others.reduce((sum, other) => sum + (other[i] ?? 0), value)),
  );
}

/** Vectors that cancel each other out have no direction in common. */
function unitVector(sums: Float64Array): Float32Array {
  const length = Math.max(1e-12, Math.sqrt(sums.reduce((squares, sum) => squares + sum * sum, 0)));
  return Float32Array.from(sums, (sum) => sum / length);
}

/** The product of two vectors, added up in one order and in doubles, so that it is the same wherever it is computed. */
export function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The largest product of any of the queries, one after the other, with any of a photo's vectors. */
export function largestProduct(values: Float16Array, { vectors, size }: VectorShape, queries: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let query = 0; query < queries.length; query += size) {
    for (let v = 0; v < vectors; v++) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (values[v * size + i] as number) * (queries[query + i] as number);
      if (sum > largest) largest = sum;
    }
  }
  return largest;
}
