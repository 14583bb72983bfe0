/**
 * @file Quantization of a matrix to signed 8-bit codes with one scale a row of it (an output of its layer), so that it can
 * be multiplied with 8-bit activations. Compiler only.
 */

/** The largest sum of two neighbouring codes of one sign, see `quantizeChannels`. */
const largestPair = 128;

/** Where the codes of some rows go. */
export interface ChannelTarget {
  /** Of the whole matrix, transposed: [inputs, outputs] */
  readonly codes: Int8Array;
  /** [outputs] */
  readonly scales: Float32Array;
  readonly firstOutput: number;
  readonly outputs: number;
}

/**
 * Processors without VNNI multiply unsigned 8-bit activations with signed 8-bit weights and add two neighbouring products
 * in 16 bits, which saturate: 255 · 127 + 255 · 127 does not fit (measured on AVX2: a sum of 22,709,632 came out as 179,520).
 * 255 · (a + b) fits where a + b is at most 128, so the scale of a row is chosen such that no pair exceeds that, and the
 * result is exact on every processor.
 *
 * @param values rows of the matrix as checkpoints store it, [rows, inputs], finite
 */
export function quantizeChannels(
  values: Float32Array,
  inputs: number,
  { codes, scales, firstOutput, outputs }: ChannelTarget,
): void {
  const rows = values.length / inputs;
  for (let row = 0; row < rows; row++) scales[firstOutput + row] = scaleOf(values, row * inputs, inputs);
  const inverses = scales.subarray(firstOutput, firstOutput + rows).map((scale) => (scale === 0 ? 0 : 1 / scale));
  // a few rows at a time: transposing whole ones would write to another cache line for every code
  for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
    const lastRow = Math.min(rows, firstRow + tileRows);
    for (let pair = 0; pair < inputs; pair += 2) {
      for (let row = firstRow; row < lastRow; row++) {
        const inverse = inverses[row] as number;
        const at = row * inputs + pair;
        const target = pair * outputs + firstOutput + row;
        const first = rounded((values[at] as number) * inverse);
        codes[target] = first;
        if (pair + 1 === inputs) continue;
        const second = rounded((values[at + 1] as number) * inverse);
        codes[target + outputs] = withinPair(first, second);
      }
    }
  }
}

const tileRows = 64;

/** To the nearest integer, many times faster than Math.round; halves away from zero. */
function rounded(value: number): number {
  return (value < 0 ? value - 0.5 : value + 0.5) | 0;
}

/** Both may have been rounded up. */
function withinPair(first: number, second: number): number {
  if (first > 0 && first + second > largestPair) return Math.min(second, largestPair - first);
  if (first < 0 && first + second < -largestPair) return Math.max(second, -largestPair - first);
  return second;
}

function scaleOf(values: Float32Array, start: number, inputs: number): number {
  let largest = 0;
  let largestSum = 0;
  for (let pair = 0; pair < inputs; pair += 2) {
    const first = values[start + pair] as number;
    const second = pair + 1 < inputs ? (values[start + pair + 1] as number) : 0;
    largest = Math.max(largest, Math.abs(first), Math.abs(second));
    if (first * second > 0) largestSum = Math.max(largestSum, Math.abs(first + second));
  }
  return Math.fround(Math.max(largest / 127, largestSum / largestPair));
}
