/** @file Folders through the API, over every transport: what happens in them, their rules, and how they come and go. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LibraryEvent } from '../../preload/contract/library.ts';
import type { TextKind } from '../../schemas/text.ts';
import { eventually } from '../support/eventually.ts';
import { everything, idsOf, type OpenedApi, openApi, readUntil } from './openApi.ts';
import type { TestApp } from './testApp.ts';
import { type Client, transports } from './transports.ts';

describe.each(transports)('folders over $name', ({ connect }) => {
  let api: OpenedApi;
  let test: TestApp;
  let client: Client;
  beforeEach(async () => {
    api = await openApi(connect);
    ({ test, client } = api);
  });
  afterEach(() => api[Symbol.asyncDispose]());

  it('tells of what happens in a folder while it is open, and captions by the folder’s rule', async () => {
    const events = await client.library.watch();
    const { folders } = await client.library.overview();
    await client.library.addRule({ does: 'caption', folderId: folders[0]?.id ?? 0, preset: 'caption' });
    expect(await client.library.rules()).toMatchObject([{ preset: 'caption', modelId: 'writer', enabled: true }]);
    await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } })
      .png()
      .toFile(join(test.photoFolder, 'new.png'));
    await client.library.scan({});
    await eventually(() => expect(test.app.catalog.captions.of(test.photoId('new.png'))).toHaveLength(1), 20_000);
    const seen = await readUntil<LibraryEvent>(events, ({ type }) => type === 'photos');
    expect(seen.map(({ type }) => type)).toContain('queue');
    await rename(join(test.photoFolder, 'Coast'), join(test.photoFolder, 'Shore'));
    const wide = test.photoId('wide.jpg');
    await client.library.scan({});
    await eventually(async () => {
      const [card] = await client.photos.cards({ ids: [wide] });
      expect(card).toMatchObject({ folder: 'photos/Shore', caption: { text: 'a photo of: wide.jpg' } });
    }, 20_000);
  });

  it('writes alt text of new photos by a folder’s rule, beside the rule for captions', async () => {
    const { folders } = await client.library.overview();
    const rule = { does: 'caption' as const, folderId: folders[0]?.id ?? 0 };
    await client.library.addRule({ ...rule, preset: 'caption' });
    const added = await client.library.addRule({ ...rule, preset: 'alt-text', writes: 'altText' });
    expect(added).toMatchObject({ preset: 'alt-text', writes: 'altText', enabled: true });
    expect((await client.library.rules()).map(({ writes }) => writes)).toEqual(['caption', 'altText']);
    const picture = sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } });
    await picture.png().toFile(join(test.photoFolder, 'new.png'));
    await client.library.scan({});
    const textsOf = (kind: TextKind) => test.app.catalog.captions.of(test.photoId('new.png'), kind);
    await eventually(() => {
      expect(textsOf('altText')).toMatchObject([{ source: 'model', kind: 'altText' }]);
      expect(textsOf('caption')).toMatchObject([{ source: 'model', kind: 'caption' }]);
    }, 20_000);
    const { identity, description } = test.app.catalog.runs.get(textsOf('altText')[0]?.runId ?? 0);
    expect(identity).toMatchObject({ textKind: 'altText', settings: { maxNewTokens: 96 } });
    expect(description).toEqual({ kind: 'caption', preset: 'alt-text', textKind: 'altText' });
  });

  it('tags new photos by a folder’s rule, out of a branch of the vocabulary that must have tags', async () => {
    const { folders } = await client.library.overview();
    const rule = { does: 'tag' as const, folderId: folders[0]?.id ?? 0, max: 2, below: ' places ' };
    await client.tags.setVocabulary({ text: 'sea' });
    await expect(client.library.addRule(rule)).rejects.toMatchObject({
      code: 'VOCABULARY_EMPTY',
      message: 'The vocabulary has no tags below "places" to choose from.',
    });
    expect(await client.library.rules()).toEqual([]);
    await client.tags.setVocabulary({ text: 'sea\nplaces/Nice' });
    const tagging = { max: 2, below: 'places', available: 1 };
    expect(await client.library.addRule(rule)).toMatchObject({ modelId: 'writer', tagging, enabled: true });
    const runs = async () => (await client.runs.list({})).map(({ description }) => description);
    await eventually(async () => expect(await runs()).toEqual([{ kind: 'tag', vocabulary: 1 }]));
    // A page of runs with all their tags would be hundreds of megabytes.
    const [run] = await client.runs.list({});
    expect(run?.settings).toMatchObject({ tags: { vocabulary: 1, synonyms: 2, max: 2 } });
    await client.tags.setVocabulary({ text: 'sea' });
    expect(await client.library.rules()).toMatchObject([{ tagging: { available: 0 } }]);
  });

  it('adds and removes folders, and keeps what was written about a removed one', async () => {
    const photoId = test.photoId('wide.jpg');
    await client.photos.writeCaption({ photoId, text: 'kept' });
    const [root] = (await client.library.overview()).roots;
    await client.library.removeFolder({ rootId: root?.id ?? 0 });
    expect(idsOf(await client.photos.list(everything))).toEqual([]);
    // Nobody misses what they took out.
    expect((await client.library.overview()).counts).toMatchObject({ photos: 0, missing: 0, failed: 0 });
    expect(idsOf(await client.photos.list({ ...everything, query: 'missing:yes' }))).toEqual([]);
    await client.library.addFolder({ path: test.photoFolder });
    await eventually(async () => expect(idsOf(await client.photos.list(everything))).toHaveLength(3), 20_000);
    expect((await client.photos.details({ id: photoId })).caption?.text).toBe('kept');
    const missing = client.library.addFolder({ path: join(test.folder, 'nowhere') });
    await expect(missing).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
    await expect(client.library.addFolder({ path: join(test.photoFolder, 'Coast') })).rejects.toMatchObject({
      code: 'FOLDER_IN_LIBRARY',
    });
  });
});
