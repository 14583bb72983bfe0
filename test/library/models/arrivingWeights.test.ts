/** @file Downloads whose weight files are compiled as they arrive: the same model, and never the whole checkpoint on the disk. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskRoom } from '../../../main/library/models/diskRoom.ts';
import { type InstalledModels, installedModels } from '../../../main/library/models/installedModels.ts';
import { ModelDownloads } from '../../../main/library/models/modelDownloads.ts';
import { readManifest } from '../../../native-models/compiler/manifest.ts';
import { ConnectionLog } from '../../../native-models/hub/connectionLog.ts';
import { HubConnection } from '../../../native-models/hub/hubConnection.ts';
import { hubSettings } from '../../../native-models/hub/hubSettings.ts';
import { type ShardedCheckpoint, shardCheckpoint } from '../../support/arrivingFiles.ts';
import { eventually } from '../../support/eventually.ts';
import { filesOf, type HubServer, startHub } from '../../support/hubServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const repo = 'someone/tiny';
/** More than a header. */
const requestBytes = 40_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hub: HubServer;
let modelsFolder: string;
let checkpoint: ShardedCheckpoint;
beforeEach(async () => {
  folder = await temporaryFolder();
  hub = await startHub();
  modelsFolder = path.join(folder.path, 'library', 'models');
  checkpoint = await shardCheckpoint('blip2-t5', path.join(folder.path, 'checkpoint'), {
    order: (names) => names.toSorted(),
    shards: () => 3,
  });
  hub.add(repo, renamed(await filesOf(checkpoint.whole)));
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** As the hub's shards are called. */
function renamed(files: Record<string, Buffer>): Record<string, Buffer> {
  const name = (text: string) => text.replaceAll(/model-(\d)\.safetensors/g, 'model-0000$1-of-00003.safetensors');
  const isText = (file: string) => file.endsWith('.json');
  return Object.fromEntries(
    Object.entries(files).map(([file, bytes]) => {
      return [name(file), isText(file) ? Buffer.from(name(bytes.toString('utf8'))) : bytes];
    }),
  );
}

async function openDownloads(wrap = (models: InstalledModels) => models): Promise<ModelDownloads> {
  const env = { HF_HOME: path.join(folder.path, 'huggingface'), HF_ENDPOINT: hub.endpoint };
  const connection = new HubConnection({
    settings: hubSettings(env, folder.path),
    env,
    token: async () => undefined,
    isNetworkOff: () => false,
    log: new ConnectionLog(),
  });
  const models = wrap(installedModels(modelsFolder, undefined));
  return await ModelDownloads.open({ connection, modelsFolder, models, sizes: { requestBytes } });
}

/** The weight files that were asked for, beyond their headers. */
function fetchedWeights(): string[] {
  const bodies = hub.requests.filter(({ host, from }) => host === 'storage' && from >= requestBytes);
  return [...new Set(bodies.map(({ what }) => what))].sort();
}

const weightFiles = [1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`);

async function expectSameModel(id: string): Promise<void> {
  const whole = await installedModels(modelsFolder, undefined).import({
    source: checkpoint.whole,
    id: 'whole',
    precision: 'fp16',
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const filesOfModel = async (model: string) => (await readManifest(path.join(modelsFolder, model))).files;
  expect(await filesOfModel(id)).toEqual(await filesOfModel(whole.id));
}

const request = { repo, precision: 'fp16', keepsCheckpoint: false } as const;

describe('a download that does not keep its checkpoint', () => {
  it('compiles the files as they arrive, and leaves nothing but the model', async () => {
    await using downloads = await openDownloads();
    const { id } = await downloads.start(request);
    const phases = new Set<string>();
    downloads.onChange(() => phases.add(downloads.list()[0]?.phase ?? 'gone'));
    const model = await downloads.whenDone(id);
    await expectSameModel(model.id);
    expect(phases).toContain('downloading');
    expect(await readdir(path.join(folder.path, 'huggingface'), { recursive: true })).not.toContainEqual(
      expect.stringMatching(/safetensors|config/),
    );
    expect(await readdir(path.join(modelsFolder, '.downloads'))).toEqual([]);
  });

  it('goes on after a pause without the files that it has used', async () => {
    const used = weightFiles[0] ?? '';
    const second = weightFiles[1] ?? '';
    const paused = async () => {
      await using downloads = await openDownloads();
      // the second cannot come before the first was used
      hub.fault = ({ what, from }) => (what === second && from >= requestBytes ? { stallAfterBytes: 10 } : undefined);
      const { id } = await downloads.start(request);
      await eventually(async () => expect(await isThere(used)).toBe(false));
      await downloads.pause(id);
    };
    await paused();
    hub.fault = () => undefined;
    hub.requests.length = 0;
    await using downloads = await openDownloads();
    const [stopped] = downloads.list();
    expect(stopped).toMatchObject({ phase: 'paused', repo });
    await downloads.resume(stopped?.id ?? '');
    const model = await downloads.whenDone(stopped?.id ?? '');
    expect(fetchedWeights()).toEqual(weightFiles.slice(1));
    await expectSameModel(model.id);
  });
});

describe('a file that is compiled as it comes', () => {
  const second = weightFiles[1] ?? '';
  const fetches = () => hub.requests.filter(({ what, host }) => what === second && host === 'storage').length;

  it.each<[string, number, number]>([
    ['in a tensor', requestBytes, 1],
    // the first request for it is about the room on the disk
    ['in its header', 8, 2],
    ['in the length of its header', 0, 2],
  ])('and has a wrong byte %s is fetched again, and the model is the same', async (_, start, wrongRequest) => {
    await using downloads = await openDownloads();
    let requests = 0;
    hub.fault = ({ what, from, host }) => {
      if (what !== second || host !== 'storage' || from !== start) return undefined;
      requests += 1;
      return requests === wrongRequest ? { isWrong: true } : undefined;
    };
    const { id } = await downloads.start(request);
    const model = await downloads.whenDone(id);
    expect(requests).toBeGreaterThan(wrongRequest);
    await expectSameModel(model.id);
  });

  it('and stays wrong ends the download, and nothing of it is compiled by the next', async () => {
    await using downloads = await openDownloads();
    hub.fault = ({ what, from }) => (what === second && from === requestBytes ? { isWrong: true } : undefined);
    const { id } = await downloads.start(request);
    await expect(downloads.whenDone(id)).rejects.toMatchObject({ code: 'HUB_FILE_DAMAGED' });
    expect(await installedModels(modelsFolder, undefined).list()).toEqual([]);
    const before = fetches();
    hub.fault = () => undefined;
    await downloads.resume(id);
    const model = await downloads.whenDone(id);
    expect(fetches()).toBeGreaterThan(before);
    await expectSameModel(model.id);
  });
});

/** Whether a weight file is still to be used. */
async function isThere(name: string): Promise<boolean> {
  const downloads = path.join(modelsFolder, '.downloads');
  const files = await readdir(downloads, { recursive: true }).catch(() => []);
  const log = hub.requests.filter(({ what, from }) => what === name && from >= requestBytes);
  return log.length === 0 || files.some((file) => path.basename(file).startsWith(name) && !file.endsWith('.start'));
}

describe('a download that fails when all files have been let go', () => {
  const working = async () => (await readdir(modelsFolder)).filter((name) => name.startsWith('.importing-'));
  const onFullDisk = (models: InstalledModels): InstalledModels => ({
    ...models,
    import: (asked) =>
      models.import({
        ...asked,
        onProgress(progress) {
          asked.onProgress(progress);
          if (progress.stage === 'verify') throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        },
      }),
  });

  it('keeps what was compiled until it is cancelled', async () => {
    await using downloads = await openDownloads(onFullDisk);
    const { id } = await downloads.start(request);
    await expect(downloads.whenDone(id)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await working()).toHaveLength(1);
    await downloads.cancel(id);
    expect(await working()).toEqual([]);
  });
});

describe('room on the disk', () => {
  const { signal } = new AbortController();

  it('is for a file alone, or for the next when the one before is shorter', async () => {
    const room = new DiskRoom(100);
    await room.take('first', 60, signal);
    await room.take('first', 60, signal);
    let isTaken = false;
    const next = room.take('next', 30, signal).then(() => {
      isTaken = true;
    });
    room.hold('first', 80);
    await Promise.resolve();
    expect(isTaken).toBe(false);
    room.hold('first', 70);
    await next;
  });

  it('is waited for no longer than wanted', async () => {
    const room = new DiskRoom(100);
    await room.take('first', 100, signal);
    const stop = new AbortController();
    const next = room.take('next', 1, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(next).rejects.toThrow('stopped');
  });
});
