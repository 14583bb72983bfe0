/** @file The models that a library downloads: in line, paused, gone on with after a restart or a kill, cancelled, and what of them stays. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportRequest, ListedModel } from '../../../main/library/models/installedModels.ts';
import { type DownloadRequest, ModelDownloads } from '../../../main/library/models/modelDownloads.ts';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import { eventually } from '../../support/eventually.ts';
import { connectTo } from '../../support/hubClient.ts';
import { type HubServer, startHub } from '../../support/hubServer.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const sizes = { connections: 2, requestBytes: 64 << 10, noteBytes: 16 << 10 };
const header = Buffer.from(
  JSON.stringify({ 'a.weight': { dtype: 'F32', shape: [250_000], data_offsets: [0, 1_000_000] } }),
);
const weights = Buffer.concat([
  Buffer.from(new BigUint64Array([BigInt(header.byteLength)]).buffer),
  header,
  Buffer.alloc(1_000_000, 'weights'),
]);
const request: DownloadRequest = { repo: 'Salesforce/tiny', precision: 'int8', keepsCheckpoint: false };

let hub: HubServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let modelsFolder: string;
let cacheFolder: string;

beforeAll(async () => {
  hub = await startHub();
  for (const repo of ['Salesforce/tiny', 'Salesforce/other']) {
    hub.add(repo, { 'config.json': Buffer.from(JSON.stringify({ repo })), 'model.safetensors': weights });
  }
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await temporaryFolder();
  modelsFolder = path.join(folder.path, 'models');
  cacheFolder = path.join(folder.path, 'cache');
  hub.requests.length = 0;
  hub.fault = () => undefined;
});
afterEach(() => folder[Symbol.asyncDispose]());

const adapterConfig = Buffer.from(JSON.stringify({ peft_type: 'LORA', base_model_name_or_path: 'Salesforce/tiny' }));
const addAdapter = (repo: string, matrices: Buffer) =>
  hub.add(repo, { 'adapter_config.json': adapterConfig, 'adapter_model.bin': matrices });

type Import = (request: ImportRequest) => Promise<ListedModel>;
const imported: Import = async ({ id = 'tiny' }) => ({ id, folder: '', bundled: false });

async function open(
  importModel: Import = imported,
  {
    installed = [],
    isNetworkOff = () => false,
    nowMs,
  }: { installed?: readonly string[]; isNetworkOff?: () => boolean; nowMs?: () => number } = {},
) {
  const { connection, log } = connectTo(hub, cacheFolder, { isNetworkOff });
  const models = { list: async () => installed.map((id) => ({ id, folder: '', bundled: false })), import: importModel };
  const downloads = await ModelDownloads.open({ connection, modelsFolder, models, sizes, nowMs });
  return Object.assign(downloads, { log });
}

/** Half of the weights come, however busy the machine is, and nothing after them. */
const halfComes: HubServer['fault'] = ({ host, from }) =>
  host === 'storage' && from >= weights.byteLength / 2 ? { stallAfterBytes: 0 } : undefined;

/** Starts it, and returns when a part of the weights is there, but not all. */
async function partlyDone(downloads: ModelDownloads, start: () => Promise<{ readonly id: string }>): Promise<string> {
  hub.fault = halfComes;
  const { id } = await start();
  await eventually(() => {
    const isPartlyDone = downloads
      .list()
      .some(({ phase, doneBytes }) => phase === 'downloading' && doneBytes > weights.byteLength / 4);
    if (!isPartlyDone) throw new Error(JSON.stringify(downloads.list()));
  });
  return id;
}

const cachedFiles = async () =>
  (await readdir(cacheFolder, { recursive: true }).catch(() => [])).filter((name) => name.includes('snapshots'));

describe('a download', () => {
  it('ends as a model, whose checkpoint goes unless it is to be kept', async () => {
    const sources: string[] = [];
    const seen = new Set<string>();
    await using downloads = await open(async (asked) => {
      sources.push(asked.source);
      expect((await readFile(path.join(asked.source, 'model.safetensors'))).equals(weights)).toBe(true);
      for (const stage of ['compile', 'verify'] as const) asked.onProgress({ stage, doneBytes: 1, totalBytes: 2 });
      return await imported(asked);
    });
    downloads.onChange(() => {
      for (const { phase } of downloads.list()) seen.add(phase);
    });
    const { id } = await downloads.start(request);
    expect(await downloads.whenDone(id)).toMatchObject({ id: 'tiny' });
    expect(downloads.list()).toEqual([]);
    expect(seen).toContain('downloading');
    expect(existsSync(cacheFolder) ? await readdir(cacheFolder) : []).toEqual([]);
    const kept = await downloads.start({ ...request, keepsCheckpoint: true });
    await downloads.whenDone(kept.id);
    expect(existsSync(sources[1] ?? '')).toBe(true);
    expect(await readdir(path.join(modelsFolder, '.downloads'))).toEqual([]);
  });

  it('tells its licenses before it ends, also where no time passes for its progress to be told', async () => {
    await using downloads = await open(imported, { nowMs: () => 0 });
    const told: unknown[] = [];
    downloads.onChange(() => told.push(...downloads.list().flatMap(({ licenses }) => licenses)));
    const { id } = await downloads.start(request);
    await downloads.whenDone(id);
    expect(told).toContainEqual({ repo: request.repo, license: null });
  });

  it('removes nothing from the cache that was there before', async () => {
    await using downloads = await open();
    await downloads.whenDone((await downloads.start({ ...request, keepsCheckpoint: true })).id);
    hub.requests.length = 0;
    await downloads.whenDone((await downloads.start(request)).id);
    expect((await cachedFiles()).filter((name) => name.endsWith('.safetensors'))).toHaveLength(1);
    expect(hub.requests.filter(({ host }) => host === 'storage')).toEqual([]);
  });

  it('goes on after a pause, a restart and a failure without fetching anything twice', async () => {
    const first = await open();
    const id = await partlyDone(first, () => first.start(request));
    expect(await first.pause(id)).toMatchObject({ phase: 'paused', problem: null });
    await expect(first.whenDone(id)).rejects.toMatchObject({ code: 'DOWNLOAD_PAUSED' });
    await partlyDone(first, () => first.resume(id));
    await first[Symbol.asyncDispose]();
    hub.fault = () => undefined;
    const second = await open(() => Promise.reject(new ModelError('DISK_FULL', 'The disk is full.')));
    expect(second.list()).toMatchObject([{ id, phase: 'paused', totalBytes: expect.any(Number) }]);
    await second.resumeInterrupted();
    await expect(second.whenDone(id)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(second.list()).toMatchObject([
      { phase: 'failed', problem: { code: 'DISK_FULL', message: 'The disk is full.' } },
    ]);
    await second[Symbol.asyncDispose]();
    hub.requests.length = 0;
    await using third = await open();
    await third.resumeInterrupted();
    expect(third.list()).toMatchObject([{ phase: 'failed' }]);
    await third.start(request);
    await third.whenDone(id);
    expect(hub.requests.filter(({ host }) => host === 'storage')).toEqual([]);
  });

  it('that is cancelled leaves nothing, also when it waits or was paused', async () => {
    await using downloads = await open();
    const id = await partlyDone(downloads, () => downloads.start(request));
    const waiting = await downloads.start({ ...request, repo: 'Salesforce/other' });
    expect(downloads.list().map(({ phase }) => phase)).toEqual(['downloading', 'waiting']);
    await downloads.cancel(waiting.id);
    await downloads.cancel(id);
    await expect(downloads.resume(id)).rejects.toMatchObject({ code: 'DOWNLOAD_NOT_FOUND' });
    expect(downloads.list()).toEqual([]);
    expect(await readdir(cacheFolder)).toEqual([]);
    expect(await readdir(path.join(modelsFolder, '.downloads'))).toEqual([]);
  });

  it('of an adapter counts its base, goes on with both after a restart, and leaves neither when it is cancelled', async () => {
    addAdapter('me/lora', Buffer.from('the matrices'));
    const asked = { ...request, repo: 'me/lora' };
    const imports: ImportRequest[] = [];
    const importing: Import = async (one) => {
      imports.push(one);
      return await imported(one);
    };
    const first = await open(importing);
    const id = await partlyDone(first, () => first.start(asked));
    expect(first.list()).toMatchObject([
      { repo: 'me/lora', licenses: [{ repo: 'me/lora', license: null }, { repo: 'Salesforce/tiny' }] },
    ]);
    expect(first.list()[0]?.totalBytes).toBeGreaterThan(weights.byteLength + adapterConfig.length);
    await first[Symbol.asyncDispose]();
    hub.requests.length = 0;
    const second = await open(importing);
    await partlyDone(second, async () => {
      await second.resumeInterrupted();
      return { id };
    });
    // the commits of both are known: whatever the branches mean by now
    expect(hub.requests.filter(({ what }) => what === 'info')).toEqual([]);
    hub.fault = () => undefined;
    await second.cancel(id);
    await second[Symbol.asyncDispose]();
    expect(await readdir(cacheFolder)).toEqual([]);
    await using third = await open(importing);
    await third.whenDone((await third.start(asked)).id);
    expect(imports).toMatchObject([
      {
        id: 'lora',
        source: expect.stringContaining('models--Salesforce--tiny'),
        adapter: expect.stringContaining('models--me--lora'),
      },
    ]);
    expect(await readdir(cacheFolder)).toEqual([]);
  });

  it('of wrong bytes fails before anything is compiled', async () => {
    let imports = 0;
    await using downloads = await open(async (asked) => {
      imports += 1;
      return await imported(asked);
    });
    hub.fault = ({ host, from }) => (host === 'storage' && from > 0 ? { isWrong: true } : undefined);
    const { id } = await downloads.start(request);
    await expect(downloads.whenDone(id)).rejects.toMatchObject({ code: 'HUB_FILE_DAMAGED' });
    expect(imports).toBe(0);
  });

  it('is refused at once where the network is off, the name is taken, or the repository has none', async () => {
    await using off = await open(imported, { isNetworkOff: () => true });
    await expect(off.start(request)).rejects.toMatchObject({ code: 'NETWORK_OFF' });
    await using taken = await open(imported, { installed: ['tiny'] });
    await expect(taken.start(request)).rejects.toMatchObject({ code: 'MODEL_ID_TAKEN' });
    await expect(taken.start({ ...request, repo: '../x' })).rejects.toMatchObject({ code: 'HUB_REPO_INVALID' });
    expect(hub.requests).toEqual([]);
    expect([off.log.list(), off.list(), taken.list()]).toEqual([[], [], []]);
  });

  it('replaces the model of its name where that is asked for, also after a restart', async () => {
    const asked: (boolean | undefined)[] = [];
    const importing: Import = async (one) => {
      asked.push(one.replace);
      return await imported(one);
    };
    const first = await open(importing, { installed: ['tiny'] });
    await partlyDone(first, () => first.start({ ...request, replace: true }));
    await first[Symbol.asyncDispose]();
    hub.fault = () => undefined;
    await using second = await open(importing, { installed: ['tiny'] });
    const [interrupted] = second.list();
    await second.resumeInterrupted();
    await second.whenDone(interrupted?.id ?? '');
    expect(asked).toEqual([true]);
  });

  it.skipIf(!canMakeSmallDisks)(
    'is refused before its first byte where it and the model have no room together',
    async () => {
      await using disk = await makeSmallDisk(1);
      modelsFolder = path.join(disk.path, 'models');
      cacheFolder = path.join(disk.path, 'cache');
      await using downloads = await open();
      const { id } = await downloads.start(request);
      await expect(downloads.whenDone(id)).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(await cachedFiles()).toEqual([]);
    },
  );

  it.skipIf(!canMakeSmallDisks)('of an adapter needs room for its base, too', async () => {
    await using disk = await makeSmallDisk(2);
    modelsFolder = path.join(disk.path, 'models');
    cacheFolder = path.join(disk.path, 'cache');
    addAdapter('me/large-lora', Buffer.alloc(1_000_000));
    await using downloads = await open();
    // either has room with the model
    const { id } = await downloads.start({ ...request, repo: 'me/large-lora' });
    await expect(downloads.whenDone(id)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await cachedFiles()).toEqual([]);
  });
});

describe('a process', () => {
  it('that is killed twenty times leaves what the next one goes on with, to the same bytes', async () => {
    const large = Buffer.alloc(3_000_000, weights);
    hub.add('Salesforce/large', { 'config.json': Buffer.from('{}'), 'model.safetensors': large });
    const script = path.join(import.meta.dirname, '..', '..', 'support', 'downloadProcess.ts');
    const start = () =>
      spawn(process.execPath, [script, hub.endpoint, cacheFolder, 'Salesforce/large'], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
    let kills = 0;
    while (kills < 20) {
      const child = start();
      const ended = once(child, 'exit');
      let requests = kills % 3;
      // Somewhere in the middle of a range: bytes are on their way.
      hub.fault = ({ host }) => {
        if (host !== 'storage') return undefined;
        if (requests-- === 0) setTimeout(() => child.kill('SIGKILL'), 4 + kills);
        return { slowMs: 10 };
      };
      const [code] = await ended;
      if (code === 0) break;
      kills += 1;
    }
    hub.fault = () => undefined;
    const [code] = await once(start(), 'exit');
    expect(code).toBe(0);
    expect(kills).toBe(20);
    const [place = ''] = (await cachedFiles()).filter((name) => name.endsWith('model.safetensors'));
    expect((await readFile(path.join(cacheFolder, place))).equals(large)).toBe(true);
    expect((await readdir(cacheFolder, { recursive: true })).filter((name) => name.includes('.vignette'))).toEqual([]);
  });
});
