/** @file What becomes of vectors when files are damaged, the disk is full, the process is killed or the catalog is older than they. */
import { open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ScanPool } from '../../../../main/library/search/vectors/scanPool.ts';
import { VectorIndex, type VectorIndexOptions } from '../../../../main/library/search/vectors/vectorIndex.ts';
import { codeLayout, codesPosition, exactPosition } from '../../../../main/library/search/vectors/vectorLayout.ts';
import { randomNumbers } from '../../../support/randomNumbers.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../../support/smallDisk.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { PlacementTable, plainSearch, unitVectorsOf } from './vectorSets.ts';

const pool = new ScanPool({ threads: 1 });
afterAll(() => pool[Symbol.asyncDispose]());

const shape = { vectors: 4, size: 32 };
const random = randomNumbers(21);
const query = unitVectorsOf(random, { vectors: 1, size: 32 });
const vectorsOf = new Map(Array.from({ length: 300 }, (_, i) => [i + 1, unitVectorsOf(random, shape)]));
const itemsOf = (...photoIds: number[]) =>
  photoIds.map((photoId) => ({
    photoId,
    embedding: { data: vectorsOf.get(photoId) ?? new Float32Array(0), ...shape },
  }));
const all = [...vectorsOf.keys()];

let folder: string;
let table: PlacementTable;
let lost: number[];

beforeEach(async () => {
  const temporary = await temporaryFolder();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  folder = path.join(temporary.path, 'vectors');
  table = new PlacementTable();
  lost = [];
});

function openIndex(options: Partial<VectorIndexOptions> = {}): Promise<VectorIndex> {
  const onLost = (photoIds: readonly number[]) => {
    lost.push(...photoIds);
    for (const photoId of photoIds) table.rows.delete(photoId);
  };
  return VectorIndex.open({ folder, rows: table.page, pool, onLost, ...options });
}

async function fill(photoIds: readonly number[] = all): Promise<void> {
  await using index = await openIndex();
  await index.add(itemsOf(...photoIds), table.store);
}

async function findAll(index: VectorIndex): Promise<number[]> {
  const found = await index.searchByVector(query, { limit: 1000 });
  const photos = new Map(found.map(({ photoId }) => [photoId, vectorsOf.get(photoId) ?? new Float32Array(0)]));
  expect(found).toEqual(plainSearch(photos, shape, query, 1000));
  return found.map(({ photoId }) => photoId).sort((a, b) => a - b);
}

async function overwrite(file: string, position: number, bytes: readonly number[]): Promise<void> {
  await using handle = await open(path.join(folder, file), 'r+');
  await handle.write(Uint8Array.from(bytes), 0, bytes.length, position);
}

describe('an index that is opened again', () => {
  it('has what was added', async () => {
    await fill();
    await using index = await openIndex();
    expect([index.size, index.shape, index.has(7), index.has(301)]).toEqual([300, shape, true, false]);
    expect(await findAll(index)).toEqual(all);
  });

  it('for reading only has it too, and changes no file', async () => {
    await fill();
    const before = await readFile(path.join(folder, 'scan.i8'));
    await using index = await openIndex({ readOnly: true });
    expect(await findAll(index)).toEqual(all);
    expect(await readFile(path.join(folder, 'scan.i8'))).toEqual(before);
    await expect(index.add(itemsOf(1), table.store)).rejects.toMatchObject({ code: 'VECTORS_NOT_WRITABLE' });
  });

  it('has it although somebody tried to add to the one before, which was closed', async () => {
    await fill();
    const closed = await openIndex();
    await closed[Symbol.asyncDispose]();
    await expect(closed.add(itemsOf(1), table.store)).rejects.toMatchObject({ code: 'VECTORS_NOT_WRITABLE' });
    expect(await closed.searchByVector(query, { limit: 5 })).toEqual([]);
    await using index = await openIndex();
    expect(await findAll(index)).toEqual(all);
  });

  it('for reading only where there is nothing yet finds nothing, and makes nothing', async () => {
    await using index = await openIndex({ readOnly: true });
    expect(await index.searchByVector(query, { limit: 5 })).toEqual([]);
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('vectors of a photo', () => {
  it('that are added again replace the ones before, whose slot is used again', async () => {
    await using index = await openIndex();
    await index.add(itemsOf(1, 2, 3), table.store);
    const slotBefore = table.rows.get(2)?.slot;
    const data = vectorsOf.get(9) ?? new Float32Array(0);
    await index.add([{ photoId: 2, embedding: { data, ...shape } }], table.store);
    expect(await index.searchByVector(data.slice(0, 32), { limit: 1 })).toMatchObject([{ photoId: 2 }]);
    await index.add(itemsOf(4), table.store);
    expect(table.rows.get(4)?.slot).toBe(slotBefore);
    expect(index.size).toBe(4);
  });

  it('that were removed are not found, and their slot is used again', async () => {
    await using index = await openIndex();
    await index.add(itemsOf(1, 2, 3), table.store);
    index.remove([2, 99]);
    table.rows.delete(2);
    expect(await findAll(index)).toEqual([1, 3]);
    await index.add(itemsOf(4), table.store);
    expect(table.rows.get(4)?.slot).toBe(1);
    expect(await findAll(index)).toEqual([1, 3, 4]);
  });

  it('that the catalog does not take are not found, and those beside them are', async () => {
    await using index = await openIndex();
    await index.add(itemsOf(1, 2, 3), (placements) => table.store(placements.filter(({ photoId }) => photoId !== 2)));
    expect(await findAll(index)).toEqual([1, 3]);
  });

  it('are as before when the catalog fails, and when they do not fit', async () => {
    await using index = await openIndex();
    await index.add(itemsOf(1, 2), table.store);
    const fails = () => {
      throw new Error('the catalog is locked');
    };
    await expect(index.add(itemsOf(2, 3), fails)).rejects.toThrow('the catalog is locked');
    const embeddings = [
      { data: new Float32Array(64), vectors: 2, size: 32 },
      { data: new Float32Array(128).fill(1), ...shape },
      { data: new Float32Array(128).fill(Number.NaN), ...shape },
    ];
    for (const embedding of embeddings) {
      const added = index.add([...itemsOf(3), { photoId: 4, embedding }], table.store);
      await expect(added).rejects.toMatchObject({ code: 'VECTOR_UNSUITABLE', details: { photoId: 4 } });
    }
    expect(await findAll(index)).toEqual([1, 2]);
    await index.add(itemsOf(3), table.store);
    expect(await findAll(index)).toEqual([1, 2, 3]);
  });

  it('that were written when the process was killed before their rows were are free slots', async () => {
    await fill([1, 2]);
    await using killed = await openIndex();
    const gone = () => {
      throw new Error('killed');
    };
    await expect(killed.add(itemsOf(3, 4), gone)).rejects.toThrow('killed');
    await using index = await openIndex();
    expect(await findAll(index)).toEqual([1, 2]);
    await index.add(itemsOf(5), table.store);
    expect(table.rows.get(5)?.slot).toBe(2);
    expect(await findAll(index)).toEqual([1, 2, 5]);
  });

  it('that are added by two at once both come', async () => {
    await using index = await openIndex();
    await Promise.all([index.add(itemsOf(1, 2), table.store), index.add(itemsOf(3), table.store)]);
    expect(new Set([...table.rows.values()].map(({ slot }) => slot)).size).toBe(3);
    expect(await findAll(index)).toEqual([1, 2, 3]);
  });
});

describe('a damaged file', () => {
  it.each(['exact.f16', 'scan.i8', 'pooled.i8'])(
    '%s that was cut loses the photos behind the cut, once',
    async (file) => {
      await fill();
      const { size } = await stat(path.join(folder, file));
      await truncate(path.join(folder, file), size - 5);
      await using index = await openIndex();
      expect(lost).toEqual([300]);
      expect(await findAll(index)).toEqual(all.slice(0, 299));
      await index.add(itemsOf(300), table.store);
      expect(await findAll(index)).toEqual(all);
      expect(lost).toEqual([300]);
    },
  );

  it.each(['exact.f16', 'scan.i8', 'pooled.i8'])(
    '%s whose header is damaged is said to be, and can be made anew',
    async (file) => {
      await fill();
      await overwrite(file, 18, [1]);
      await expect(openIndex()).rejects.toMatchObject({ code: 'VECTORS_DAMAGED' });
      table.rows.clear();
      await using index = await openIndex();
      await index.add(itemsOf(...all), table.store);
      expect(await findAll(index)).toEqual(all);
    },
  );

  it.each(['exact.f16', 'scan.i8', 'pooled.i8'])(
    '%s that is missing or belongs to others is said to be',
    async (file) => {
      await fill();
      const other = await readFile(path.join(folder, file));
      await rm(path.join(folder, file));
      await expect(openIndex()).rejects.toMatchObject({ code: 'VECTORS_DAMAGED' });
      table.rows.clear();
      await fill();
      await writeFile(path.join(folder, file), other);
      await expect(openIndex()).rejects.toMatchObject({ code: 'VECTORS_DAMAGED' });
    },
  );

  it('of a newer version is left alone', async () => {
    await fill();
    const header = await readFile(path.join(folder, 'exact.f16'));
    header.writeUInt32LE(2, 8);
    header.writeUInt32LE(crc32(header.subarray(0, 40)), 40);
    await writeFile(path.join(folder, 'exact.f16'), header);
    await expect(openIndex()).rejects.toMatchObject({ code: 'VECTORS_NEWER' });
  });

  it('with a flipped bit in exact vectors loses that photo when it is found', async () => {
    await fill();
    await overwrite('exact.f16', exactPosition(shape, 41) + 3, [0x12]);
    await using index = await openIndex();
    expect(await findAll(index)).toEqual(all.filter((photoId) => photoId !== 42));
    expect(lost).toEqual([42]);
    expect(index.has(42)).toBe(false);
  });

  it('is found out by a check, whatever the file', async () => {
    await fill();
    await using index = await openIndex();
    const progress: number[] = [];
    expect(await index.check({ onProgress: ({ done }) => progress.push(done) })).toEqual([]);
    expect(progress.at(-1)).toBe(300);
    await overwrite('exact.f16', exactPosition(shape, 9), [0x12]);
    await overwrite('scan.i8', codesPosition(codeLayout(shape), 19), [1, 2, 3]);
    await overwrite('pooled.i8', codesPosition(codeLayout({ ...shape, vectors: 1 }), 29), [1, 2, 3]);
    expect(await index.check()).toEqual([10, 20, 30]);
    expect(lost.sort((a, b) => a - b)).toEqual([10, 20, 30]);
    expect(await findAll(index)).toEqual(all.filter((photoId) => ![10, 20, 30].includes(photoId)));
  });
});

it('an older catalog does not find photos by what others left in their slots', async () => {
  await fill([1, 2, 3]);
  const older = new Map(table.rows);
  {
    await using index = await openIndex();
    index.remove([1, 2]);
    await index.add(itemsOf(8, 9), table.store);
  }
  table.rows.clear();
  for (const [photoId, row] of older) table.rows.set(photoId, row);
  await using index = await openIndex();
  expect(await findAll(index)).toEqual([3]);
  expect(lost.sort()).toEqual([1, 2]);
});

describe.skipIf(!canMakeSmallDisks)('a full disk (needs the right to mount one)', () => {
  it('is said to be, keeps what was there, and goes on when there is room', async () => {
    await using disk = await makeSmallDisk(1);
    const large = { vectors: 32, size: 256 };
    const items = Array.from({ length: 60 }, (_, i) => ({
      photoId: i + 1,
      embedding: { data: unitVectorsOf(random, large), ...large },
    }));
    const filler = path.join(disk.path, 'filler');
    await writeFile(filler, new Uint8Array(500_000));
    await using index = await openIndex({ folder: path.join(disk.path, 'vectors') });
    await index.add(items.slice(0, 5), table.store);
    await expect(index.add(items.slice(5), table.store)).rejects.toMatchObject({ code: 'VECTORS_DISK_FULL' });
    expect([index.size, table.rows.size]).toEqual([5, 5]);
    const [first] = items;
    const own = first?.embedding.data.slice(0, 256) ?? new Float32Array(0);
    expect(await index.searchByVector(own, { limit: 1 })).toMatchObject([{ photoId: 1 }]);
    await rm(filler);
    await index.add(items.slice(5, 10), table.store);
    expect(await index.check()).toEqual([]);
    expect(
      (await index.searchByVector(own, { limit: 100 })).map(({ photoId }) => photoId).sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  });
});
