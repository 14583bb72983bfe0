/** @file Random numbers for sampling: small, fast, the same on every machine, one independent stream a sequence. */

/** A source of numbers in [0, 1). */
export type Random = () => number;

/**
 * xoshiro128** 1.1 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021):
 * returns unsigned 32-bit integers.
 */
export function xoshiro128(seed: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = seed;
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/**
 * The stream of one sequence. It depends on the seed and on the sequence's place in the batch and on nothing else, so
 * that a batch of k draws the same answers as its first members asked for alone.
 */
export function sequenceRandom(seed: number, sequenceIndex: number): Random {
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  const word = (n: number): number => {
    const started = mix(low + Math.imul(n, 0x9e3779b9));
    return mix(mix(started ^ high) + Math.imul(sequenceIndex + 1, 0x85ebca6b));
  };
  const next = xoshiro128([word(1), word(2), word(3), word(4)]);
  return () => {
    const upper = next() >>> 5;
    const lower = next() >>> 6;
    return (upper * 2 ** 26 + lower) / 2 ** 53;
  };
}

/** The finaliser of MurmurHash3 (A. Appleby): every input bit changes every output bit with probability one half. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
