/**
 * @file Vectors as bytes, and how far a product of bytes can be from that of the vectors. Main process, scan workers.
 *
 * A stored vector is v = s·c + e: codes c, −127 … 127, one scale s a photo, and what is lost, e. The query is
 * q = t·d + f in the same way, in 16 bits. Then q·v = s·t·(c·d) + s·(f·c) + q·e, so that by Cauchy and Schwarz
 *
 *     q·v ≤ s·t·(c·d) + |f|·(|v| + |e|) + |q|·|e|
 *
 * The largest |e| of a photo's vectors is stored with its scale. A scan computes c·d and thus a bound that no exact score
 * exceeds; whoever is below the bound need not be looked at.
 */
import type { CodeLayout, VectorShape } from './vectorLayout.ts';

/** Longer vectors are refused: the bound counts on unit vectors, and no model of ours gives others. */
export const maxVector = 1.01;

/** More than rounding of floats (float32 products of exact integers, float64 sums) can add up to. */
const roundingSlack = 1e-6;

const largestCode = 127;

export interface QuantizedVectors {
  readonly scale: number;
  /** At least the length of what any of the vectors lost. */
  readonly error: number;
}

/** Writes the codes of one photo's vectors into `codes`, which holds zeros. */
export function quantize(
  values: Float16Array | Float32Array,
  { vectors, size }: VectorShape,
  { rowBytes }: CodeLayout,
  codes: Int8Array,
): QuantizedVectors {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const scale = Math.fround(largest / largestCode);
  if (scale === 0) return { scale: 0, error: Math.fround(largest * Math.sqrt(size)) };
  let error = 0;
  for (let v = 0; v < vectors; v++) {
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const value = values[v * size + i] as number;
      const code = Math.max(-largestCode, Math.min(largestCode, Math.round(value / scale)));
      codes[v * rowBytes + i] = code;
      squares += (value - scale * code) ** 2;
    }
    error = Math.max(error, Math.sqrt(squares));
  }
  return { scale, error: Math.fround(error * (1 + 1e-6)) };
}

/** A query in 16 bits, with what bounds need. */
export interface QuantizedQuery {
  readonly codes: Int16Array;
  readonly scale: number;
  readonly length: number;
  /** Upper bound, less what depends on the photo. */
  readonly slack: number;
}

export function quantizeQuery(query: Float32Array): QuantizedQuery {
  const largest = query.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // sums of products must not leave 32 bits
  const largestQueryCode = Math.min(32767, Math.floor((2 ** 31 - 1) / (largestCode * query.length)));
  const scale = largest / largestQueryCode;
  const codes = Int16Array.from(query, (value) => (scale === 0 ? 0 : Math.round(value / scale)));
  let [squares, lost] = [0, 0];
  for (const [i, value] of query.entries()) {
    squares += value * value;
    lost += (value - scale * (codes[i] as number)) ** 2;
  }
  // |v| + |e| is below this: no vector is longer, and none loses more than half of itself
  const slack = Math.sqrt(lost) * 1.5 * maxVector + roundingSlack;
  return { codes, scale, length: Math.sqrt(squares), slack };
}

/** What no exact product of the query and a vector of the photo exceeds, the largest product of codes being `product`. */
export function upperBound(query: QuantizedQuery, scale: number, error: number, product: number): number {
  return query.scale * scale * product + query.length * error + query.slack;
}
