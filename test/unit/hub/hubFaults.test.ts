/** @file What goes wrong between here and the hub: what is tried again, what is told, and that nothing wrong is ever kept. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Blame, Retry } from '../../../native-models/errors.ts';
import { CheckpointDownload } from '../../../native-models/hub/checkpointDownload.ts';
import { HubError, type HubErrorCode } from '../../../native-models/hub/hubError.ts';
import { connectTo, type TestConnection } from '../../support/hubClient.ts';
import { type Fault, type HubServer, type SeenRequest, startHub } from '../../support/hubServer.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const repo = 'Salesforce/tiny';
const sizes = { connections: 2, requestBytes: 64 << 10, noteBytes: 16 << 10 };
const weights = Buffer.alloc(300_000, 'weights');
const never = new AbortController().signal;

let hub: HubServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let client: TestConnection;

beforeAll(async () => {
  hub = await startHub();
  hub.add(repo, { 'config.json': Buffer.from('{}'), 'model.safetensors': weights });
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await temporaryFolder();
  client = connectTo(hub, folder.path, { stallTimeoutMs: 300 });
  hub.requests.length = 0;
  hub.fault = () => undefined;
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function download(connection = client, name = repo): Promise<string> {
  const begun = await CheckpointDownload.begin(connection.connection, { repo: name, signal: never, sizes });
  await begun.fetchAll({ signal: never });
  return path.join(begun.folder, 'model.safetensors');
}

/** The fault befalls the first few requests that match. */
function befalls(count: number, matches: (request: SeenRequest) => boolean, fault: Fault): void {
  let left = count;
  hub.fault = (request) => {
    if (left === 0 || !matches(request)) return undefined;
    left -= 1;
    return fault;
  };
}
const fromStorage = ({ host }: SeenRequest) => host === 'storage';
const ofWeights = ({ what }: SeenRequest) => what === 'model.safetensors';

const blobs = async () =>
  (await readdir(path.join(folder.path, 'models--Salesforce--tiny/blobs')).catch(() => [])).sort();

describe('a server', () => {
  it('that is busy is asked again when it says so, or after longer and longer times', async () => {
    befalls(1, () => true, { status: 429, headers: { 'retry-after': '7' } });
    await download();
    expect(client.waitedMs).toEqual([7000]);
    client.waitedMs.length = 0;
    befalls(3, ({ what }) => what === 'tree', { status: 503 });
    await download();
    expect(client.waitedMs).toEqual([2, 3, 4]);
  });

  it('that stays busy is given up', async () => {
    befalls(Number.POSITIVE_INFINITY, () => true, { status: 502 });
    await expect(download()).rejects.toMatchObject({ code: 'HUB_BUSY', details: { status: 502 } });
    expect(hub.requests).toHaveLength(4);
  });

  it('that falls silent in the middle counts as cut', async () => {
    befalls(2, fromStorage, { stallAfterBytes: 1000 });
    expect((await readFile(await download())).equals(weights)).toBe(true);
    expect(client.waitedMs).toEqual([2, 2]);
  });

  it('that is slow is waited for', async () => {
    befalls(1, fromStorage, { slowMs: 20 });
    expect((await readFile(await download())).equals(weights)).toBe(true);
    expect(client.waitedMs).toEqual([]);
  });

  it('that is not there is named', async () => {
    await using lost = connectTo({ endpoint: 'http://127.0.0.1:1' }, folder.path);
    await expect(download(lost)).rejects.toMatchObject({ code: 'HUB_UNREACHABLE', details: { host: '127.0.0.1:1' } });
    expect(lost.log.list()).toMatchObject([{ host: '127.0.0.1:1', requests: 4, outcome: 'failed' }]);
  });

  it('that is no hub is told from one', async () => {
    befalls(1, ({ what }) => what === 'info', { isWrong: true });
    await expect(download()).rejects.toMatchObject({ code: 'HUB_REPLY_INVALID' });
  });
});

describe('a repository', () => {
  it('whose licence must be accepted first says where and how', async () => {
    befalls(9, ofWeights, { status: 403, headers: { 'x-error-code': 'GatedRepo' } });
    await expect(download()).rejects.toMatchObject({
      code: 'HUB_ACCESS_DENIED',
      message: expect.stringContaining('with the account that the token belongs to'),
    });
    befalls(9, ofWeights, { status: 401, headers: { 'x-error-code': 'GatedRepo' } });
    await using nobody = connectTo(hub, folder.path, { token: async () => undefined });
    await expect(download(nobody)).rejects.toMatchObject({
      code: 'HUB_ACCESS_DENIED',
      message: expect.stringContaining('HF_TOKEN'),
    });
  });

  it('that does not exist, or has no name, is refused', async () => {
    await expect(download(client, 'Salesforce/nothing')).rejects.toMatchObject({ code: 'HUB_NOT_FOUND' });
    hub.requests.length = 0;
    for (const name of ['../etc', 'a/b/c', 'https://host/x', 'a--b', '', 'a/..']) {
      await expect(download(client, name)).rejects.toMatchObject({ code: 'HUB_REPO_INVALID' });
    }
    expect(hub.requests).toEqual([]);
  });

  it('without weights that can be imported says what is missing', async () => {
    hub.add('a/flax', { 'config.json': Buffer.from('{}'), 'flax_model.msgpack': Buffer.from('x') });
    await expect(download(client, 'a/flax')).rejects.toMatchObject({
      code: 'HUB_NO_CHECKPOINT',
      message: expect.stringContaining('model.safetensors'),
    });
  });

  it('is not told a token that cannot be one, and the error does not repeat it', async () => {
    await using odd = connectTo(hub, folder.path, { token: async () => 'hf_secret\r\nX-Evil: 1' });
    const error = await download(odd).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'HUB_SETTING_INVALID' });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret');
    expect(hub.requests).toEqual([]);
  });
});

describe('a file', () => {
  it('of which a byte arrives wrong is fetched again', async () => {
    befalls(1, (request) => fromStorage(request) && request.from > 0, { isWrong: true });
    expect((await readFile(await download())).equals(weights)).toBe(true);
  });

  it('that stays wrong is refused, and nothing of it is kept', async () => {
    befalls(Number.POSITIVE_INFINITY, (request) => fromStorage(request) && request.from === 0, { isWrong: true });
    await expect(download()).rejects.toMatchObject({
      code: 'HUB_FILE_DAMAGED',
      details: { file: 'model.safetensors' },
    });
    expect(await blobs()).toHaveLength(1);
  });

  it('of git itself is checked, too', async () => {
    befalls(Number.POSITIVE_INFINITY, ({ what }) => what === 'config.json', { isWrong: true });
    await expect(download()).rejects.toMatchObject({ code: 'HUB_FILE_DAMAGED', details: { file: 'config.json' } });
    expect(await blobs()).toEqual([]);
  });

  it('that changes in the middle is fetched anew, and given up when it goes on changing', async () => {
    befalls(1, (request) => request.host === 'hub' && ofWeights(request) && request.from > 0, {
      headers: { 'x-linked-etag': '"another"' },
    });
    expect((await readFile(await download())).equals(weights)).toBe(true);
    await using other = connectTo(hub, path.join(folder.path, 'other'));
    hub.fault = (request) =>
      request.host === 'hub' && ofWeights(request) ? { headers: { 'x-linked-etag': `"${request.from}"` } } : undefined;
    await expect(download(other)).rejects.toMatchObject({ code: 'HUB_FILE_CHANGED' });
    hub.fault = (request) =>
      request.host === 'hub' && ofWeights(request) ? { headers: { 'x-repo-commit': 'f'.repeat(40) } } : undefined;
    await expect(download(other)).rejects.toMatchObject({ code: 'HUB_FILE_CHANGED' });
  });

  it.skipIf(!canMakeSmallDisks)('that the disk has no room for leaves what has come, for when there is', async () => {
    await using disk = await makeSmallDisk(1);
    hub.add('a/large', { 'config.json': Buffer.from('{}'), 'model.safetensors': Buffer.alloc(3_000_000, 'large') });
    await using full = connectTo(hub, disk.path);
    await expect(download(full, 'a/large')).rejects.toMatchObject({ code: 'DISK_FULL' });
    const again = await CheckpointDownload.begin(full.connection, { repo: 'a/large', signal: never, sizes });
    expect(again.remainingBytes).toBeLessThan(2_900_000);
  });
});

it.each<[HubErrorCode, Retry, Blame]>([
  ['HUB_UNREACHABLE', 'later', 'program'],
  ['NETWORK_OFF', 'later', 'program'],
  ['HUB_NOT_FOUND', 'never', 'question'],
  ['HUB_ACCESS_DENIED', 'never', 'question'],
  ['HUB_NO_CHECKPOINT', 'never', 'model'],
  ['DISK_FULL', 'later', 'disk'],
])('%s says whether it is over the next time, and what is at fault', (code, retry, blames) => {
  expect(new HubError(code, 'What happened.')).toMatchObject({ code, retry, blames });
});
