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
    slowly();
    const { id } = await modelDownloads.start({ repo, precision: 'fp32', keepsCheckpoint: false });
    await eventually(() => expect(test.app.modelDownloads.list()[0]?.doneBytes).toBeGreaterThan(10_000));
    await modelDownloads.pause({ id });
    expect(test.app.modelDownloads.list()).toMatchObject([{ id, repo, phase: 'paused', problem: null }]);
    hub.fault = () => undefined;
    await modelDownloads.resume({ id });
    expect(await test.app.modelDownloads.whenDone(id)).toMatchObject({ id: 'new' });
    expect(test.app.modelDownloads.list()).toEqual([]);
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
