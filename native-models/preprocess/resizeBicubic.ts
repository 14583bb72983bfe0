/**
 * @file Pillow's antialiased bicubic resize, bit for bit, for 8-bit RGB; an EXIF orientation is applied on the way.
 *
 * Follows `ImagingResample` of Pillow's src/libImaging/Resample.c (8 bits per channel): weights as fixed-point numbers
 * of 22 bits, a horizontal pass and then a vertical one, each rounded and clipped to 8 bits. Models were trained on
 * pictures made so.
 */

/** Rows of 8-bit RGB, top to bottom, without padding. */
export interface RgbImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Which input samples make each output sample, and by how much. */
interface AxisWeights {
  readonly start: Int32Array;
  readonly count: Int32Array;
  /** `taps` weights an output, in units of 2^-22. */
  readonly weights: Int32Array;
  readonly taps: number;
}

const precisionBits = 22;
const half = 1 << (precisionBits - 1);
const bicubicSupport = 2;

function bicubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

/** `precompute_coeffs` and `normalize_coeffs_8bpc`; `mirrored` reads the input from its far end, as a flip would. */
function axisWeights(inputSize: number, outputSize: number, mirrored: boolean): AxisWeights {
  const scale = inputSize / outputSize;
  const filterScale = Math.max(1, scale);
  const support = bicubicSupport * filterScale;
  const inverse = 1 / filterScale;
  const taps = Math.ceil(support) * 2 + 1;
  const start = new Int32Array(outputSize);
  const count = new Int32Array(outputSize);
  const weights = new Int32Array(outputSize * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < outputSize; i++) {
    const center = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const used = Math.min(inputSize, Math.trunc(center + support + 0.5)) - first;
    let total = 0;
    for (let t = 0; t < used; t++) {
      const weight = bicubic((t + first - center + 0.5) * inverse);
      exact[t] = weight;
      total += weight;
    }
    start[i] = mirrored ? inputSize - first - used : first;
    count[i] = used;
    for (let t = 0; t < used; t++) {
      let weight = exact[t] as number;
      if (total !== 0) weight /= total;
      const fixed = Math.trunc(weight * (1 << precisionBits) + (weight < 0 ? -0.5 : 0.5));
      weights[i * taps + (mirrored ? used - 1 - t : t)] = fixed;
    }
  }
  return { start, count, weights, taps };
}

/** Resizes each row: [height, inputWidth, 3] → [height, outputWidth, 3]. */
function resizeRows(input: Uint8Array, inputWidth: number, height: number, axis: AxisWeights): Uint8Array {
  const outputWidth = axis.start.length;
  const output = new Uint8ClampedArray(outputWidth * height * 3);
  const { start, count, weights, taps } = axis;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = y * inputWidth * 3;
    for (let i = 0; i < outputWidth; i++) {
      let red = half;
      let green = half;
      let blue = half;
      let from = row + (start[i] as number) * 3;
      const end = i * taps + (count[i] as number);
      for (let t = i * taps; t < end; t++) {
        const weight = weights[t] as number;
        red = (red + Math.imul(weight, input[from] as number)) | 0;
        green = (green + Math.imul(weight, input[from + 1] as number)) | 0;
        blue = (blue + Math.imul(weight, input[from + 2] as number)) | 0;
        from += 3;
      }
      output[to] = red >> precisionBits;
      output[to + 1] = green >> precisionBits;
      output[to + 2] = blue >> precisionBits;
      to += 3;
    }
  }
  return new Uint8Array(output.buffer);
}

/** Resizes each column: [inputHeight, width, 3] → [outputHeight, width, 3]; whole rows at a time, as memory lies. */
function resizeColumns(input: Uint8Array, width: number, axis: AxisWeights): Uint8Array {
  const outputHeight = axis.start.length;
  const rowLength = width * 3;
  const output = new Uint8ClampedArray(rowLength * outputHeight);
  const sums = new Int32Array(rowLength);
  const { start, count, weights, taps } = axis;
  for (let j = 0; j < outputHeight; j++) {
    sums.fill(half);
    let from = (start[j] as number) * rowLength;
    const end = j * taps + (count[j] as number);
    for (let t = j * taps; t < end; t++) {
      const weight = weights[t] as number;
      for (let x = 0; x < rowLength; x++) {
        sums[x] = ((sums[x] as number) + Math.imul(weight, input[from + x] as number)) | 0;
      }
      from += rowLength;
    }
    const to = j * rowLength;
    for (let x = 0; x < rowLength; x++) output[to + x] = (sums[x] as number) >> precisionBits;
  }
  return new Uint8Array(output.buffer);
}

/** [height, width, 3] → [width, height, 3]. */
function transpose(input: Uint8Array, width: number, height: number): Uint8Array {
  const output = new Uint8Array(input.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = (x * height + y) * 3;
      output[to] = input[from] as number;
      output[to + 1] = input[from + 1] as number;
      output[to + 2] = input[from + 2] as number;
    }
  }
  return output;
}

/** Whether an EXIF orientation (1 to 8) swaps width and height. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/**
 * Turns `image` by its EXIF orientation and resizes it to exactly `outputWidth` × `outputHeight`.
 *
 * The stored rows stay as they are: mirrored weights and, for orientations 5 to 8, the passes in the other order give
 * the very bytes that turning the whole picture first would, and only the small result is transposed.
 */
export function resizeBicubic(
  image: RgbImage,
  orientation: number,
  outputWidth: number,
  outputHeight: number,
): Uint8Array {
  const { pixels, width, height } = image;
  const mirrorX = [2, 3, 6, 7].includes(orientation);
  const mirrorY = [3, 4, 7, 8].includes(orientation);
  if (swapsSides(orientation)) {
    // Across the turned picture runs down the stored one.
    const across = resizeColumns(pixels, width, axisWeights(height, outputWidth, mirrorX)); // [outputWidth, width, 3]
    const both = resizeRows(across, width, outputWidth, axisWeights(width, outputHeight, mirrorY)); // [oW, oH, 3]
    return transpose(both, outputHeight, outputWidth); // [outputHeight, outputWidth, 3]
  }
  const across = resizeRows(pixels, width, height, axisWeights(width, outputWidth, mirrorX)); // [height, oW, 3]
  return resizeColumns(across, outputWidth, axisWeights(height, outputHeight, mirrorY)); // [oH, oW, 3]
}
