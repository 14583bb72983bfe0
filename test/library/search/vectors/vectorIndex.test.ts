/** @file What the index finds, against looking at every photo. */
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { pooledVector, product } from '../../../../main/library/search/vectors/pooling.ts';
import { ScanPool } from '../../../../main/library/search/vectors/scanPool.ts';
import { VectorIndex } from '../../../../main/library/search/vectors/vectorIndex.ts';
import type { VectorShape } from '../../../../main/library/search/vectors/vectorLayout.ts';
import { randomNumbers } from '../../../support/randomNumbers.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { PlacementTable, plainSearch, similarity, unitVectorsOf } from './vectorSets.ts';

const pool = new ScanPool();
afterAll(() => pool[Symbol.asyncDispose]());

interface Filled {
  readonly index: VectorIndex;
  readonly photos: Map<number, Float32Array>;
}

/** An index with photos 1, 2, 3, … */
async function filledIndex(shape: VectorShape, vectorsOf: readonly Float32Array[]): Promise<Filled> {
  const folder = await temporaryFolder();
  const table = new PlacementTable();
  const index = await VectorIndex.open({ folder: folder.path, rows: table.page, pool });
  onTestFinished(async () => {
    await index[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  const photos = new Map(vectorsOf.map((data, i) => [i + 1, data]));
  const items = [...photos].map(([photoId, data]) => ({ photoId, embedding: { data, ...shape } }));
  await index.add(items, table.store);
  return { index, photos };
}

const manyVectors = { vectors: 8, size: 24 };
const oneVector = { vectors: 1, size: 256 };

/** Libraries of different kinds: scattered, crowded together, in clusters, and with many exactly equal photos. */
const libraries = {
  scattered: (random: () => number, shape: VectorShape) =>
    Array.from({ length: 700 }, () => unitVectorsOf(random, shape)),
  crowded: (random: () => number, shape: VectorShape) => {
    const center = unitVectorsOf(random, shape);
    return Array.from({ length: 700 }, () => unitVectorsOf(random, shape, { center, spread: 0.02 }));
  },
  clustered: (random: () => number, shape: VectorShape) => {
    const centers = Array.from({ length: 20 }, () => unitVectorsOf(random, shape));
    return Array.from({ length: 700 }, (_, i) => {
      return unitVectorsOf(random, shape, { center: centers[i % 20] ?? new Float32Array(0), spread: 0.1 });
    });
  },
  'full of equal photos': (random: () => number, shape: VectorShape) => {
    const few = Array.from({ length: 3 }, () => unitVectorsOf(random, shape));
    return Array.from({ length: 700 }, (_, i) => few[i % 3] ?? new Float32Array(0));
  },
};

describe.each([
  ['many vectors a photo', manyVectors],
  ['one vector a photo', oneVector],
])('with %s', (_, shape) => {
  describe.each(Object.entries(libraries))('in a library that is %s', (_name, make) => {
    it('a text finds the very photos, scores and order that looking at each photo gives', async () => {
      const random = randomNumbers(shape.vectors);
      const { index, photos } = await filledIndex(shape, make(random, shape));
      const [near = new Float32Array(0)] = photos.values();
      const queries = [
        unitVectorsOf(random, { vectors: 1, size: shape.size }),
        near.slice(0, shape.size),
        unitVectorsOf(random, { vectors: 3, size: shape.size }),
      ];
      for (const query of queries) {
        for (const limit of [1, 10, 300, 1000]) {
          const found = await index.searchByVector(query, { limit });
          expect(found).toEqual(plainSearch(photos, shape, query, limit));
        }
      }
    });

    it('a photo finds those like it in the order of the cosines of their means, itself left out', async () => {
      const random = randomNumbers(7 + shape.vectors);
      const { index, photos } = await filledIndex(shape, make(random, shape));
      const found = await index.similarTo([5], { limit: 25 });
      const expected = [...photos.keys()]
        .filter((photoId) => photoId !== 5)
        .map((photoId) => similarity(photos.get(5) ?? near0, photos.get(photoId) ?? near0, shape))
        .sort((a, b) => b - a);
      expect(found).toHaveLength(25);
      for (const [i, { photoId, score }] of found.entries()) {
        expect(score).toBeCloseTo(expected[i] ?? Number.NaN, 6);
        expect(score).toBeCloseTo(similarity(photos.get(5) ?? near0, photos.get(photoId) ?? near0, shape), 6);
      }
      expect(found.map(({ photoId }) => photoId)).not.toContain(5);
    });

    it('several photos find those like what they have in common, themselves left out', async () => {
      const random = randomNumbers(9 + shape.vectors);
      const { index, photos } = await filledIndex(shape, make(random, shape));
      const given = [5, 9, 5000];
      // Up to a factor, the cosine with their mean is the sum of the cosines with each.
      const sums = [...photos.keys()]
        .filter((photoId) => !given.includes(photoId))
        .map((photoId) => {
          const cosines = [5, 9].map((one) =>
            similarity(photos.get(one) ?? near0, photos.get(photoId) ?? near0, shape),
          );
          return { photoId, sum: cosines.reduce((all, cosine) => all + cosine, 0) };
        })
        .sort((a, b) => b.sum - a.sum);
      const found = await index.similarTo(given, { limit: 10 });
      expect(found.map(({ photoId }) => photoId)).toEqual(sums.slice(0, 10).map(({ photoId }) => photoId));
    });
  });

  it('groups the near duplicates that comparing all pairs gives', async () => {
    const random = randomNumbers(3 + shape.vectors);
    const originals = Array.from({ length: 300 }, () => unitVectorsOf(random, shape));
    // of every third photo there are two copies, some hardly changed, some more
    const copies = originals.flatMap((center, i) =>
      i % 3 === 0
        ? [0.05, 0.4].map((spread) => unitVectorsOf(random, shape, { center, spread: spread * (1 + i / 200) }))
        : [],
    );
    const { index, photos } = await filledIndex(shape, [...originals, ...copies]);
    for (const threshold of [0.9, 0.97, 0.995]) {
      const progress: number[] = [];
      const groups = await index.nearDuplicates({ threshold, onProgress: ({ done }) => progress.push(done) });
      expect(groups).toEqual(plainGroups(photos, shape, threshold));
      expect(progress.at(-1)).toBe(3); // pairs of two blocks
    }
    expect(plainGroups(photos, shape, 0.97).length).toBeGreaterThan(20);
  });
});

const near0 = new Float32Array(0);

/** Groups of photos that are connected by pairs of at least this similarity. */
function plainGroups(photos: ReadonlyMap<number, Float32Array>, shape: VectorShape, threshold: number): number[][] {
  const pooled = new Map([...photos].map(([id, data]) => [id, pooledVector(Float16Array.from(data), shape)]));
  const ids = [...photos.keys()];
  const groupOf = new Map(ids.map((id) => [id, [id]]));
  for (const [i, a] of ids.entries()) {
    for (const b of ids.slice(i + 1)) {
      const [first = [], second = []] = [groupOf.get(a), groupOf.get(b)];
      if (first === second || product(pooled.get(a) ?? near0, pooled.get(b) ?? near0) < threshold) continue;
      first.push(...second);
      for (const id of second) groupOf.set(id, first);
    }
  }
  return [...new Set(groupOf.values())]
    .filter((group) => group.length > 1)
    .map((group) => group.sort((a, b) => a - b))
    .sort(([a = 0], [b = 0]) => a - b);
}

describe('a search among some photos only', () => {
  it('finds what a search of all would find of them', async () => {
    const random = randomNumbers(11);
    const { index, photos } = await filledIndex(manyVectors, libraries.clustered(random, manyVectors));
    const query = unitVectorsOf(random, { vectors: 1, size: 24 });
    const all = await index.searchByVector(query, { limit: 1000 });
    for (const share of [0.005, 0.1, 0.9]) {
      const allowed = new Set([...photos.keys()].filter(() => random() < share));
      const found = await index.searchByVector(query, { limit: 50, allowed });
      expect(found).toEqual(all.filter(({ photoId }) => allowed.has(photoId)).slice(0, 50));
    }
  });

  it('finds nothing among none, and passes over photos without vectors', async () => {
    const random = randomNumbers(12);
    const { index } = await filledIndex(oneVector, [unitVectorsOf(random, oneVector)]);
    const query = unitVectorsOf(random, oneVector);
    expect(await index.searchByVector(query, { limit: 5, allowed: [] })).toEqual([]);
    expect(await index.searchByVector(query, { limit: 5, allowed: [99] })).toEqual([]);
    expect(await index.similarTo([1], { limit: 5 })).toEqual([]);
  });

  it('groups duplicates of those only', async () => {
    const random = randomNumbers(13);
    const same = unitVectorsOf(random, oneVector);
    const { index } = await filledIndex(oneVector, [same, same, same, unitVectorsOf(random, oneVector)]);
    expect(await index.nearDuplicates({ threshold: 0.99 })).toEqual([[1, 2, 3]]);
    expect(await index.nearDuplicates({ threshold: 0.99, allowed: [1, 3, 4] })).toEqual([[1, 3]]);
    expect(await index.nearDuplicates({ threshold: 0.99, allowed: [3, 4] })).toEqual([]);
  });
});

describe('an empty index', () => {
  it('finds nothing', async () => {
    const { index } = await filledIndex(oneVector, []);
    expect(await index.searchByVector(new Float32Array(256), { limit: 5 })).toEqual([]);
    expect(await index.nearDuplicates({ threshold: 0.9 })).toEqual([]);
    await expect(index.similarTo([1], { limit: 5 })).rejects.toMatchObject({ code: 'PHOTO_NOT_EMBEDDED' });
  });
});

it('a vector index refuses a query of another model', async () => {
  const { index } = await filledIndex(oneVector, [unitVectorsOf(randomNumbers(1), oneVector)]);
  for (const query of [new Float32Array(255), new Float32Array(256).fill(Number.NaN)]) {
    await expect(index.searchByVector(query, { limit: 5 })).rejects.toMatchObject({ code: 'VECTOR_UNSUITABLE' });
  }
});

it('a vector index stops when told to, and answers the next question', async () => {
  const random = randomNumbers(5);
  const { index, photos } = await filledIndex(oneVector, libraries.scattered(random, oneVector));
  const query = unitVectorsOf(random, oneVector);
  const control = new AbortController();
  const stopped = [
    index.searchByVector(query, { limit: 5, signal: control.signal }),
    index.similarTo([3], { limit: 5, signal: control.signal }),
    index.nearDuplicates({ threshold: 0.9, signal: control.signal }),
    index.check({ signal: control.signal }),
  ];
  const failures = Promise.allSettled(stopped);
  control.abort(new Error('enough'));
  for (const result of await failures) expect(result).toMatchObject({ reason: new Error('enough') });
  expect(await index.searchByVector(query, { limit: 5 })).toEqual(plainSearch(photos, oneVector, query, 5));
});

/** A pool beside which something happens between two steps of a search. */
class InterruptedPool extends ScanPool {
  after: 'bounds' | 'scores' | 'pairs' = 'scores';
  meanwhile: () => void | Promise<void> = () => {};

  override async run<Result>(...[task, schema, options]: Parameters<typeof ScanPool.prototype.run<Result>>) {
    const result = await super.run(task, schema, options);
    if (task.type === this.after) await this.meanwhile();
    return result;
  }
}

describe.each(['bounds', 'scores'] as const)('while a search goes on (after its %s)', (after) => {
  const shape = { vectors: 1, size: 256 };

  async function interrupted(change: (index: VectorIndex, put: PlacementTable) => void | Promise<void>) {
    await using folder = await temporaryFolder();
    await using meddled = new InterruptedPool({ threads: 1 });
    const table = new PlacementTable();
    const lost: number[] = [];
    await using index = await VectorIndex.open({
      folder: folder.path,
      rows: table.page,
      pool: meddled,
      onLost: (photoIds) => lost.push(...photoIds),
    });
    const random = randomNumbers(11);
    const items = [1, 2, 3].map((photoId) => ({
      photoId,
      embedding: { data: unitVectorsOf(random, shape), ...shape },
    }));
    await index.add(items, table.store);
    let isChanged = false;
    meddled.after = after;
    meddled.meanwhile = async () => {
      if (isChanged) return;
      isChanged = true;
      await change(index, table);
    };
    const found = await index.searchByVector(unitVectorsOf(random, shape), { limit: 10 });
    return { found: found.map(({ photoId }) => photoId).sort(), lost };
  }

  it('a photo that is deleted is not found, and not said to be damaged', async () => {
    expect(await interrupted((index) => index.remove([2]))).toEqual({ found: [1, 3], lost: [] });
  });

  it('a photo that takes the place of a deleted one is not found in its stead', async () => {
    const result = await interrupted(async (index, table) => {
      index.remove([2]);
      const data = unitVectorsOf(randomNumbers(5), shape);
      await index.add([{ photoId: 4, embedding: { data, ...shape } }], table.store);
    });
    expect(result).toEqual({ found: [1, 3], lost: [] });
  });

  it('a photo whose vectors are replaced is not found by the old ones', async () => {
    const result = await interrupted(async (index, table) => {
      const data = unitVectorsOf(randomNumbers(5), shape);
      await index.add([{ photoId: 2, embedding: { data, ...shape } }], table.store);
      // Takes the place that is free now.
      await index.add([{ photoId: 5, embedding: { data, ...shape } }], table.store);
    });
    expect(result).toEqual({ found: [1, 3], lost: [] });
  });
});

describe.each(['pairs', 'scores'] as const)('while duplicates are looked for (after their %s)', (after) => {
  it('a photo that is deleted is in no group, and not said to be damaged', async () => {
    await using folder = await temporaryFolder();
    await using meddled = new InterruptedPool({ threads: 1 });
    const table = new PlacementTable();
    const lost: number[] = [];
    await using index = await VectorIndex.open({
      folder: folder.path,
      rows: table.page,
      pool: meddled,
      onLost: (photoIds) => lost.push(...photoIds),
    });
    const data = unitVectorsOf(randomNumbers(3), oneVector);
    const items = [1, 2, 3].map((photoId) => ({ photoId, embedding: { data, ...oneVector } }));
    await index.add(items, table.store);
    meddled.after = after;
    meddled.meanwhile = () => index.remove([2]);
    expect(await index.nearDuplicates({ threshold: 0.99 })).toEqual([[1, 3]]);
    expect(lost).toEqual([]);
  });
});

describe('the mean of a photo’s vectors', () => {
  it('is taken value by value over the vectors, and has the length of one', () => {
    const values = Float16Array.of(1, 0, 0, 0, 1, 0);
    expect([...pooledVector(values, { vectors: 2, size: 3 })].map((value) => value.toFixed(4))).toEqual([
      ...['0.7071', '0.7071', '0.0000'],
    ]);
    const three = Float16Array.of(3, 0, 0, 4, 0, 0);
    expect([...pooledVector(three, { vectors: 3, size: 2 })].map((value) => value.toFixed(4))).toEqual([
      ...['0.6000', '0.8000'],
    ]);
    expect([...pooledVector(Float16Array.of(0.6, 0.8), { vectors: 1, size: 2 })]).toEqual([
      ...[Math.fround(Number(Math.f16round(0.6))), Math.fround(Number(Math.f16round(0.8)))],
    ]);
    expect([...pooledVector(Float16Array.of(1, 0, -1, 0), { vectors: 2, size: 2 })]).toEqual([0, 0]);
  });
});
