/**
 * @file A hash that nearly equal pictures nearly share: for finding duplicates without a model. Main process, image workers.
 *
 * The picture in grey, 32 × 32, is taken apart into waves (DCT-II); each of the 64 longest but the constant one gives a
 * bit: whether it is stronger than the median. Smaller copies, other formats and compression change a few bits, a
 * different picture about half of them. (Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010)
 */

/** Side of the grey picture to give: with sharp, `.greyscale().resize(32, 32, { fit: 'fill' }).raw()`. */
export const hashedSide = 32;
export const perceptualHashBytes = 8;

/** Waves a row and a column, from one on: the first is constant. */
const waves = 8;

/** A wave of a quarter of a grey level: below it there is nothing but rounding and noise. */
const faintest = 64;

/** @param pixels one byte each, row by row. Undefined for a picture of one tone, which would equal every other of its kind. */
export function perceptualHash(pixels: Uint8Array): Uint8Array | undefined {
  if (pixels.length !== hashedSide ** 2) throw new RangeError(`expected ${hashedSide} × ${hashedSide} grey pixels`);
  const strengths = longWaves(pixels);
  if (strengths.every((strength) => Math.abs(strength) < faintest)) return undefined;
  const sorted = strengths.toSorted();
  const median = ((sorted[sorted.length / 2 - 1] as number) + (sorted[sorted.length / 2] as number)) / 2;
  const hash = new Uint8Array(perceptualHashBytes);
  for (const [bit, strength] of strengths.entries()) {
    if (strength > median) hash[bit >> 3] = (hash[bit >> 3] as number) | (0x80 >> (bit & 7));
  }
  return hash;
}

/** Waves 1 … 8 in both directions, row by row. */
function longWaves(pixels: Uint8Array): Float64Array {
  const cosines = Array.from({ length: waves }, (_, wave) =>
    Float64Array.from({ length: hashedSide }, (_, x) =>
      Math.cos((Math.PI * (2 * x + 1) * (wave + 1)) / (2 * hashedSide)),
    ),
  );
  const rows = cosines.map((cosine) =>
    Float64Array.from({ length: hashedSide }, (_, y) =>
      cosine.reduce((sum, factor, x) => sum + factor * (pixels[y * hashedSide + x] as number), 0),
    ),
  );
  return Float64Array.from({ length: waves * waves }, (_, i) => {
    const [down, across] = [cosines[Math.floor(i / waves)], rows[i % waves]];
    return down?.reduce((sum, factor, y) => sum + factor * (across?.[y] ?? 0), 0) ?? 0;
  });
}

/** A hash as two numbers, which are compared at once. */
export type HashHalves = readonly [high: number, low: number];

/** Undefined of what is no hash of this kind. */
export function hashHalves(hash: Buffer | null | undefined): HashHalves | undefined {
  return hash?.length === perceptualHashBytes ? [hash.readInt32BE(0), hash.readInt32BE(4)] : undefined;
}

/** In how many of their 64 bits two hashes differ. */
export function hashDistance([highA, lowA]: HashHalves, [highB, lowB]: HashHalves): number {
  return bitCount(highA ^ highB) + bitCount(lowA ^ lowB);
}

/** Bits that are 1, of 32: pairs, fours and bytes added up in place. */
export function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
