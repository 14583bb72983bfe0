/** @file The features of photos that a library keeps: below their limit, and gone with their model. */

import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhotoFeatures } from '../../../main/library/models/photoFeatures.ts';
import { CacheFolder } from '../../../native-models/cacheFolder.ts';
import { serializeError, VignetteError } from '../../../native-models/errors.ts';
import { featuresFileName, photoFileName, writePhoto } from '../../../native-models/runtime/featureFiles.ts';
import type { FeatureUse } from '../../../native-models/runtime/protocol.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const [oneModel, otherModel] = ['1'.repeat(32), '2'.repeat(32)];
const noUse: FeatureUse = { hits: 0, misses: 0, writtenBytes: 0 };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let maxBytes: number;
/** Contents that photos of the library have. */
let known: Set<string>;
let features: PhotoFeatures;
beforeEach(async () => {
  folder = await temporaryFolder();
  maxBytes = 10_000;
  known = new Set();
  features = new PhotoFeatures({
    folder: folder.path,
    maxBytes: () => maxBytes,
    isKnown: (content) => known.has(content),
  });
});
afterEach(() => {
  vi.useRealTimers();
  return folder[Symbol.asyncDispose]();
});

function tell(use: Partial<FeatureUse>): void {
  features.storage()?.onUse({ ...noUse, ...use });
}

const longAgo = 100;

/** As a host does it; number `of` was used so many hours longer than a hundred ago. */
async function store(of: number, { model = oneModel, bytes = 996, hours = longAgo + of } = {}): Promise<void> {
  const name = featuresFileName(Buffer.alloc(32, of), { modelKey: model, device: 'cpu' });
  const writtenBytes = await new CacheFolder(folder.path).write(name, Buffer.alloc(bytes, 1));
  const used = Date.now() / 1000 - hours * 3600;
  await utimes(path.join(folder.path, name.slice(0, 2), name), used, used);
  tell({ writtenBytes });
}

const kept = async () =>
  (await readdir(folder.path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => Number.parseInt(name.slice(0, 2), 16))
    .sort((a, b) => a - b);

it('stay below the limit: the least recently used go first', async () => {
  for (let of = 1; of <= 9; of++) await store(of);
  await features[Symbol.asyncDispose]();
  for (let of = 10; of <= 11; of++) await store(of);
  await features[Symbol.asyncDispose]();
  expect(await kept()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect((await features.state()).sizeBytes).toBe(9000);
});

it('that were used lately are not let go for new ones, until that is a while ago', async () => {
  for (let of = 1; of <= 9; of++) await store(of, { hours: 10 - of });
  await features[Symbol.asyncDispose]();
  expect(features.storage()?.hasRoom?.()).toBe(true);
  for (let of = 10; of <= 12; of++) {
    await store(of, { hours: 0 });
    await features[Symbol.asyncDispose]();
  }
  const left = await kept();
  expect(left.slice(0, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(left).toHaveLength(10);
  expect(features.storage()?.hasRoom?.()).toBe(false);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 70 * 60 * 60 * 1000 });
  expect(features.storage()?.hasRoom?.()).toBe(true);
  await store(13, { hours: 0 });
  await features[Symbol.asyncDispose]();
  // the first two were used 79 and 78 hours ago: nine tenths of the limit are left
  expect(await kept()).toEqual([...left.slice(2), 13]);
  expect(features.storage()?.hasRoom?.()).toBe(true);
});

it('that were used lately go all the same where the limit is lowered', async () => {
  for (let of = 1; of <= 4; of++) await store(of, { hours: of });
  maxBytes = 3000;
  await features.limitChanged();
  expect(await kept()).toEqual([1, 2]);
});

it('shrink at once when the limit does, to nothing where none are to be kept', async () => {
  for (let of = 1; of <= 4; of++) await store(of);
  maxBytes = 3000;
  await features.limitChanged();
  expect(await kept()).toEqual([1, 2]);
  maxBytes = 0;
  await features.limitChanged();
  expect(await kept()).toEqual([]);
  expect(features.storage()).toBeUndefined();
});

it('of a model go with it, and those of others stay', async () => {
  await store(1);
  await store(2, { model: otherModel });
  await new CacheFolder(folder.path).write(
    photoFileName(Buffer.alloc(32, 3), { modelKey: oneModel, device: 'cpu' }),
    Buffer.from('photo'),
  );
  await features.forgetModel(oneModel);
  expect(await kept()).toEqual([2]);
  await features.clear();
  expect(await kept()).toEqual([]);
});

it('of photos that were purged go, unless another photo has the same picture; those of no library stay', async () => {
  const photo = async (file: number, pixels: number, content: string) => {
    const record = writePhoto(Buffer.alloc(32), { content, width: 1, height: 1, pixelHash: Buffer.alloc(32, pixels) });
    const name = photoFileName(Buffer.alloc(32, file), { modelKey: oneModel, device: 'cpu' });
    await new CacheFolder(folder.path).write(name, record);
  };
  for (const of of [1, 2, 3]) await store(of);
  await photo(0x11, 1, 'purged');
  await photo(0x12, 2, 'purged, too');
  await photo(0x22, 2, 'kept');
  await photo(0x13, 3, '');
  known.add('kept');
  features.photosPurged();
  await features[Symbol.asyncDispose]();
  expect(await kept()).toEqual([2, 3, 0x13, 0x22]);
  known.clear();
  features.photosPurged();
  await features[Symbol.asyncDispose]();
  expect(await kept()).toEqual([3, 0x13]);
});

describe('what is told of them', () => {
  it('is how much there is, how often they served, and nothing is wrong', async () => {
    await store(1);
    tell({ misses: 1 });
    tell({ hits: 1 });
    tell({ hits: 1 });
    expect(await features.state()).toEqual({ sizeBytes: 1000, hits: 2, misses: 1, problem: undefined });
  });

  it('is why none can be stored, until one is', async () => {
    const problem = serializeError(new VignetteError('FEATURES_DISK_FULL', 'The disk is full.'));
    tell({ problem });
    tell({ misses: 1 });
    expect((await features.state()).problem).toEqual(problem);
    tell({ writtenBytes: 1 });
    expect((await features.state()).problem).toBeUndefined();
    await features[Symbol.asyncDispose]();
  });
});
