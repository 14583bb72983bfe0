/** @file What a person writes about photos through the API, over every transport: captions beside a model’s, and tags of many photos. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TagOperation } from '../../preload/contract/runs.ts';
import { type OpenedApi, openApi, settled } from './openApi.ts';
import type { TestApp } from './testApp.ts';
import { type Client, transports } from './transports.ts';

describe.each(transports)('edits over $name', ({ connect }) => {
  let api: OpenedApi;
  let test: TestApp;
  let client: Client;
  beforeEach(async () => {
    api = await openApi(connect);
    ({ test, client } = api);
  });
  afterEach(() => api[Symbol.asyncDispose]());

  it('keeps a person’s caption before a model’s, with where each comes from, and takes an edit back', async () => {
    const photoId = test.photoId('wide.jpg');
    const { runId: captionRun } = await client.runs.caption({ selection: { photoIds: [photoId] } });
    await settled(client, captionRun);
    const { runId } = await client.photos.writeCaption({ photoId, text: 'our boat' });
    const details = await client.photos.details({ id: photoId });
    expect(details.caption?.text).toBe('our boat');
    expect(details.captions).toMatchObject([
      { text: 'our boat', source: 'human', shown: true, modelId: null },
      { text: 'a photo of: wide.jpg', source: 'model', shown: false, modelId: 'writer', prompt: 'a photo of' },
    ]);
    expect(await client.runs.revert({ runId })).toMatchObject({ reverted: 1, leftAlone: 0 });
    expect((await client.photos.details({ id: photoId })).caption?.text).toBe('a photo of: wide.jpg');
  });

  it('approves a model’s caption that is taken word for word, and takes that back alone', async () => {
    const photoId = test.photoId('wide.jpg');
    await settled(client, (await client.runs.caption({ selection: { photoIds: [photoId] } })).runId);
    const shown = async () => (await client.photos.details({ id: photoId })).caption;
    const written = await shown();
    const { captionId, runId } = await client.photos.writeCaption({
      photoId,
      text: written?.text ?? '',
      basedOnId: written?.id ?? 0,
    });
    expect(captionId).toBe(written?.id);
    expect(await shown()).toEqual({ ...written, approvedAtMs: expect.any(Number) });
    await client.runs.revert({ runId });
    expect(await shown()).toEqual(written);
  });

  it('edits tags exactly as previewed', async () => {
    const selection = { query: 'folder:Coast' };
    await client.tags.edit({ selection, operation: { type: 'add', paths: ['sea', 'boat'] } });
    const operation: TagOperation = { type: 'merge', from: ['sea'], into: 'water/sea' };
    const preview = await client.tags.preview({ selection: { query: '' }, operation });
    expect(preview).toMatchObject({
      photos: 2,
      removed: [{ path: 'sea', photos: 2 }],
      added: [{ path: 'water/sea', photos: 2 }],
    });
    expect(preview.examples[0]).toMatchObject({ before: ['boat', 'sea'], after: ['boat', 'water/sea'] });
    await client.tags.edit({ selection: { query: '' }, operation });
    const details = await client.photos.details({ id: test.photoId('wide.jpg') });
    expect(details.photoTags.map(({ path, source }) => [path, source])).toEqual([
      ['boat', 'human'],
      ['water/sea', 'human'],
    ]);
  });

  it('sums up a selection, all of it', async () => {
    const photoId = test.photoId('wide.jpg');
    await client.photos.writeCaption({ photoId, text: 'the sea' });
    await client.tags.edit({ selection: { photoIds: [photoId] }, operation: { type: 'add', paths: ['sea'] } });
    expect(await client.photos.summary({ selection: { query: '' } })).toEqual({
      photos: 3,
      captioned: 1,
      human: 1,
      doubtful: 0,
      stale: 0,
      failed: 1,
      tags: [{ path: 'sea', photos: 1 }],
    });
  });
});
