/**
 * @file Block-wise quantization of a matrix: every `blockSize` neighbouring weights of a row share one scale, and a weight
 * is (code − zero) · scale. In the layout of onnxruntime's MatMulNBits and GatherBlockQuantized. Compiler only.
 */

/** Codes and scales of some rows. */
export interface BlockCodes {
  /** [rows, blocks, blockSize · bits / 8]; of 4-bit codes the first of a pair is in the lower half of its byte. */
  readonly codes: Uint8Array;
  /** [rows, blocks] */
  readonly scales: Float32Array;
}

export function blocksOf(columns: number, blockSize: number): number {
  return Math.ceil(columns / blockSize);
}

/**
 * Scales are searched: of several candidates the one that leaves the least squared error, each improved by least squares
 * for the codes it gives. Rounding the largest weight to the end of the range, as is usual, is one of the candidates.
 *
 * @param values [rows, columns], finite
 * @param importance how much an error in each column counts: the mean square of what it is multiplied with, [columns]
 */
export function quantizeBlocks(
  values: Float32Array,
  columns: number,
  { bits, blockSize }: { readonly bits: 4 | 8; readonly blockSize: number },
  target: BlockCodes,
  importance?: Float32Array,
): void {
  const rows = values.length / columns;
  const blocks = blocksOf(columns, blockSize);
  const blockBytes = (blockSize * bits) / 8;
  const search = bits === 4 ? searchScale : scaleOfLargest;
  const zero = bits === 4 ? 8 : 128;
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const firstColumn = block * blockSize;
      const start = row * columns + firstColumn;
      const end = start + Math.min(blockSize, columns - firstColumn);
      const scale = search(values, start, end, zero, importance, firstColumn);
      target.scales[row * blocks + block] = scale;
      const inverse = scale === 0 ? 0 : 1 / scale;
      const first = (row * blocks + block) * blockBytes;
      // places beyond the last column hold the code of 0
      if (bits === 8) {
        target.codes.fill(zero, first, first + blockBytes);
        for (let i = start; i < end; i++) target.codes[first + i - start] = codeOf(values[i] as number, inverse, zero);
      } else {
        target.codes.fill(zero | (zero << 4), first, first + blockBytes);
        for (let i = start; i < end; i += 2) {
          const low = codeOf(values[i] as number, inverse, zero);
          const high = i + 1 < end ? codeOf(values[i + 1] as number, inverse, zero) : zero;
          target.codes[first + ((i - start) >> 1)] = low | (high << 4);
        }
      }
    }
  }
}

function codeOf(value: number, inverse: number, zero: number): number {
  const code = Math.round(value * inverse) + zero;
  return Math.max(0, Math.min(code, 2 * zero - 1));
}

/** The weight of largest magnitude becomes −zero, the end that the range reaches farther to. */
function scaleOfLargest(values: Float32Array, start: number, end: number, zero: number): number {
  let largest = 0;
  for (let i = start; i < end; i++) {
    const value = values[i] as number;
    if (Math.abs(value) > Math.abs(largest)) largest = value;
  }
  return largest === 0 ? 0 : Math.fround(-largest / zero);
}

/** Of the candidate scales: what share of the usual one they are. */
const shares = [1, 0.92, 0.84, 0.76];

function searchScale(
  values: Float32Array,
  start: number,
  end: number,
  zero: number,
  importance: Float32Array | undefined,
  firstColumn: number,
): number {
  const usual = scaleOfLargest(values, start, end, zero);
  if (usual === 0) return 0;
  let best = usual;
  let leastError = Number.POSITIVE_INFINITY;
  for (const share of shares) {
    const inverse = 1 / (usual * share);
    let products = 0; // Σ importance · value · code
    let squares = 0; // Σ importance · code²
    let energy = 0; // Σ importance · value²
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      const code = codeOf(value, inverse, zero) - zero;
      const weight = importance === undefined ? 1 : (importance[firstColumn + i - start] as number);
      products += weight * value * code;
      squares += weight * code * code;
      energy += weight * value * value;
    }
    if (squares === 0) continue;
    // for these codes the scale of least error is products / squares, and it leaves this
    const error = energy - (products * products) / squares;
    if (error < leastError) {
      leastError = error;
      best = products / squares;
    }
  }
  return Math.fround(best);
}
