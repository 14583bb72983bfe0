/** @file The queue with the bundled models in processes of their own, over the demo photos. */
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { embeddingKey, type OpenModel } from '../../../main/library/queue/modelLeases.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { ModelHost } from '../../../native-models/runtime/modelHost.ts';
import { resources } from '../../support/demoAnswerer.ts';
import { captioning, identityWith, queueLibrary } from './queueLibrary.ts';

describe('real models', () => {
  it('caption, score and embed photos through the queue', async () => {
    await using library = await queueLibrary();
    const { catalog, photosFolder } = library;
    const modelsFolder = path.join(photosFolder, '../models');
    await mkdir(modelsFolder);
    const source = (name: string) => path.join(resources, 'demo-model', name);
    await importCheckpoint({ source: source('checkpoint'), modelsFolder, id: 'writer' });
    await importCheckpoint({ source: source('matching'), modelsFolder, id: 'scorer' });
    const openModel: OpenModel = async (identity, signal) => {
      const client = ModelHost.start();
      const { device, batch } = await client.load(path.join(modelsFolder, identity.id), { signal });
      const version = { ...identity, source: identity.id, revision: null, compiler: '1' };
      return { client, identity, version, device, batch };
    };
    const demoPhotos = path.join(resources, 'demo-photos/Coast');
    const names = (await readdir(demoPhotos)).filter((name) => /\.(png|jpg|webp)$/.test(name)).slice(0, 4);
    const ids: number[] = [];
    for (const name of names) ids.push(await library.addPhoto(name));
    for (const [index, name] of names.entries()) {
      const file = path.join(photosFolder, name);
      await copyFile(path.join(demoPhotos, name), file);
      const { size, mtimeMs } = await stat(file);
      catalog.connection
        .prepare('UPDATE photo SET size_bytes = ?, modified_ms = ? WHERE id = ?')
        .run(size, Math.floor(mtimeMs), ids[index]);
    }
    const vectors = new Map<string, number>();
    const queue = await library.queue(undefined, {
      openModel,
      embeddings: { save: async ({ id }, key, { size }) => void vectors.set(`${key} ${id}`, size) },
    });
    const filter = { model: identityWith('scorer').model, candidates: 1, doubtfulBelow: 0.5 };
    const captioned = await queue.add(captioning(ids, { filter }));
    expect(await queue.settled(captioned.runId ?? 0)).toMatchObject({
      activity: 'done',
      done: names.length,
      failed: 0,
    });
    for (const id of ids) {
      const [caption] = catalog.captions.of(id);
      expect(caption?.text).toMatch(/\w/);
      expect(caption?.itm).toBeGreaterThan(0.5);
    }
    const model = identityWith('scorer').model;
    const embedded = await queue.add({
      kind: 'embed',
      description: { kind: 'named', name: 'Embed' },
      identity: identityWith('scorer', ''),
      photoIds: ids,
    });
    expect(await queue.settled(embedded.runId ?? 0)).toMatchObject({ activity: 'done', failed: 0 });
    expect(new Set(vectors.keys())).toEqual(new Set(ids.map((id) => `${embeddingKey(model)} ${id}`)));
  });
});
