/** @file Downloading a checkpoint into the hub's cache: what comes, how the cache looks then, and what goes on after interruptions. */
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointDownload, removeFromCache } from '../../../native-models/hub/checkpointDownload.ts';
import { connectTo, type TestConnection } from '../../support/hubClient.ts';
import { type HubServer, startHub } from '../../support/hubServer.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const repo = 'Salesforce/tiny';
const sizes = { connections: 4, requestBytes: 64 << 10, noteBytes: 16 << 10 };
const random = randomNumbers(7);
const below = (limit: number) => Math.floor(random() * limit);
const weights = Buffer.from(Array.from({ length: 600_000 }, () => below(256)));
const needed = {
  'config.json': Buffer.from('{"model_type":"blip"}'),
  'LICENSE.md': Buffer.from('the terms'),
  'tokenizer.model': Buffer.from('pieces'),
  'qformer_tokenizer/vocab.txt': Buffer.from('[PAD]'),
  'model-00001-of-00002.safetensors': weights.subarray(0, 400_000),
  'model-00002-of-00002.safetensors': weights.subarray(400_000),
  'model.safetensors.index.json': Buffer.from('{}'),
};
const superfluous = {
  'README.md': Buffer.from('# Tiny'),
  'COPYING.txt': Buffer.alloc((1 << 20) + 1, 'not a text that goes with a model '),
  'pytorch_model.bin': Buffer.from('the same again'),
  'model.fp16-00001-of-00002.safetensors': Buffer.from('a variant'),
  '../config.json': Buffer.from('outside'),
};

let hub: HubServer;
let commit: string;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let client: TestConnection;
const never = new AbortController().signal;

beforeAll(async () => {
  hub = await startHub();
  commit = hub.add(repo, { ...needed, ...superfluous });
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await temporaryFolder();
  client = connectTo(hub, folder.path);
  hub.requests.length = 0;
  hub.fault = () => undefined;
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const begin = (options: { revision?: string; connection?: TestConnection } = {}) => {
  const { connection } = options.connection ?? client;
  return CheckpointDownload.begin(connection, { repo, revision: options.revision, signal: never, sizes });
};
const repositoryFolder = () => path.join(folder.path, 'models--Salesforce--tiny');

/** Over the network, in all. */
const receivedWeights = ({ log }: TestConnection) =>
  log
    .list()
    .filter(({ reason }) => reason.includes('0000'))
    .reduce((sum, { bytes }) => sum + bytes, 0);

async function assertWhole(snapshot: string): Promise<void> {
  for (const [name, bytes] of Object.entries(needed))
    expect((await readFile(path.join(snapshot, name))).equals(bytes)).toBe(true);
}

describe('a checkpoint', () => {
  it('comes into the cache as huggingface_hub lays it out: what an import reads, and nothing else', async () => {
    const download = await begin();
    await download.fetchAll({ signal: never });
    await assertWhole(download.folder);
    expect(download.folder).toBe(path.join(repositoryFolder(), 'snapshots', commit));
    const entries = await readdir(repositoryFolder(), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(repositoryFolder(), path.join(entry.parentPath, entry.name)));
    const hashes = download.files.map(({ hash }) => path.join('blobs', hash));
    expect(files.sort()).toEqual(
      [
        ...hashes,
        ...Object.keys(needed).map((name) => path.join('snapshots', commit, name)),
        path.join('refs', 'main'),
      ].sort(),
    );
    expect(await readFile(path.join(repositoryFolder(), 'refs/main'), 'utf8')).toBe(commit);
    const link = path.join(download.folder, 'qformer_tokenizer/vocab.txt');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readlink(link)).toMatch(/^\.\.\/\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
  });

  it('that is in the cache is not fetched again', async () => {
    await (await begin()).fetchAll({ signal: never });
    hub.requests.length = 0;
    const again = await begin({ revision: commit });
    await again.fetchAll({ signal: never });
    expect(again.missing).toEqual([]);
    expect(new Set(hub.requests.map(({ what }) => what))).toEqual(new Set(['info', 'tree']));
  });

  it('comes file by file in any order, and tells of each when it is whole', async () => {
    const download = await begin();
    const [first, second] = download.needed.weights;
    const place = await download.fetch(second ?? expect.unreachable(), { signal: never });
    expect((await readFile(place)).equals(weights.subarray(400_000))).toBe(true);
    expect(await download.read(first ?? expect.unreachable(), { from: 3, to: 11 }, never)).toEqual(
      weights.subarray(3, 11),
    );
    const told: string[] = [];
    const done: number[] = [];
    await download.fetchAll({
      signal: never,
      onProgress: (bytes) => done.push(bytes),
      onFile: async ({ path: name }) => void told.push(name),
    });
    expect(told).toEqual(download.files.map(({ path: name }) => name));
    expect(done.at(-1)).toBe(download.totalBytes);
  });

  it('is removed again, but for what was there before and what another revision needs', async () => {
    const download = await begin();
    await download.fetchAll({ signal: never });
    const [config, ...others] = download.files;
    await removeFromCache(folder.path, download.repository, others);
    expect(await readdir(download.folder)).toEqual(['config.json']);
    await mkdir(path.join(repositoryFolder(), 'snapshots/other'));
    await writeFile(path.join(repositoryFolder(), 'snapshots/other/README.md'), 'theirs');
    await removeFromCache(folder.path, download.repository, [config ?? expect.unreachable()]);
    expect(await readdir(repositoryFolder(), { recursive: true })).toEqual([
      'snapshots',
      'snapshots/other',
      'snapshots/other/README.md',
    ]);
  });
});

describe('an interrupted download', () => {
  it('that is cut fifty times ends with the same bytes, and fetches little twice', async () => {
    // What was on its way is lost with a cut: several in a row may bring nothing.
    const retries = { attempts: 51, delayMs: () => 0, wait: async () => undefined };
    await using patient = connectTo(hub, folder.path, { retries });
    let cuts = 0;
    hub.fault = ({ host }) => {
      if (host !== 'storage' || cuts === 50) return undefined;
      cuts += 1;
      return { cutAfterBytes: below(15_000) };
    };
    const download = await begin({ connection: patient });
    await download.fetchAll({ signal: never });
    expect(cuts).toBe(50);
    await assertWhole(download.folder);
    expect(receivedWeights(patient)).toBe(weights.byteLength);
  });

  it('goes on where it was stopped', async () => {
    const stopped = new AbortController();
    const first = await begin();
    const fetching = first.fetchAll({
      signal: stopped.signal,
      onProgress: (bytes) => {
        if (bytes > 300_000) stopped.abort(new Error('enough'));
      },
    });
    await expect(fetching).rejects.toThrow('enough');
    hub.requests.length = 0;
    const second = await begin();
    expect(second.remainingBytes).toBeLessThan(310_000);
    await second.fetchAll({ signal: never });
    await assertWhole(second.folder);
    expect(receivedWeights(client)).toBe(weights.byteLength);
  });

  it('goes on, too, where a whole file comes instead of its rest', async () => {
    // Bytes before a cut may be lost with it; those before a silence are not.
    await using impatient = connectTo(hub, folder.path, { stallTimeoutMs: 300 });
    const silence = { stallAfterBytes: 5 };
    hub.fault = ({ what, from }) => (what !== 'config.json' ? undefined : from === 0 ? silence : { isWhole: true });
    const download = await begin({ connection: impatient });
    await download.fetchAll({ signal: never });
    await assertWhole(download.folder);
    expect(hub.requests.filter(({ what }) => what === 'config.json').map(({ from }) => from)).toEqual([0, 5]);
  });

  it('whose journal or bytes were damaged meanwhile is noticed, and fetched anew', async () => {
    const download = await begin();
    const [shard] = download.needed.weights;
    const blob = path.join(repositoryFolder(), 'blobs', shard?.hash ?? '');
    await mkdir(path.dirname(blob), { recursive: true });
    await writeFile(`${blob}.vignette.incomplete`, Buffer.alloc(400_000));
    await writeFile(
      `${blob}.vignette.jsonl`,
      '{"sizeBytes":400000,"pid":2147483646,"etag":null}\n{"from":0,"to":300000}\n{"from":3000',
    );
    const done: number[] = [];
    await download.fetchAll({ signal: never, onProgress: (bytes) => done.push(bytes) });
    expect(done).toContain(Math.max(...done.slice(0, 10)));
    await assertWhole(download.folder);
  });
});

describe('the way to the hub', () => {
  it('tells the token to nobody but the hub, and lists each connection with its reason', async () => {
    await (await begin()).fetchAll({ signal: never });
    expect(
      new Set(hub.requests.filter(({ host }) => host === 'hub').map(({ authorization }) => authorization)),
    ).toEqual(new Set(['Bearer hf_secret']));
    expect(
      new Set(hub.requests.filter(({ host }) => host === 'storage').map(({ authorization }) => authorization)),
    ).toEqual(new Set([undefined]));
    expect(client.log.list()[0]).toMatchObject({
      host: new URL(hub.endpoint).host,
      reason: `list files of ${repo}`,
      outcome: 'done',
    });
    const stored = client.log.list().filter(({ host }) => host === new URL(hub.storage).host);
    expect(stored.map(({ reason }) => reason)).toContain(`download model-00001-of-00002.safetensors of ${repo}`);
    expect(JSON.stringify(client.log.list())).not.toContain('hf_secret');
  });

  it('is not taken where the network is off', async () => {
    await using off = connectTo(hub, folder.path, { isNetworkOff: () => true });
    await expect(begin({ connection: off })).rejects.toMatchObject({ code: 'NETWORK_OFF' });
    expect(hub.requests).toEqual([]);
    expect(off.log.list()).toEqual([]);
  });

  it('leads through a proxy, except to hosts that need none', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      const { host, href } = new URL(request.url ?? '');
      asked.push(host);
      get(href, { headers: request.headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(response);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: new URL(hub.storage).host };
    await using behind = connectTo(hub, folder.path, { env });
    await (await begin({ connection: behind })).fetchAll({ signal: never });
    expect(new Set(asked)).toEqual(new Set([new URL(hub.endpoint).host]));
    proxy.closeAllConnections();
    proxy.close();
  });
});
