/** @file Fills an index with random vectors in a process of its own, so that its memory does not count. Started by vectorsBench.ts. */
import * as z from 'zod';
import { ScanPool } from '../main/library/search/vectors/scanPool.ts';
import { VectorIndex } from '../main/library/search/vectors/vectorIndex.ts';
import { randomUnitVector, shape } from './randomVectors.ts';

/** Photos that are added in one go. */
const addedTogether = 100;

const requestSchema = z.object({ folder: z.string(), photos: z.int().positive() });

process.once('message', async (message) => {
  const { folder, photos } = requestSchema.parse(message);
  await using pool = new ScanPool();
  await using index = await VectorIndex.open({ folder, rows: () => [], pool });
  const checksums = new Uint32Array(photos);
  let addMs = 0;
  for (let first = 1; first <= photos; first += addedTogether) {
    const ids = Array.from({ length: Math.min(addedTogether, photos + 1 - first) }, (_, i) => first + i);
    const items = ids.map((photoId) => {
      const data = new Float32Array(shape.vectors * shape.size);
      for (let v = 0; v < shape.vectors; v++) data.set(randomUnitVector(), v * shape.size);
      return { photoId, embedding: { data, ...shape } };
    });
    const start = performance.now();
    await index.add(items, (placements) => {
      for (const { slot, checksum } of placements) checksums[slot] = checksum;
      return ids;
    });
    addMs += performance.now() - start;
  }
  process.send?.({ checksums, addMs });
});
