/** @file Photos are indexed for visual search by themselves: what is new, what changed, with which model, until somebody does not want it. */
import { appendFile, cp, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import type { LiveApp } from '../../main/api/liveApp.ts';
import { router } from '../../main/api/router.ts';
import { eventually } from '../support/eventually.ts';
import { openTestApp } from './testApp.ts';

async function indexed(app: LiveApp, photos: number): Promise<void> {
  await eventually(() => {
    expect(app.indexing.state).toMatchObject({ indexed: photos, left: 0 });
    expect(app.catalog.runs.open()).toEqual([]);
  });
}

it('new and changed photos are indexed by themselves, as one run, until somebody cancels it', async () => {
  await using test = await openTestApp({ indexing: true });
  const { app, photoFolder } = test;
  const client = createRouterClient(router, { context: { app } });
  // One file of three cannot be read: nothing is left to be done about it.
  await indexed(app, 2);
  const [run] = app.catalog.runs.list();
  expect(run).toMatchObject({ kind: 'embed', done: 2, failed: 0, description: { kind: 'embed', automatic: true } });

  const longAgo = new Date('2024-06-01T10:00:00Z');
  await cp(join(photoFolder, 'Coast', 'wide.jpg'), join(photoFolder, 'Coast', 'new.jpg'));
  await appendFile(join(photoFolder, 'Coast', 'new.jpg'), 'another one');
  await sharp({ create: { width: 400, height: 800, channels: 3, background: '#993322' } }).toFile(
    join(photoFolder, 'Coast', 'upright.jpg'),
  );
  for (const name of ['new.jpg', 'upright.jpg']) await utimes(join(photoFolder, 'Coast', name), longAgo, longAgo);
  app.keeper.scan();
  await indexed(app, 3);
  expect(app.catalog.runs.list().map(({ id, done }) => [id, done])).toEqual([[run?.id, 4]]);

  await client.library.pauseQueue({ paused: true });
  const waiting = test.photoId('wide.jpg');
  const [modelKey = ''] = app.catalog.embeddings.modelKeys();
  app.catalog.embeddings.remove(modelKey, [waiting]);
  app.indexing.wake();
  await eventually(() => expect(app.indexing.state).toMatchObject({ indexed: 2, left: 1 }));
  // What nobody asked for is no reason to mark a photo as waiting.
  expect((await client.photos.cards({ ids: [waiting] }))[0]).toMatchObject({ waiting: false });
  await client.runs.cancel({ runId: run?.id ?? 0 });
  expect(await client.settings.get()).toMatchObject({ indexInBackground: false });
  await client.library.pauseQueue({ paused: false });
  await eventually(() => expect(app.indexing.state).toEqual({ indexed: 2, left: 1, automatic: false }));
  expect(app.catalog.runs.open()).toEqual([]);

  await client.settings.set({ indexInBackground: true });
  await indexed(app, 3);
  // Somebody ended the run before: it stays as it was.
  expect(app.catalog.runs.list()).toHaveLength(2);
});

it('a model that comes with Vignette indexes nothing but the photos that come with it', async () => {
  await using test = await openTestApp({ indexing: true, bundled: true });
  const { app, folder } = test;
  await indexed(app, 2);
  await app.folders.addFolder(join(folder, 'page'), { captions: false });
  const read = vi.spyOn(app.catalog.reader, 'read');
  app.catalog.embeddings.clear(app.catalog.embeddings.modelKeys()[0] ?? '');
  app.indexing.wake();
  await eventually(() => expect(app.indexing.state).toBeUndefined());
  // Nothing is to be queued: the photos, which may be very many, are counted and not handed over.
  const asked = read.mock.calls.findIndex(([name]: readonly unknown[]) => name === 'unindexedPhotos');
  expect(read.mock.calls[asked]?.[1]).toMatchObject({ wantsIds: false });
  expect(await read.mock.results[asked]?.value).toMatchObject({ left: 2, photoIds: [] });
  expect(app.catalog.runs.open()).toEqual([]);
});
