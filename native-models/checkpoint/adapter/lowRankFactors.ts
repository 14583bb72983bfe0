/** @file The arithmetic of a low-rank update, in double precision, row by row. Compiler only. */

/** left [rows, rank] · right [rank, columns], to be added `scale` times. */
export interface LowRankFactors {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly rank: number;
  readonly scale: number;
  /** The length of every row afterwards [rows], with DoRA. */
  readonly magnitude?: Float32Array | undefined;
}

/**
 * Updates whole rows of a matrix in place.
 * @param values rows of `columns` values, from row `firstRow` on
 */
export function addLowRank(values: Float32Array, columns: number, firstRow: number, factors: LowRankFactors): void {
  const { left, right, rank, scale, magnitude } = factors;
  const sums = new Float64Array(columns);
  for (let start = 0, row = firstRow; start < values.length; start += columns, row++) {
    const weights = values.subarray(start, start + columns);
    sums.set(weights);
    for (let k = 0; k < rank; k++) {
      const factor = scale * (left[row * rank + k] as number);
      const offset = k * columns;
      for (let c = 0; c < columns; c++) sums[c] = (sums[c] as number) + factor * (right[offset + c] as number);
    }
    if (magnitude !== undefined) stretch(sums, magnitude[row] as number);
    weights.set(sums);
  }
}

function stretch(row: Float64Array, length: number): void {
  const factor = length / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  for (let c = 0; c < row.length; c++) row[c] = (row[c] as number) * factor;
}

/** [rows, columns] → [columns, rows] */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c] as number;
  }
  return result;
}
