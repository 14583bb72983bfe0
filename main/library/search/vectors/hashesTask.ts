/** @file Which perceptual hashes differ in few bits, of those that agree in one band of bits. Scan workers. */
import type { HashesTask } from './scanTasks.ts';
import { UnionFind } from './unionFind.ts';

/** Edges between places in the list of hashes, two numbers each. */
export function nearHashes({ high, low, bandStart, bandEnd, maxDistance }: HashesTask): Uint32Array<ArrayBuffer> {
  const connected = new UnionFind(high.length);
  const edges: number[] = [];
  for (const bucket of buckets(high, low, bandStart, bandEnd)) {
    for (const [i, a] of bucket.entries()) {
      const [highA, lowA] = [high[a] ?? 0, low[a] ?? 0];
      for (let j = i + 1; j < bucket.length; j++) {
        const b = bucket[j] ?? 0;
        if (bitCount(highA ^ (high[b] ?? 0)) + bitCount(lowA ^ (low[b] ?? 0)) > maxDistance) continue;
        if (connected.join(a, b)) edges.push(a, b);
      }
    }
  }
  return Uint32Array.from(edges);
}

/** The places of hashes that agree in the band, of two hashes and more. */
function buckets(high: Uint32Array, low: Uint32Array, start: number, end: number): Uint32Array[] {
  const places = new Map<number, number[]>();
  for (let place = 0; place < high.length; place++) {
    const bits = (BigInt(high[place] ?? 0) << 32n) | BigInt(low[place] ?? 0);
    const key = Number((bits >> BigInt(start)) & ((1n << BigInt(end - start)) - 1n));
    const bucket = places.get(key);
    if (bucket === undefined) places.set(key, [place]);
    else bucket.push(place);
  }
  return [...places.values()].filter((bucket) => bucket.length > 1).map((bucket) => Uint32Array.from(bucket));
}

/** Bits that are 1, of 32: pairs, fours and bytes added up in place. */
export function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
