/** @file Vectors of pictures and texts through the real host process, and matching without them, on the bundled model. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import type { HostListeners } from '../../../native-models/runtime/hostConnection.ts';
import { ModelHost } from '../../../native-models/runtime/modelHost.ts';
import type { EmbeddedImage, Embedding } from '../../../native-models/runtime/protocol.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const resources = path.join(import.meta.dirname, '../../../resources');
const photo = (name: string) => path.join(resources, 'demo-photos', name);
const photos = [photo('Coast/IMG_1000.jpg'), photo('Coast/IMG_1005.jpg')];
const texts = ['three white boats on the blue sea', 'a red house'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let host: ModelHost;

beforeAll(async () => {
  folder = await temporaryFolder();
  const source = path.join(resources, 'demo-model/matching');
  await importCheckpoint({ source, modelsFolder: folder.path, id: 'matching' });
  host = ModelHost.start();
  await host.load(path.join(folder.path, 'matching'));
});

afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function embeddingOf(embedded: EmbeddedImage | undefined): Embedding {
  if (embedded === undefined || !('embedding' in embedded)) throw new Error('the picture was not embedded');
  return embedded.embedding;
}

/** The largest cosine over the picture's vectors. */
function similarity(picture: Embedding, text: Embedding): number {
  const cosines = Array.from({ length: picture.vectors }, (_, v) =>
    text.data.reduce((sum, value, i) => sum + value * (picture.data[v * picture.size + i] ?? Number.NaN), 0),
  );
  return Math.max(...cosines);
}

describe('vectors of pictures and texts', () => {
  it('are of length 1, and as many a picture as the model has query tokens', async () => {
    const pictures = (await host.embedImages({ images: photos })).map(embeddingOf);
    const words = await host.embedTexts({ texts });
    expect([pictures.length, words.length]).toEqual([2, 2]);
    for (const { data, vectors, size } of [...pictures, ...words]) {
      expect(data).toHaveLength(vectors * size);
      for (let v = 0; v < vectors; v++) {
        expect(Math.hypot(...data.subarray(v * size, (v + 1) * size))).toBeCloseTo(1, 6);
      }
    }
    expect(pictures.every(({ vectors }) => vectors > 1)).toBe(true);
    expect(words.every(({ vectors, size }) => vectors === 1 && size === pictures[0]?.size)).toBe(true);
  });

  it('give the similarity that matching gives for every pair', async () => {
    const pictures = (await host.embedImages({ images: photos })).map(embeddingOf);
    const words = await host.embedTexts({ texts });
    for (const [p, picture] of pictures.entries()) {
      const matches = await host.match({ image: photos[p] ?? '', texts });
      for (const [t, word] of words.entries()) {
        expect(similarity(picture, word)).toBeCloseTo(matches[t]?.itc ?? Number.NaN, 6);
      }
    }
  });

  it('of the readable pictures come although one between them cannot be read', async () => {
    const [first = '', second = ''] = photos;
    const embedded = await host.embedImages({ images: [first, photo('no-such.jpg'), second] });
    expect(embedded.map(({ image }) => image)).toEqual([first, photo('no-such.jpg'), second]);
    expect(embedded[1]).toMatchObject({ error: { name: 'ImageError', code: 'IMAGE_NOT_FOUND' } });
    expect(embeddingOf(embedded[2])).toEqual(embeddingOf((await host.embedImages({ images: [second] }))[0]));
  });
});

it('a matching model scores a text by matching alone when nothing else is asked for', async () => {
  const [image = ''] = photos;
  const both = await host.match({ image, texts });
  const alone = await host.match({ image, texts, itmOnly: true });
  expect(alone).toEqual(both.map(({ text, itm }) => ({ text, itm })));
  expect(both.every(({ itc }) => itc !== undefined)).toBe(true);
});

it('a model host refuses to embed with a model that writes text', async () => {
  const source = path.join(resources, 'demo-model/checkpoint');
  await importCheckpoint({ source, modelsFolder: folder.path, id: 'writing' });
  await using writer = ModelHost.start();
  await writer.load(path.join(folder.path, 'writing'));
  await expect(writer.embedTexts({ texts })).rejects.toMatchObject({ code: 'MODEL_WRONG_KIND' });
});

it('names the pictures during which the process died twice', async () => {
  const startProcess = ({ onExit }: HostListeners) => ({
    send: () => queueMicrotask(() => onExit('signal SIGSEGV')),
    kill: () => {},
  });
  const dying = ModelHost.start({ startProcess });
  await expect(dying.embedImages({ images: photos })).rejects.toMatchObject({
    code: 'MODEL_HOST_CRASHED',
    details: { images: photos },
  });
});
