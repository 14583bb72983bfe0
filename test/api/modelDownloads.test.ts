/** @file The known models and the downloads of an open library, over every transport, against a hub on this machine. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type HubServer, startHub } from '../support/hubServer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { openTestApp, type TestApp } from './testApp.ts';
import { transports } from './transports.ts';

const repo = 'Salesforce/tiny';

let hub: HubServer;
let test: TestApp;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  hub = await startHub();
  hub.add(repo, { 'config.json': Buffer.from('{}'), 'pytorch_model.bin': Buffer.alloc(1_000_000) });
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await temporaryFolder();
  hub.fault = () => undefined;
  const env = { HF_ENDPOINT: hub.endpoint, HF_HOME: path.join(folder.path, 'hf') };
  test = await openTestApp({ hub: { env, homeFolder: folder.path } });
});
afterEach(async () => {
  await test[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe.each(transports)('over $name', ({ connect }) => {
  const slowly = () => {
    hub.fault = ({ host }) => (host === 'storage' ? { slowMs: 20 } : undefined);
  };

  it('the known models come with the room that they ask for', async () => {
    await using transport = await connect(test.app);
    const { models, freeDiskBytes } = await transport.client.modelDownloads.known({ measure: false });
    expect(freeDiskBytes).toBeGreaterThan(0);
    const known = models.find((model) => model.repo === 'Salesforce/instructblip-flan-t5-xl');
    expect(known?.disk.int4.keptBytes).toBeGreaterThan(16.09e9);
    expect(known?.disk.int4.removedBytes).toBeLessThan(16.09e9);
    // nobody has measured this machine
    expect(models.filter(({ recommended }) => recommended)).toEqual([]);
  });

  it('a download is paused, goes on and ends as a model', async () => {
    await using transport = await connect(test.app);
    const { modelDownloads } = transport.client;
    // A part comes, however busy the machine is, and nothing after it.
    hub.fault = ({ host }) => (host === 'storage' ? { stallAfterBytes: 100_000 } : undefined);
    const { id } = await modelDownloads.start({ repo, precision: 'fp32', keepsCheckpoint: false });
    await eventually(() => expect(test.app.modelDownloads.list()[0]?.doneBytes).toBeGreaterThan(10_000));
    await modelDownloads.pause({ id });
    expect(test.app.modelDownloads.list()).toMatchObject([{ id, repo, phase: 'paused', problem: null }]);
    hub.fault = () => undefined;
    await modelDownloads.resume({ id });
    expect(await test.app.modelDownloads.whenDone(id)).toMatchObject({ id: 'new' });
    expect(test.app.modelDownloads.list()).toEqual([]);
  });

  it('a repository is looked up with what it needs before anything is fetched, and refused where that is not known', async () => {
    const adapter = (base: string | null) => ({
      'adapter_config.json': Buffer.from(JSON.stringify({ peft_type: 'LORA', base_model_name_or_path: base })),
      'adapter_model.safetensors': Buffer.alloc(1000),
    });
    hub.add('me/lora', adapter(repo), 'mit');
    hub.add('me/orphan', adapter(null));
    hub.add('lab/trained', { 'a.pth': Buffer.alloc(10), 'b.pth': Buffer.alloc(20) });
    await using transport = await connect(test.app);
    const { modelDownloads } = transport.client;
    hub.requests.length = 0;
    const found = await modelDownloads.inspect({ repo: 'me/lora' });
    expect(found).toMatchObject([
      { repo: 'me/lora', license: 'mit' },
      { repo, license: null },
    ]);
    expect(found[1]?.remainingBytes).toBe(1_000_002);
    await expect(modelDownloads.inspect({ repo: 'me/orphan' })).rejects.toMatchObject({ code: 'HUB_BASE_UNKNOWN' });
    const trained = { repo: 'lab/trained', base: repo };
    await expect(modelDownloads.inspect(trained)).rejects.toMatchObject({ code: 'HUB_FILE_UNCLEAR' });
    expect(await modelDownloads.inspect({ ...trained, file: 'b.pth' })).toMatchObject([{ totalBytes: 20 }, { repo }]);
    expect(hub.requests.filter(({ host }) => host === 'storage')).toEqual([]);
    expect(test.app.modelDownloads.list()).toEqual([]);
    const { id } = await modelDownloads.start({
      repo: 'me/orphan',
      base: repo,
      precision: 'fp32',
      keepsCheckpoint: false,
    });
    expect(await test.app.modelDownloads.whenDone(id)).toMatchObject({ id: 'orphan' });
  });

  it('a download is cancelled, and is not there to be resumed', async () => {
    await using transport = await connect(test.app);
    const { modelDownloads } = transport.client;
    slowly();
    const { id } = await modelDownloads.start({ repo, precision: 'fp32', keepsCheckpoint: true });
    await modelDownloads.cancel({ id });
    expect(test.app.modelDownloads.list()).toEqual([]);
    await expect(modelDownloads.resume({ id })).rejects.toMatchObject({ code: 'DOWNLOAD_NOT_FOUND' });
  });

  it('a download is refused where the network is off, or the name is no repository', async () => {
    await using transport = await connect(test.app);
    const { modelDownloads, settings } = transport.client;
    const request = { repo, precision: 'fp32', keepsCheckpoint: false } as const;
    await expect(modelDownloads.start({ ...request, repo: '../x' })).rejects.toMatchObject({
      code: 'HUB_REPO_INVALID',
    });
    await settings.set({ networkOff: true });
    await expect(modelDownloads.start(request)).rejects.toMatchObject({ code: 'NETWORK_OFF' });
  });
});
