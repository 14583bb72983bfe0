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
  { codes, scales }: BlockCodes,
  importance?: Float32Array,
): void {
  const blockBytes = (blockSize * bits) / 8;
  const zero = bits === 4 ? 8 : 128;
  const weights = importance ?? new Float32Array(columns).fill(1);
  for (let rowStart = 0, at = 0; rowStart < values.length; rowStart += columns) {
    for (let first = 0; first < columns; first += blockSize, at++) {
      const start = rowStart + first;
      const count = Math.min(blockSize, columns - first);
      const usual = scaleOfLargest(values, start, count, zero);
      const scale = bits === 8 || usual === 0 ? usual : searchScale(usual, values, start, count, weights, first);
      scales[at] = scale;
      const inverse = scale === 0 ? 0 : 1 / scale;
      const target = at * blockBytes;
      if (bits === 8) writeBytes(codes, target, blockBytes, values, start, count, inverse);
      else writeNibbles(codes, target, blockBytes, values, start, count, inverse);
    }
  }
}

/** Places beyond the last column hold the code of 0. */
function writeBytes(
  codes: Uint8Array,
  target: number,
  size: number,
  values: Float32Array,
  start: number,
  count: number,
  inverse: number,
): void {
  for (let i = 0; i < count; i++) codes[target + i] = codeOf((values[start + i] as number) * inverse, 128);
  codes.fill(128, target + count, target + size);
}

function writeNibbles(
  codes: Uint8Array,
  target: number,
  size: number,
  values: Float32Array,
  start: number,
  count: number,
  inverse: number,
): void {
  const nibble = (i: number) => (i < count ? codeOf((values[start + i] as number) * inverse, 8) : 8);
  for (let i = 0; i < size; i++) codes[target + i] = nibble(2 * i) | (nibble(2 * i + 1) << 4);
}

/** Rounded and limited to 0 … 2 · zero − 1. */
function codeOf(value: number, zero: number): number {
  const code = value + zero + 0.5;
  return code < 0 ? 0 : code >= 2 * zero ? 2 * zero - 1 : code | 0;
}

/** The weight of largest magnitude becomes −zero, the end that the range reaches farther to. */
function scaleOfLargest(values: Float32Array, start: number, count: number, zero: number): number {
  let least = 0;
  let most = 0;
  for (let i = start; i < start + count; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const largest = most > -least ? most : least;
  return largest === 0 ? 0 : Math.fround(-largest / zero);
}

/** Of the candidate scales: what share of the usual one they are. */
const shares = [1, 0.92, 0.84, 0.76];

function searchScale(
  usual: number,
  values: Float32Array,
  start: number,
  count: number,
  weights: Float32Array,
  firstColumn: number,
): number {
  let best = usual;
  let most = Number.NEGATIVE_INFINITY;
  for (const share of shares) {
    const inverse = 1 / (usual * share);
    let products = 0; // Σ weight · value · code
    let squares = 0; // Σ weight · code²
    for (let i = 0; i < count; i++) {
      const value = values[start + i] as number;
      const shifted = value * inverse + 8.5;
      const code = (shifted < 0 ? 0 : shifted >= 16 ? 15 : shifted | 0) - 8;
      const weighted = (weights[firstColumn + i] as number) * code;
      products += weighted * value;
      squares += weighted * code;
    }
    // for these codes the scale of least error is products / squares, and it spares products² / squares of the error
    const spared = (products * products) / squares;
    if (spared > most) {
      most = spared;
      best = products / squares;
    }
  }
  return Math.fround(best);
}
