/** @file Text-to-photo search with the bundled matching model: from files and words to photos, through the host process. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ScanPool } from '../../../../main/library/search/vectors/scanPool.ts';
import { VectorIndex } from '../../../../main/library/search/vectors/vectorIndex.ts';
import { importCheckpoint } from '../../../../native-models/compiler/importCheckpoint.ts';
import { ModelHost } from '../../../../native-models/runtime/modelHost.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { PlacementTable } from './vectorSets.ts';

const resources = path.join(import.meta.dirname, '../../../../resources');
const coast = path.join(resources, 'demo-photos/Coast');

const open = new AsyncDisposableStack();
let host: ModelHost;
let index: VectorIndex;
/** Photo i + 1. */
let images: string[];

beforeAll(async () => {
  const folder = open.use(await temporaryFolder());
  const source = path.join(resources, 'demo-model/matching');
  await importCheckpoint({ source, modelsFolder: folder.path, id: 'matching' });
  host = open.use(ModelHost.start());
  await host.load(path.join(folder.path, 'matching'));
  const pool = open.use(new ScanPool());
  const table = new PlacementTable();
  index = open.use(await VectorIndex.open({ folder: path.join(folder.path, 'vectors'), rows: table.page, pool }));
  const names = (await readdir(coast)).filter((name) => name.endsWith('.jpg')).sort();
  images = names.slice(0, 12).map((name) => path.join(coast, name));
  const items = (await host.embedImages({ images })).map((embedded, i) => {
    if ('error' in embedded) throw new Error(embedded.error.message);
    return { photoId: i + 1, embedding: embedded.embedding };
  });
  await index.add(items, table.store);
});

afterAll(() => open.disposeAsync());

it('a search with the demo model ranks the photos by the similarity that the model gives each with the text', async () => {
  const text = 'three white boats on the blue sea';
  const [words] = await host.embedTexts({ texts: [text] });
  const found = await index.searchByVector(words?.data ?? new Float32Array(0), { limit: 100 });
  expect(found).toHaveLength(images.length);
  for (const { photoId, score } of found) {
    const [match] = await host.match({ image: images[photoId - 1] ?? '', texts: [text] });
    expect(score).toBeCloseTo(match?.itc ?? Number.NaN, 3);
  }
  expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a));
});

it('a search with the demo model finds a photo by itself, and no two of different photos to be duplicates', async () => {
  const similar = await index.similarTo([1], { limit: 100 });
  expect(similar).toHaveLength(images.length - 1);
  expect(similar.every(({ score }) => score < 1)).toBe(true);
  expect(await index.nearDuplicates({ threshold: 0.9999 })).toEqual([]);
});
