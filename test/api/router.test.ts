/** @file The API in general, over every transport: what it lists and finds, how it refuses, and how its streams end. None of it changes what the other tests see. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../main/api/app.ts';
import type { DeviceNotice } from '../../native-models/devices/deviceNotice.ts';
import { everything, idsOf, type OpenedApi, openApi, readUntil, settled } from './openApi.ts';
import type { TestApp } from './testApp.ts';
import { type Client, transports } from './transports.ts';

describe.each(transports)('the API over $name', ({ connect }) => {
  let api: OpenedApi;
  let test: TestApp;
  let client: Client;
  beforeAll(async () => {
    api = await openApi(connect);
    ({ test, client } = api);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('shows the library at a glance, folders with what is below them', async () => {
    const overview = await client.library.overview();
    expect(overview).toMatchObject({
      isDemo: true,
      roots: [{ path: test.photoFolder, state: 'online', watched: true }],
      counts: { photos: 3, captioned: 0, failed: 1 },
    });
    expect(overview.folders.map(({ name, queryPath, photos }) => [name, queryPath, photos])).toEqual([
      ['photos', 'photos', 3],
      ['Coast', 'photos/Coast', 2],
    ]);
  });

  it('lists what a query finds with the shapes of the photos, and gives the cards asked for without any path', async () => {
    const list = await client.photos.list(everything);
    const ids = idsOf(list);
    expect(ids).toEqual([test.photoId('broken.jpg'), test.photoId('upright.jpg'), test.photoId('wide.jpg')]);
    const aspects = Buffer.from(list.aspects, 'base64');
    expect([0, 1, 2].map((index) => aspects.readUInt16LE(index * 2))).toEqual([0, 500, 2000]);
    const cards = await client.photos.cards({ ids: [...ids, 999] });
    expect(cards.map(({ fileName, folder, width, problem }) => [fileName, folder, width, problem?.code])).toEqual([
      ['broken.jpg', 'photos', null, 'IMAGE_NOT_AN_IMAGE'],
      ['upright.jpg', 'photos/Coast', 400, undefined],
      ['wide.jpg', 'photos/Coast', 800, undefined],
    ]);
    expect(JSON.stringify(cards)).not.toContain(test.folder);
  });

  it('points at what is wrong with a query', async () => {
    await expect(client.photos.list({ ...everything, query: 'beach tga:x' })).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      data: {
        details: { offset: 6, problem: { code: 'otherField', params: { field: 'tga', meant: 'tag' } } },
        retry: 'never',
        blames: 'question',
      },
    });
  });

  it('counts what each query finds, and finds by their names what there is', async () => {
    const queries = ['folder:Coast', 'tga:x', 'failed:yes', ''];
    expect(await client.photos.counts({ queries })).toEqual([2, null, 1, 3]);
    expect(await client.library.names({ typed: 'coas' })).toEqual([
      { kind: 'folder', name: 'photos/Coast', photoId: null },
    ]);
  });

  it('counts what photos can be narrowed down by, and writes a choice into the query', async () => {
    const facets = await client.photos.facets({ query: '' });
    expect(facets.find(({ facet }) => facet === 'state')?.values).toContainEqual({
      value: 'failed',
      photos: 1,
      chosen: false,
    });
    const among = [test.photoId('wide.jpg')];
    const inCoast = (await client.photos.facets({ query: 'folder:Coast', among })).find(
      ({ facet }) => facet === 'folder',
    );
    expect(inCoast?.values.map(({ photos }) => photos)).toEqual([1]);
    const { query } = await client.photos.toggleFacet({ query: 'wide', facet: 'state', value: 'failed' });
    expect(query).toBe('wide failed:yes');
    expect(await client.photos.toggleFacet({ query, facet: 'state', value: 'failed' })).toEqual({ query: 'wide' });
    const wrong = client.photos.toggleFacet({ query: '', facet: 'state', value: 'wide' });
    await expect(wrong).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(client.photos.facets({ query: 'tga:x' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });

  it('takes a last word that finds nothing for half typed, and says so', async () => {
    await client.photos.writeCaption({ photoId: test.photoId('wide.jpg'), text: 'two boats' });
    const found = async (query: string) => {
      const list = await client.photos.list({ ...everything, query });
      return [idsOf(list), list.completed];
    };
    expect(await found('boat')).toEqual([[test.photoId('wide.jpg')], null]);
    expect(await found('two boa')).toEqual([[test.photoId('wide.jpg')], 'two boa*']);
    expect(await found('"boa"')).toEqual([[], null]);
  });

  it('finds photos by what they show, once they were prepared for it', async () => {
    const request = { ...everything, query: 'something upright', semantic: true };
    expect(await client.photos.list(request)).toMatchObject({ semantic: false });
    const { runId } = await client.runs.embed({ selection: { query: 'folder:Coast' } });
    await settled(client, runId);
    const list = await client.photos.list(request);
    expect(list.semantic).toBe(true);
    expect(idsOf(list)[0]).toBe(test.photoId('upright.jpg'));
    const wide = test.photoId('wide.jpg');
    const named = await client.photos.list({ ...request, query: 'upright' });
    expect(named.foundBy).toContainEqual({ photoId: test.photoId('upright.jpg'), places: ['name'], looks: true });
    expect(list.foundBy).toContainEqual({ photoId: test.photoId('upright.jpg'), places: [], looks: true });
    expect(list.beyond).toBe(0);
    const upright = test.photoId('upright.jpg');
    const ranked = async (query: string) => {
      const list = await client.photos.list({ ...everything, query, order: 'relevance' });
      return [idsOf(list), list.similarTo, list.order];
    };
    expect(await ranked(`similar:${wide}`)).toEqual([[wide, upright], [wide], 'relevance']);
    expect(await ranked(`similar:upright.jpg,${wide}`)).toEqual([[upright, wide], [upright, wide], 'relevance']);
    expect(await ranked(`similar:${wide} name:upright`)).toEqual([[upright], [wide], 'relevance']);
    expect(await ranked(`similar:${wide} folder:Nowhere`)).toEqual([[], [wide], 'relevance']);
    // What was found by looks has none of the words, and is counted all the same.
    const among = idsOf(list);
    const seen = await client.photos.facets({ query: request.query, among });
    expect(seen.find(({ facet }) => facet === 'folder')?.values.map(({ photos }) => photos)).toEqual([among.length]);
    // As any other query: in an order, counted, on the map, among facets, for work on all that it finds.
    const similar = `similar:${wide} name:upright`;
    expect(idsOf(await client.photos.list({ ...everything, query: similar }))).toEqual([upright]);
    expect(await client.photos.counts({ queries: [similar, 'similar:987654'] })).toEqual([1, null]);
    expect((await client.photos.located({ query: similar })).count).toBe(0);
    expect((await client.photos.summary({ selection: { query: similar } })).photos).toBe(1);
    const folders = (await client.photos.facets({ query: similar })).find(({ facet }) => facet === 'folder');
    expect(folders?.values.map(({ photos }) => photos)).toEqual([1]);
    await expect(client.photos.list({ ...everything, query: 'dog similar:987654' })).rejects.toMatchObject({
      code: 'QUERY_INVALID',
      data: { details: { offset: 12, length: 6 } },
    });
    // What the model cannot read is not passed over in silence, in whichever order.
    expect(list.unreadable).toEqual([]);
    for (const order of ['relevance', 'name'] as const)
      expect(await client.photos.list({ ...request, query: 'upright 天', order })).toMatchObject({
        unreadable: ['天'],
      });
    // In another order, it is the same photos.
    const byName = await client.photos.list({ ...request, order: 'name', descending: false });
    expect(byName).toMatchObject({ semantic: true, order: 'name' });
    expect(idsOf(byName)).toEqual([upright, wide]);
    // Nothing in it could be seen on a photo: it is an ordinary query, and finds all.
    const filters = await client.photos.list({
      ...request,
      query: 'folder:Coast OR folder:Town',
      order: 'relevance',
    });
    expect(filters).toMatchObject({ semantic: false, order: 'taken' });
    expect(idsOf(filters).toSorted()).toEqual([wide, upright].toSorted());
  });

  it('imports, tests and removes models', async () => {
    expect((await client.models.list()).map(({ id, kind }) => [id, kind])).toEqual([
      ['writer', 'generator'],
      ['scorer', 'matcher'],
    ]);
    const events = await readUntil(await client.models.import({ source: '/somewhere' }), () => false);
    expect(events).toMatchObject([
      { type: 'progress', stage: 'compile', done: 1, total: 2 },
      { type: 'imported', model: { id: 'new' } },
    ]);
    expect(await client.models.test({ id: 'scorer' })).toMatchObject({ device: 'cpu', passed: true });
    // In the process of the models: this one answers other people meanwhile.
    expect(test.host.verified).toContain('/models/scorer');
    await client.models.remove({ id: 'new' });
  });

  it('tells what models can be computed on, and once why they are on another device', async () => {
    expect(await client.settings.devices()).toEqual([
      { device: 'cpu', problem: null, isSoftware: false, freeBytes: 8e9 },
    ]);
    const { runId } = await client.runs.embed({ selection: { query: 'folder:Coast' } });
    // whichever test was first
    if (runId !== null) await settled(client, runId);
    const told: DeviceNotice[] = [
      { code: 'noVulkan', params: { device: 'webgpu' } },
      { code: 'usedInstead', params: { device: 'cpu' } },
    ];
    for (const tell of [...test.host.onNotice, ...test.host.onNotice]) tell(told);
    const events = await client.library.watch();
    test.app.modelsChanged();
    const notices = (await readUntil(events, ({ type }) => type === 'models')).filter(({ type }) => type === 'notice');
    expect(notices).toEqual([{ type: 'notice', notices: told }]);
  });

  it('keeps settings and presets', async () => {
    expect(await client.settings.set({ theme: 'dark', quietHours: { from: '22:00', to: '07:00' } })).toMatchObject({
      theme: 'dark',
      quietHours: { from: '22:00', to: '07:00' },
      language: 'system',
    });
    expect(await client.settings.get()).toMatchObject({ theme: 'dark' });
    await client.presets.save({ name: 'mine', text: 'a picture of', kind: 'text', about: 'try', writes: 'altText' });
    const presets = await client.presets.list();
    expect(presets.find(({ own }) => own)).toMatchObject({ name: 'mine', text: 'a picture of', writes: 'altText' });
    expect(presets.filter(({ needsQuestion }) => needsQuestion).map(({ name }) => name)).toEqual(['short-answer']);
    expect(await client.settings.about()).toMatchObject({ version: '1.2.3', host: 'server', connections: [] });
  });

  it('passes on the code and the sentence of an expected error, and hides an unexpected one', async () => {
    await expect(client.photos.details({ id: 999 })).rejects.toMatchObject({ code: 'NO_SUCH_PHOTO' });
    const failing = { about: test.app.about, catalog: undefined } as unknown as App;
    await using other = await connect(failing);
    await expect(other.client.runs.list({})).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: expect.not.stringContaining('undefined'),
    });
  });

  it.each([
    ['a number where text belongs', { ...everything, query: 5 }],
    ['an order that there is not', { ...everything, order: 'random' }],
    ['nothing', undefined],
  ])('refuses %s', async (_what, input) => {
    await expect(client.photos.list(input as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('ends the subscription in the library when the client leaves the stream', async () => {
    const stop = new AbortController();
    const events = await client.library.watch(undefined, { signal: stop.signal });
    const reading = readUntil(events, () => false);
    stop.abort();
    await expect(reading).rejects.toThrow();
  });

  it('goes on after a file appeared that is no photo', async () => {
    await writeFile(join(test.photoFolder, 'notes.txt'), 'text');
    await client.library.scan({});
    expect(idsOf(await client.photos.list(everything))).toHaveLength(3);
  });
});
