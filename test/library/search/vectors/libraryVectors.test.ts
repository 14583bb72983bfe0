/** @file Vectors and the catalog together: what is kept of which photo, and what a crash, an edit or damage leaves. */
import { truncate } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EmbeddingStore } from '../../../../main/library/catalog/photos/embeddings.ts';
import { LibraryVectors } from '../../../../main/library/search/vectors/libraryVectors.ts';
import { randomNumbers } from '../../../support/randomNumbers.ts';
import { type TestCatalog, testCatalog } from '../../../support/testCatalog.ts';
import { unitVectorsOf } from './vectorSets.ts';

const model = '00ff';
const shape = { vectors: 4, size: 32 };
const random = randomNumbers(31);
const newEmbedding = () => ({ data: unitVectorsOf(random, shape), ...shape });
type NewEmbedding = ReturnType<typeof newEmbedding>;

let test: TestCatalog;
let store: EmbeddingStore;

beforeEach(async () => {
  test = await testCatalog();
  onTestFinished(() => test[Symbol.asyncDispose]());
  store = new EmbeddingStore(test.catalog.connection);
});

function open(options: { readOnly?: boolean; onDamaged?: (modelKey: string) => void } = {}): LibraryVectors {
  return new LibraryVectors({ libraryFolder: test.folder, catalog: store, threads: 1, ...options });
}

/** The photo whose first vector this is. */
async function finds(vectors: LibraryVectors, { data }: NewEmbedding): Promise<number | undefined> {
  const [best] = await (await vectors.index(model)).searchByVector(data.slice(0, 32), { limit: 1 });
  return best !== undefined && best.score > 0.99 ? best.photoId : undefined;
}

describe('vectors that are kept', () => {
  it('are found, also when the library is opened again, and by whoever only reads', async () => {
    const photos = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({ id: test.addPhoto(name), embedding: newEmbedding() }));
    {
      await using vectors = open();
      for (const { id, embedding } of photos) await vectors.save({ id, revision: 1 }, model, embedding);
      for (const { id, embedding } of photos) expect(await finds(vectors, embedding)).toBe(id);
    }
    expect(store.modelKeys()).toEqual([model]);
    expect(store.coverage(model)).toEqual({ embedded: 3, photos: 3 });
    await using again = open();
    await using reading = open({ readOnly: true });
    for (const { id, embedding } of photos) {
      expect([await finds(again, embedding), await finds(reading, embedding)]).toEqual([id, id]);
    }
  });

  it('of content that is another by now are dropped; the earlier ones stay until there are new ones', async () => {
    const id = test.addPhoto('a.jpg');
    const [before, late, after] = [newEmbedding(), newEmbedding(), newEmbedding()];
    await using vectors = open();
    await vectors.save({ id, revision: 1 }, model, before);
    test.editPhoto(id);
    await vectors.save({ id, revision: 1 }, model, late);
    expect([await finds(vectors, before), await finds(vectors, late)]).toEqual([id, undefined]);
    expect(store.coverage(model)).toEqual({ embedded: 0, photos: 1 });
    await vectors.save({ id, revision: 2 }, model, after);
    expect([await finds(vectors, before), await finds(vectors, after)]).toEqual([undefined, id]);
    expect(store.coverage(model)).toEqual({ embedded: 1, photos: 1 });
  });

  it('of a photo that is gone are dropped', async () => {
    await using vectors = open();
    const embedding = newEmbedding();
    await vectors.save({ id: 77, revision: 1 }, model, embedding);
    expect(await finds(vectors, embedding)).toBeUndefined();
    expect(store.page(model, 0, 10)).toEqual([]);
  });

  it('of a photo that goes later are forgotten, also by the next to open the library', async () => {
    const [gone, stays] = [test.addPhoto('a.jpg'), test.addPhoto('b.jpg')];
    const [first, second] = [newEmbedding(), newEmbedding()];
    await using vectors = open();
    await vectors.save({ id: gone, revision: 1 }, model, first);
    await vectors.save({ id: stays, revision: 1 }, model, second);
    test.catalog.connection.database.prepare('DELETE FROM photo WHERE id = ?').run(gone);
    await vectors.forget([gone]);
    await using again = open();
    for (const opened of [vectors, again]) {
      expect([await finds(opened, first), await finds(opened, second)]).toEqual([undefined, stays]);
    }
  });

  it('of several models lie apart, and can be removed by model', async () => {
    const id = test.addPhoto('a.jpg');
    const embedding = newEmbedding();
    const other = { data: unitVectorsOf(random, { vectors: 1, size: 16 }), vectors: 1, size: 16 };
    await using vectors = open();
    await vectors.save({ id, revision: 1 }, model, embedding);
    await vectors.save({ id, revision: 1 }, 'aa11', other);
    expect(store.modelKeys()).toEqual([model, 'aa11']);
    await vectors.removeModel('aa11');
    expect(store.modelKeys()).toEqual([model]);
    expect((await vectors.index('aa11')).size).toBe(0);
    expect(await finds(vectors, embedding)).toBe(id);
  });
});

describe('vectors whose files are damaged', () => {
  beforeEach(async () => {
    await using vectors = open();
    for (const name of ['a.jpg', 'b.jpg'])
      await vectors.save({ id: test.addPhoto(name), revision: 1 }, model, newEmbedding());
  });
  const file = () => path.join(test.folder, 'vectors', model, 'exact.f16');

  it('beyond use are given up, and the photos embedded again', async () => {
    await truncate(file(), 20);
    const damaged: string[] = [];
    await using vectors = open({ onDamaged: (modelKey) => damaged.push(modelKey) });
    expect((await vectors.index(model)).size).toBe(0);
    expect([damaged, store.coverage(model).embedded]).toEqual([[model], 0]);
    const embedding = newEmbedding();
    await vectors.save({ id: 1, revision: 1 }, model, embedding);
    expect(await finds(vectors, embedding)).toBe(1);
  });

  it('are left as they are by whoever only reads', async () => {
    await truncate(file(), 20);
    await using vectors = open({ readOnly: true });
    await expect(vectors.index(model)).rejects.toMatchObject({ code: 'VECTORS_DAMAGED' });
    expect(store.coverage(model).embedded).toBe(2);
  });

  it('in one place cost that photo only', async () => {
    await truncate(file(), 4096 + 2 * 4 * 32 + 10);
    await using vectors = open();
    expect(await vectors.check()).toEqual([{ modelKey: model, lost: 0 }]);
    expect(store.page(model, 0, 10).map(({ photoId }) => photoId)).toEqual([1]);
    expect(store.coverage(model)).toEqual({ embedded: 1, photos: 2 });
  });
});

it('the vectors of a library find photos that look alike by their perceptual hashes', async () => {
  const hashes = ['00000000000000ff', 'ffffffff00000000', '00000000000001fe', '0000000000000000'];
  const ids = hashes.map((hex, i) => {
    const id = test.addPhoto(`${i}.jpg`);
    test.catalog.photos.setLooks(id, 1, { hash: Buffer.from(hex, 'hex'), averageColour: 0 });
    return id;
  });
  await using vectors = open();
  expect(await vectors.lookAlikes({ maxDistance: 2 })).toEqual([[ids[0], ids[2]]]);
  expect(await vectors.lookAlikes({ maxDistance: 8 })).toEqual([[ids[0], ids[2], ids[3]]]);
  expect(await vectors.lookAlikes({ maxDistance: 8, allowed: new Set(ids.slice(1)) })).toEqual([[ids[2], ids[3]]]);
});
