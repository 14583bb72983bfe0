/** @file The features of a picture stay in memory, and only of that picture: an edited one is encoded anew. */
import { copyFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSettled } from '../../../native-models/fileIdentity.ts';
import type { ImageProcessorConfig } from '../../../native-models/preprocess/imageProcessorConfig.ts';
import { FeatureCache } from '../../../native-models/runtime/featureCache.ts';
import { floatTensor } from '../../../native-models/runtime/graphSession.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const config: ImageProcessorConfig = {
  width: 4,
  height: 4,
  resample: 'bicubic',
  rescaleFactor: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const signal = new AbortController().signal;
const anHour = 3_600_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photo: string;
/** The first pixel value of every picture that the model was given. */
let encoded: number[];
beforeEach(async () => {
  folder = await temporaryFolder();
  photo = path.join(folder.path, 'photo.bmp');
  encoded = [];
});
afterEach(() => folder[Symbol.asyncDispose]());

/** @param laterMs how long after the files were written the model looks at them */
function cacheOf(laterMs: number): FeatureCache {
  const encode = async (pixels: Float32Array) => {
    encoded.push(Math.round(255 * (pixels[0] as number)));
    return floatTensor(Float32Array.of(pixels[0] as number), [1, 1, 1]);
  };
  return new FeatureCache(config, encode, { nowMs: () => Date.now() + laterMs });
}

/** Bitmaps of one grey are all of one size. */
function bitmap(grey: number, comment = 0): Buffer {
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(comment, 6); // reserved: no part of the picture
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(4, 18);
  header.writeInt32LE(4, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, Buffer.alloc(4 * 4 * 3, grey)]);
}

const first = async (cache: FeatureCache) =>
  Math.round(255 * Number((await cache.get(photo, signal)).encoded.features.data[0]));

describe('a picture that was looked at', () => {
  it('is not even read again while its file stays as it is', async () => {
    await writeFile(photo, bitmap(10));
    const cache = cacheOf(anHour);
    await cache.get(photo, signal);
    expect(await cache.get(photo, signal)).toMatchObject({ imageMs: 0, visionMs: 0 });
    expect(encoded).toEqual([10]);
  });

  it('is read, but not given to the model, where only its file changed', async () => {
    await writeFile(photo, bitmap(10));
    const cache = cacheOf(anHour);
    await cache.get(photo, signal);
    await writeFile(photo, bitmap(10, 7));
    await utimes(photo, 1, 1);
    expect(await first(cache)).toBe(10);
    expect(encoded).toEqual([10]);
  });
});

describe('a picture that is edited in place is looked at anew, also where', () => {
  it('size and time of modification are as before', async () => {
    await writeFile(photo, bitmap(10));
    await utimes(photo, 1, 1);
    const before = await stat(photo, { bigint: true });
    const cache = cacheOf(0);
    expect(await first(cache)).toBe(10);
    await writeFile(photo, bitmap(200));
    await utimes(photo, 1, 1);
    const { size, mtimeNs } = await stat(photo, { bigint: true });
    expect([size, mtimeNs]).toEqual([before.size, before.mtimeNs]);
    expect(await first(cache)).toBe(200);
    expect(encoded).toEqual([10, 200]);
  });

  it('it was written so shortly before that its clock may not show the change', async () => {
    await writeFile(photo, bitmap(10));
    const cache = cacheOf(0);
    for (const grey of [10, 200, 30]) {
      await writeFile(photo, bitmap(grey));
      expect(await first(cache)).toBe(grey);
    }
  });

  it('another file takes its place, with the time of the first', async () => {
    await writeFile(photo, bitmap(10));
    await utimes(photo, 1, 1);
    const cache = cacheOf(anHour);
    await first(cache);
    const other = path.join(folder.path, 'other.bmp');
    await writeFile(other, bitmap(200));
    await utimes(other, 1, 1);
    await rename(other, photo);
    expect(await first(cache)).toBe(200);
  });
});

it('the feature cache gives the same picture the same fingerprint wherever it lies, and others another', async () => {
  await writeFile(photo, bitmap(10));
  const copy = path.join(folder.path, 'copy.bmp');
  await copyFile(photo, copy);
  const other = path.join(folder.path, 'other.bmp');
  await writeFile(other, bitmap(11));
  const cache = cacheOf(0);
  const [first, second, third] = await Promise.all(
    [photo, copy, other].map(async (file) => (await cache.get(file, signal)).encoded.fingerprint),
  );
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

it('the feature cache remembers no more than the last sixteen', async () => {
  const cache = cacheOf(anHour);
  const files = Array.from({ length: 17 }, (_, i) => path.join(folder.path, `${i}.bmp`));
  for (const [i, file] of files.entries()) await writeFile(file, bitmap(i));
  for (const file of files) await cache.get(file, signal);
  encoded = [];
  for (const file of files.slice(1)) await cache.get(file, signal);
  expect(encoded).toEqual([]);
  await cache.get(files[0] ?? '', signal);
  expect(encoded).toEqual([0]);
});

it('the feature cache forgets first what was looked at longest ago', async () => {
  const cache = cacheOf(anHour);
  const files = Array.from({ length: 17 }, (_, i) => path.join(folder.path, `${i}.bmp`));
  for (const [i, file] of files.entries()) await writeFile(file, bitmap(i));
  const [first = '', second = '', ...others] = files;
  for (const file of [first, second, ...others.slice(0, -1), first, ...others.slice(-1)]) await cache.get(file, signal);
  encoded = [];
  await cache.get(first, signal);
  expect(encoded).toEqual([]);
  await cache.get(second, signal);
  expect(encoded).toEqual([1]);
});

it('the feature cache trusts the times of a file only when the slowest clock of a file system has gone on since', () => {
  const changed = { ctimeMs: 1_000_000n };
  expect(isSettled(changed, 1_002_000)).toBe(false);
  expect(isSettled(changed, 1_010_000)).toBe(true);
});
