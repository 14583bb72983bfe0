/** @file Exports through the API, over every transport, and the address that documents are fetched from. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachment } from '../../main/api/downloads.ts';
import { type RunningServer, startServer } from '../../main/server/serve.ts';
import type { ExportEvent, ExportPlan, ExportResult } from '../../preload/contract/exports.ts';
import { withMarks } from '../../schemas/exportedMarks.ts';
import { exportFilterSchema } from '../../schemas/exports.ts';
import { type OpenedApi, openApi } from './openApi.ts';
import type { TestApp } from './testApp.ts';
import { type Client, transports } from './transports.ts';

const filter = {
  included: { captions: true, alternatives: false, tags: true, answers: false },
  humanOnly: false,
  withoutDoubtful: false,
};
const selection = { query: '' };

describe.each(transports)('exports over $name', ({ connect }) => {
  let api: OpenedApi;
  let test: TestApp;
  let client: Client;
  let server: RunningServer;

  beforeAll(async () => {
    api = await openApi(connect);
    ({ test, client } = api);
    server = await startServer({ app: test.app, pageFolder: test.pageFolder });
    await client.photos.writeCaption({ photoId: test.photoId('wide.jpg'), text: 'wide & 広い' });
  });
  afterAll(async () => {
    await server.close();
    await api[Symbol.asyncDispose]();
  });

  async function exported(plan: ExportPlan): Promise<{ result: ExportResult; events: ExportEvent[] }> {
    const events: ExportEvent[] = [];
    for await (const event of await client.exports.run(plan)) events.push(event);
    const last = events.at(-1);
    if (last?.type !== 'done') throw new Error('the export has no end');
    return { result: last.result, events };
  }

  it('counts the photos that have something to export', async () => {
    expect(await client.exports.count({ selection, filter })).toEqual({ photos: 1, unreachable: 0 });
    const photoIds = [test.photoId('broken.jpg')];
    expect(await client.exports.count({ selection: { photoIds }, filter })).toEqual({ photos: 0, unreachable: 0 });
  });

  it('counts and shows photos that have nothing but a rating where ratings are written', async () => {
    const photoIds = [test.photoId('broken.jpg')];
    const rated = { photoIds };
    await client.photos.mark({ selection: rated, change: { kind: 'rating', value: 4 } });
    const written = withMarks('xmp', exportFilterSchema.parse(filter));
    expect(await client.exports.count({ selection: rated, filter: written })).toEqual({ photos: 1, unreachable: 0 });
    const sidecars = { to: 'sidecars', format: 'xmp', folder: null, selection: rated, filter } as const;
    expect((await client.exports.preview(sidecars))?.text).toMatch(/broken\.jpg\.xmp\nrating: 4\n$/);
    expect((await client.exports.preview({ ...sidecars, format: 'txt' }))?.text).toBe('');
    await client.photos.mark({ selection: rated, change: { kind: 'rating', value: 'fromFile' } });
    expect(await client.exports.count({ selection: rated, filter: written })).toEqual({ photos: 0, unreachable: 0 });
  });

  it('shows what would be written, and names the questions that can be chosen', async () => {
    const preview = await client.exports.preview({ to: 'download', format: 'jsonl', selection, filter });
    expect(preview?.text).toMatch(/^\{"file_name":"[^"]*wide\.jpg","text":"wide & 広い","tags":\[\]\}\n$/);
    const template = {
      to: 'sidecars',
      format: 'txt',
      folder: null,
      template: '<{caption}>',
      selection,
      filter,
    } as const;
    expect((await client.exports.preview(template))?.text).toMatch(/wide\.txt\n<wide & 広い>\n$/);
    const invalid = client.exports.preview({ ...template, template: '{nobody}' });
    await expect(invalid).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
    const originals = { to: 'originals', isReplacing: false, isRestoring: false, selection, filter } as const;
    expect(await client.exports.preview(originals)).toBeNull();
    expect(await client.exports.questions()).toEqual([]);
  });

  it('makes a document that whoever holds the key fetches by its id, and nobody else', async () => {
    const { result, events } = await exported({ to: 'download', format: 'json', selection, filter });
    expect(events.at(-2)).toEqual({ type: 'progress', done: 1, total: 1 });
    const { download } = result;
    if (download === null) throw new Error('there is nothing to fetch');
    const address = new URL(`download/${download.id}`, server.url);
    expect((await fetch(address)).status).toBe(401);
    const welcome = await fetch(server.url, { redirect: 'manual' });
    const headers = { Cookie: welcome.headers.get('set-cookie')?.split(';')[0] ?? '' };
    const response = await fetch(address, { headers });
    expect(response.headers.get('content-disposition')).toBe(attachment('library captions.json'));
    expect(response.headers.get('content-length')).toBe(String(download.sizeBytes));
    expect(await response.json()).toEqual({ wide: ['wide & 広い'] });
    expect((await fetch(address, { headers, method: 'HEAD' })).status).toBe(200);
    for (const other of ['unknown', '..%2f..%2fcatalog.db', `${download.id}/x`])
      expect((await fetch(new URL(`download/${other}`, server.url), { headers })).status).toBe(404);
  });

  it('writes a document into a folder of the machine and keeps what was there', async () => {
    const file = join(test.folder, 'metadata.jsonl');
    await writeFile(file, 'somebody wrote this');
    const plan: ExportPlan = { to: 'folder', format: 'jsonl', folder: test.folder, selection, filter };
    expect((await exported(plan)).result).toMatchObject({ photos: 1, file, backup: `${file}.bak` });
    expect(await readFile(file, 'utf8')).toBe('{"file_name":"photos/Coast/wide.jpg","text":"wide & 広い","tags":[]}\n');
    expect((await exported(plan)).result.backup).toBeNull();
    expect(await readFile(`${file}.bak`, 'utf8')).toBe('somebody wrote this');
  });

  it('writes sidecars beside the photos', async () => {
    const { result } = await exported({ to: 'sidecars', format: 'txt', folder: null, selection, filter });
    expect(result).toMatchObject({ photos: 1, kept: 0, failed: 0 });
    expect(await readFile(join(test.photoFolder, 'Coast', 'wide.txt'), 'utf8')).toBe('wide & 広い\n');
  });

  it('writes into the photos’ own files, and restores them', async () => {
    const file = join(test.photoFolder, 'Coast', 'wide.jpg');
    const before = await readFile(file);
    const originals = { to: 'originals', selection, filter, isReplacing: false } as const;
    const { result } = await exported({ ...originals, isRestoring: false });
    expect(result).toMatchObject({ photos: 1, kept: 0, failed: 0, failures: [] });
    expect((await readFile(file)).includes('wide & 広い')).toBe(true);
    expect((await exported({ ...originals, isRestoring: true })).result).toMatchObject({ photos: 1, failed: 0 });
    const after = await readFile(file);
    expect(after.includes('wide & 広い')).toBe(false);
    expect(after.length).toBeLessThan(before.length + 4096);
  });

  it.each([
    ['a folder that is not there', { folder: '/nowhere/at/all' }, 'PATH_NOT_FOUND'],
    ['a folder without its whole path', { folder: 'photos' }, 'PATH_NOT_A_FOLDER'],
    ['a query that makes no sense', { folder: '/', selection: { query: 'taken:' } }, 'QUERY_INVALID'],
  ])('refuses %s with the reason', async (_what, changes, code) => {
    const plan: ExportPlan = { to: 'folder', format: 'json', selection, filter, ...changes };
    await expect(exported(plan)).rejects.toMatchObject({ code });
  });
});

describe('the name of a download', () => {
  it('is written for old clients and new ones, whatever it holds', () => {
    expect(attachment('a.csv')).toBe(`attachment; filename="a.csv"; filename*=UTF-8''a.csv`);
    expect(attachment('海 "x"\r\n(1).json')).toBe(
      `attachment; filename="_ _x___(1).json"; filename*=UTF-8''%E6%B5%B7%20%22x%22%0D%0A%281%29.json`,
    );
  });
});
