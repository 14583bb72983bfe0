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
  for (let start = 0, output = firstOutput; start < values.length; start += inputs, output++) {
    const scale = scaleOf(values, start, inputs);
    scales[output] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let pair = 0; pair < inputs; pair += 2) {
      const first = Math.round((values[start + pair] as number) * inverse);
      codes[pair * outputs + output] = first;
      if (pair + 1 === inputs) continue;
      const second = Math.round((values[start + pair + 1] as number) * inverse);
      // both may have been rounded up
      const excess = first * second > 0 ? Math.max(0, Math.abs(first + second) - largestPair) : 0;
      codes[(pair + 1) * outputs + output] = second - Math.sign(second) * excess;
    }
  }
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
