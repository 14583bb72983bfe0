/** @file Groups of photos whose perceptual hashes differ in few bits, exactly. Main process, CLI. */

import { perceptualHashBytes } from '../../photos/perceptualHash.ts';
import type { CheckOptions } from './indexCheck.ts';
import { inTurn } from './pieces.ts';
import type { ScanPool } from './scanPool.ts';
import { edgesSchema } from './scanTasks.ts';
import { UnionFind } from './unionFind.ts';

export interface HashedPhoto {
  readonly photoId: number;
  readonly hash: Uint8Array;
}

/** With more, the bands would be so narrow that nearly everything is compared with everything. */
export const largestHashDistance = 12;

const hashBits = 64;

/**
 * Groups of photos whose hashes differ in at most `maxDistance` bits, directly or through others, by ascending ids.
 *
 * Two hashes that differ in k bits agree in at least one of k + 1 bands: so hashes are compared with those that agree in
 * a band, and none is missed.
 */
export async function hashDuplicates(
  photos: readonly HashedPhoto[],
  pool: ScanPool,
  { maxDistance, signal, onProgress }: CheckOptions & { readonly maxDistance: number },
): Promise<number[][]> {
  if (!(maxDistance >= 0 && maxDistance <= largestHashDistance)) {
    throw new RangeError(`hashes are near with up to ${largestHashDistance} bits, not with ${maxDistance}`);
  }
  signal?.throwIfAborted();
  const near = new UnionFind(photos.length);
  const { first, high, low } = distinctHashes(photos, near);
  const bands = maxDistance === 0 ? 0 : maxDistance + 1;
  let done = 0;
  await inTurn(bandsOf(bands), pool.threads, async ([bandStart, bandEnd]) => {
    const task = { type: 'hashes', high, low, bandStart, bandEnd, maxDistance } as const;
    const edges = await pool.run(task, edgesSchema, { priority: 'background', signal });
    for (let i = 0; i < edges.length; i += 2)
      near.join(first[edges[i] as number] as number, first[edges[i + 1] as number] as number);
    done += 1;
    onProgress?.({ done, total: bands });
  });
  return near
    .groups()
    .map((group) => group.map((place) => photos[place]?.photoId ?? 0).sort((a, b) => a - b))
    .sort(([a = 0], [b = 0]) => a - b);
}

/** Each hash once, with the first photo that has it; the others are joined with that one. */
function distinctHashes(photos: readonly HashedPhoto[], near: UnionFind) {
  const firsts = new Map<bigint, number>();
  for (const [place, { hash }] of photos.entries()) {
    const bits = Buffer.from(hash.buffer, hash.byteOffset, perceptualHashBytes).readBigUInt64BE();
    const first = firsts.get(bits);
    if (first === undefined) firsts.set(bits, place);
    else near.join(first, place);
  }
  const distinct = [...firsts.keys()];
  return {
    first: [...firsts.values()],
    high: Uint32Array.from(distinct, (bits) => Number(bits >> 32n)),
    low: Uint32Array.from(distinct, (bits) => Number(bits & 0xffffffffn)),
  };
}

function* bandsOf(count: number): Generator<readonly [start: number, end: number]> {
  for (let band = 0; band < count; band++) {
    yield [Math.floor((band * hashBits) / count), Math.floor(((band + 1) * hashBits) / count)];
  }
}
