/** @file Perceptual hashes: what changes them, and that no near pair of them is missed. */
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { hashedSide, perceptualHash, perceptualHashBytes } from '../../../../main/library/photos/perceptualHash.ts';
import { type HashedPhoto, hashDuplicates } from '../../../../main/library/search/vectors/hashDuplicates.ts';
import { ScanPool } from '../../../../main/library/search/vectors/scanPool.ts';
import { randomNumbers } from '../../../support/randomNumbers.ts';

const pool = new ScanPool();
afterAll(() => pool[Symbol.asyncDispose]());

const photo = (name: string) => path.join(import.meta.dirname, '../../../../resources/demo-photos/Coast', name);

async function hashOf(image: Sharp): Promise<Uint8Array> {
  // what was done to the picture comes first, then the resizing
  const png = await image.png().toBuffer();
  const pixels = await sharp(png).greyscale().resize(hashedSide, hashedSide, { fit: 'fill' }).raw().toBuffer();
  const hash = perceptualHash(pixels);
  if (hash === undefined) throw new Error('the picture has no hash');
  return hash;
}

/** How many bits differ. */
function hashDistance(a: Uint8Array, b: Uint8Array): number {
  let distance = 0;
  for (let i = 0; i < perceptualHashBytes; i++) {
    for (let bits = (a[i] as number) ^ (b[i] as number); bits !== 0; bits &= bits - 1) distance += 1;
  }
  return distance;
}

describe('the perceptual hash', () => {
  it('of a smaller, recompressed or brightened copy differs in a few bits, that of another photo in many', async () => {
    const source = photo('IMG_1000.jpg');
    const original = await hashOf(sharp(source));
    const compressed = await sharp(source).resize(400).jpeg({ quality: 40 }).toBuffer();
    expect(hashDistance(original, await hashOf(sharp(compressed)))).toBeLessThanOrEqual(4);
    expect(hashDistance(original, await hashOf(sharp(source).modulate({ brightness: 1.1 })))).toBeLessThanOrEqual(6);
    expect(hashDistance(original, await hashOf(sharp(photo('IMG_1005.jpg'))))).toBeGreaterThan(12);
    expect(hashDistance(original, await hashOf(sharp(source).rotate(90)))).toBeGreaterThan(12);
  });

  it('has as many ones as zeros', async () => {
    expect(hashDistance(await hashOf(sharp(photo('IMG_1000.jpg'))), new Uint8Array(8))).toBe(32);
  });

  it('is not given to a picture of one tone', () => {
    for (const tone of [0, 100, 255]) expect(perceptualHash(new Uint8Array(32 * 32).fill(tone))).toBeUndefined();
  });
});

/** Random hashes, and for some of them others with so many bits changed. */
function hashedPhotos(count: number, changedBits: readonly number[]): HashedPhoto[] {
  const random = randomNumbers(count);
  const photos: HashedPhoto[] = [];
  const add = (hash: Uint8Array) => photos.push({ photoId: 3 * photos.length + 10, hash });
  for (let i = 0; i < count; i++) {
    const hash = Uint8Array.from({ length: 8 }, () => Math.floor(random() * 256));
    add(hash);
    for (const bits of i % 4 === 0 ? changedBits : []) {
      const changed = hash.slice();
      for (let bit = 0; bit < bits; bit++) {
        const place = Math.floor(random() * 64);
        changed[place >> 3] = (changed[place >> 3] as number) ^ (1 << (place & 7));
      }
      add(changed);
    }
  }
  return photos;
}

function plainGroups(photos: readonly HashedPhoto[], maxDistance: number): number[][] {
  const groupOf = new Map(photos.map(({ photoId }) => [photoId, [photoId]]));
  for (const [i, a] of photos.entries()) {
    for (const b of photos.slice(i + 1)) {
      const [first = [], second = []] = [groupOf.get(a.photoId), groupOf.get(b.photoId)];
      if (first === second || hashDistance(a.hash, b.hash) > maxDistance) continue;
      first.push(...second);
      for (const id of second) groupOf.set(id, first);
    }
  }
  return [...new Set(groupOf.values())]
    .filter((group) => group.length > 1)
    .map((group) => group.sort((a, b) => a - b))
    .sort(([a = 0], [b = 0]) => a - b);
}

describe('photos with near hashes', () => {
  const photos = hashedPhotos(400, [0, 1, 3, 5, 8, 12]);

  it.each([0, 1, 3, 7, 12])(
    'are grouped as comparing all pairs groups them, with up to %i bits',
    async (maxDistance) => {
      const groups = plainGroups(photos, maxDistance);
      expect(groups.length).toBeGreaterThan(50);
      expect(await hashDuplicates(photos, pool, { maxDistance })).toEqual(groups);
    },
  );

  it('are grouped where thousands are equal', async () => {
    const equal = Array.from({ length: 50_000 }, (_, i) => ({ photoId: i + 1, hash: new Uint8Array(8).fill(i % 2) }));
    const groups = await hashDuplicates(equal, pool, { maxDistance: 4 });
    expect(groups.map((group) => group.length)).toEqual([25_000, 25_000]);
  });

  it('are not looked for when the work is stopped, nor with more bits than makes sense', async () => {
    const stopped = hashDuplicates(photos, pool, { maxDistance: 4, signal: AbortSignal.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
    await expect(hashDuplicates(photos, pool, { maxDistance: 13 })).rejects.toThrow(RangeError);
  });

  it('are none among none', async () => {
    expect(await hashDuplicates([], pool, { maxDistance: 4 })).toEqual([]);
  });
});
