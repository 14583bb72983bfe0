/** @file Features on disk: given back exactly, never those of another picture, model or device, and no answer fails because of the disk. */
import { copyFile, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheFolder } from '../../../native-models/cacheFolder.ts';
import type { ModelManifest } from '../../../native-models/compiler/manifest.ts';
import { type CachedImage, FeatureCache, type Usage } from '../../../native-models/runtime/featureCache.ts';
import { FeatureStore } from '../../../native-models/runtime/featureStore.ts';
import { floatTensor } from '../../../native-models/runtime/graphSession.ts';
import type { FeatureUse } from '../../../native-models/runtime/protocol.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const anHour = 3_600_000;
const signal = new AbortController().signal;
/** No float16 has this value. */
const third = Math.fround(1 / 3);
const fp32: ModelManifest = {
  formatVersion: 1,
  compilerVersion: '1',
  id: 'tiny',
  architecture: 'none',
  kind: 'generator',
  precision: 'fp32',
  source: { name: '', files: [] },
  importedAt: '',
  sizeBytes: 0,
  config: {},
  selfTest: [],
  files: [{ name: 'vision_encoder.onnx', sizeBytes: 1, sha256: 'a'.repeat(64) }],
  image: { width: 4, height: 4, resample: 'bicubic', rescaleFactor: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
};
const narrow = { ...fp32, precision: 'int8' as ModelManifest['precision'] };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photo: string;
let storeFolder: string;
let uses: FeatureUse[];
/** The first pixel value of every picture that the model was given. */
let encoded: number[];
beforeEach(async () => {
  folder = await temporaryFolder();
  photo = path.join(folder.path, 'photo.bmp');
  storeFolder = path.join(folder.path, 'features');
  [uses, encoded] = [[], []];
  await writeFile(photo, bitmap(10));
});
afterEach(() => folder[Symbol.asyncDispose]());

/** A bitmap of one grey, 4 × 4. */
function bitmap(grey: number): Buffer {
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(4, 18);
  header.writeInt32LE(4, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, Buffer.alloc(4 * 4 * 3, grey)]);
}

interface HostOptions {
  readonly manifest?: ModelManifest;
  readonly device?: string;
  readonly of?: (grey: number) => Float32Array;
  readonly reserveBytes?: number;
}

/** What a host process has of it, an hour after the files were written. */
function newHost({
  manifest = fp32,
  device = 'cpu',
  reserveBytes = 0,
  of = () => Float32Array.of(third, 2),
}: HostOptions = {}) {
  const store = new FeatureStore({
    folder: storeFolder,
    manifest,
    device,
    reserveBytes,
    onUse: (use) => uses.push(use),
  });
  const encode = async (pixels: Float32Array) => {
    const grey = Math.round(255 * (pixels[0] as number));
    encoded.push(grey);
    return floatTensor(of(grey), [1, 1, 2]);
  };
  const cache = new FeatureCache(manifest.image, encode, { store, nowMs: () => Date.now() + anHour });
  return {
    async get(file = photo, usage: Usage = {}): Promise<CachedImage> {
      const image = await cache.get(file, signal, usage);
      await store.settled();
      return image;
    },
  };
}

const valuesOf = ({ encoded: { features } }: CachedImage) => Array.from(features.data as Float32Array);
const files = async () =>
  (await readdir(storeFolder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort((a, b) => path.extname(a).localeCompare(path.extname(b)));
const cut = async (file: string) => await writeFile(file, (await readFile(file)).subarray(0, 40));
const problems = () => uses.flatMap(({ problem }) => (problem === undefined ? [] : [problem.code]));

describe('another host', () => {
  it('has exactly the features, without reading the picture', async () => {
    const first = await newHost().get();
    const again = await newHost().get();
    expect(encoded).toEqual([10]);
    expect(again.visionMs).toBe(0);
    expect(valuesOf(again)).toEqual([third, 2]);
    const { features: _, ...facts } = again.encoded;
    expect(facts).toEqual({ width: 4, height: 4, fingerprint: first.encoded.fingerprint });
    expect(again.encoded.features.dims).toEqual([1, 1, 2]);
    expect([uses.reduce((sum, { hits }) => sum + hits, 0), uses.reduce((sum, { misses }) => sum + misses, 0)]).toEqual([
      1, 1,
    ]);
    const bytes = await Promise.all((await files()).map(async (file) => (await stat(file)).size));
    expect(uses.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0)).toBe(bytes.reduce((sum, size) => sum + size));
  });

  it('knows the picture by its pixels where it was moved, and from then on by its new place', async () => {
    await newHost().get();
    const moved = path.join(folder.path, 'moved.bmp');
    await rename(photo, moved);
    expect((await newHost().get(moved)).visionMs).toBe(0);
    expect(encoded).toEqual([10]);
    expect((await files()).filter((file) => file.endsWith('.photo'))).toHaveLength(2);
  });

  it('encodes a picture anew that was edited in place, with the size and time it had', async () => {
    await utimes(photo, 1, 1);
    await newHost().get();
    await writeFile(photo, bitmap(200));
    await utimes(photo, 1, 1);
    await newHost().get();
    expect(encoded).toEqual([10, 200]);
  });

  it('of a narrower precision has them as float16, and as float32 what would not fit', async () => {
    const of = (grey: number) => Float32Array.of(third, grey === 10 ? 1 : 70_000);
    const other = path.join(folder.path, 'other.bmp');
    await writeFile(other, bitmap(20));
    for (const file of [photo, other]) await newHost({ manifest: narrow, of }).get(file);
    const again = newHost({ manifest: narrow, of });
    expect(valuesOf(await again.get())).toEqual([Number(new Float16Array([third])[0]), 1]);
    expect(valuesOf(await again.get(other))).toEqual([third, 70_000]);
    expect(encoded).toEqual([10, 20]);
  });

  it.each<[string, HostOptions]>([
    ['graphs of a later compiler', { manifest: { ...fp32, compilerVersion: '2' } }],
    ['another precision', { manifest: narrow }],
    [
      'other weights',
      { manifest: { ...fp32, files: fp32.files.map((file) => ({ ...file, sha256: 'b'.repeat(64) })) } },
    ],
    ['pictures that are normalised otherwise', { manifest: { ...fp32, image: { ...fp32.image, mean: [1, 0, 0] } } }],
    ['another device', { device: 'webgpu' }],
  ])('with %s does not take them for its own', async (_, options) => {
    await newHost().get();
    await newHost(options).get();
    expect(encoded).toHaveLength(2);
  });

  it('at work at the same time shares the folder', async () => {
    const others = Array.from({ length: 20 }, (_, i) => path.join(folder.path, `${i}.bmp`));
    for (const [i, file] of others.entries()) await writeFile(file, bitmap(i));
    const of = (grey: number) => Float32Array.of(grey, grey);
    const hosts = [newHost({ of }), newHost({ of })];
    await Promise.all(hosts.map(async (host) => await Promise.all(others.map((file) => host.get(file)))));
    encoded = [];
    const third = newHost({ of });
    for (const [i, file] of others.entries()) expect(valuesOf(await third.get(file))).toEqual([i, i]);
    expect(encoded).toEqual([]);
    expect((await files()).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
});

describe('stored features count as missing, and are replaced, where their file', () => {
  it.each<[string, (features: string) => Promise<void>]>([
    ['was cut', async (features) => await cut(features)],
    [
      'was altered',
      async (features) => {
        const bytes = await readFile(features);
        bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
        await writeFile(features, bytes);
      },
    ],
    ['is something else', async (features) => await writeFile(features, 'something else')],
    ['is gone', async (features) => await rm(features)],
    [
      'is whole, but another picture’s',
      async (features) => {
        const other = path.join(folder.path, 'other.bmp');
        await writeFile(other, bitmap(99));
        await newHost({ of: () => Float32Array.of(9, 9) }).get(other);
        const stranger = (await files()).find((file) => file.endsWith('.features') && file !== features);
        await copyFile(stranger ?? '', features);
      },
    ],
    [
      'is whole, but has more values than it says',
      async (features) => {
        const cache = new CacheFolder(storeFolder);
        const bytes = await cache.read(path.basename(features));
        await cache.write(path.basename(features), Buffer.concat([bytes ?? Buffer.alloc(0), Buffer.alloc(4)]));
      },
    ],
  ])('%s', async (_, damage) => {
    await newHost().get();
    const [features = ''] = await files();
    await damage(features);
    encoded = [];
    expect(valuesOf(await newHost().get())).toEqual([third, 2]);
    expect(encoded).toEqual([10]);
    expect(valuesOf(await newHost().get())).toEqual([third, 2]);
    expect(encoded).toEqual([10]);
  });

  it('is of no use and cannot be replaced: it is removed', async () => {
    await newHost().get();
    const [features = ''] = await files();
    await cut(features);
    await newHost({ reserveBytes: 2 ** 60 }).get();
    expect(await files()).not.toContain(features);
  });
});

it('a file that leads to the features wrongly does no harm', async () => {
  await newHost().get();
  const [, pointer = ''] = await files();
  await cut(pointer);
  expect(valuesOf(await newHost().get())).toEqual([third, 2]);
  expect(encoded).toEqual([10]);
});

it('features that nobody will want again are not stored, but those that are stored serve', async () => {
  await newHost().get(photo, { stores: false });
  expect(uses.filter(({ writtenBytes }) => writtenBytes > 0)).toEqual([]);
  await newHost().get();
  encoded = [];
  expect(valuesOf(await newHost().get(photo, { stores: false }))).toEqual([third, 2]);
  expect(encoded).toEqual([]);
});

it('values that are not finite are stored nowhere', async () => {
  const of = () => Float32Array.of(Number.NaN, 1);
  await newHost({ of }).get();
  await newHost({ of }).get();
  expect(encoded).toEqual([10, 10]);
  expect((await files()).filter((file) => file.endsWith('.features'))).toEqual([]);
});

describe('the answer comes, and why nothing is stored is told once, where', () => {
  const two = async (host: ReturnType<typeof newHost>) => {
    const other = path.join(folder.path, 'other.bmp');
    await writeFile(other, bitmap(20));
    for (const file of [photo, other]) expect(valuesOf(await host.get(file))).toEqual([third, 2]);
  };

  it('the folder cannot be made', async () => {
    const host = newHost();
    await writeFile(storeFolder, 'a file');
    await two(host);
    expect(problems()).toEqual(['FEATURES_NOT_STORED']);
    // another error of the system
    await rm(storeFolder);
    await symlink(storeFolder, storeFolder);
    await writeFile(photo, bitmap(30));
    await host.get();
    expect(problems()).toEqual(['FEATURES_NOT_STORED']);
  });

  it('less of the disk is free than is left to others', async () => {
    await two(newHost({ reserveBytes: 2 ** 60 }));
    expect(problems()).toEqual(['FEATURES_DISK_FULL']);
  });

  it.runIf(canMakeSmallDisks)('the disk fills, until there is room again', async () => {
    await using disk = await makeSmallDisk(1);
    storeFolder = path.join(disk.path, 'features');
    const filling = path.join(disk.path, 'filling');
    const host = newHost();
    await writeFile(filling, Buffer.alloc(2 << 20)).catch(() => undefined);
    await two(host);
    expect(problems()).toEqual(['FEATURES_DISK_FULL']);
    await rm(filling);
    await writeFile(photo, bitmap(30));
    await host.get();
    expect(await files()).toHaveLength(2);
  });

  it.runIf(canMakeSmallDisks)('the disk became read-only, whose features are read all the same', async () => {
    await using disk = await makeSmallDisk(1);
    storeFolder = path.join(disk.path, 'features');
    await newHost().get();
    await disk.makeReadOnly();
    expect((await newHost().get()).visionMs).toBe(0);
    await two(newHost());
    expect(encoded).toEqual([10, 20]);
    expect(problems()).toEqual(['FEATURES_NOT_STORED']);
  });
});
