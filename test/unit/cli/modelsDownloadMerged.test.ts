/** @file `vignette models download` of repositories that hold only an adapter, or only weights as training saves them: from the command to the model that is made of them and a base. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { libraryPlaces } from '../../../main/library/files/libraryPlaces.ts';
import { installedModels } from '../../../main/library/models/installedModels.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { type ModelManifest, readManifest } from '../../../native-models/compiler/manifest.ts';
import { readTensors } from '../../support/editedCheckpoint.ts';
import { filesOf, type HubServer, startHub } from '../../support/hubServer.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { blipName, renamed, trainedFile } from '../../support/researchLayout.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { CliDouble } from './cliDouble.ts';

const baseFolder = path.join(fixturesFolder, 'blip2-opt');
const adapterFolder = path.resolve(fixturesFolder, '../adapters/plain');
/** As the adapter names it. */
const baseRepo = 'tiny/blip2-opt';
const adapterRepo = 'me/boats-lora';

let hub: HubServer;
let cli: CliDouble;
let local: Awaited<ReturnType<typeof temporaryFolder>>;
/** What the import of both folders makes. */
let expected: ModelManifest;
let adapterFiles: Record<string, Buffer>;
beforeAll(async () => {
  hub = await startHub();
  adapterFiles = await filesOf(adapterFolder);
  hub.add(baseRepo, await filesOf(baseFolder), 'bsd-3-clause');
  hub.add('elsewhere/copy', await filesOf(baseFolder));
  hub.add(adapterRepo, adapterFiles, 'mit');
  local = await temporaryFolder();
  expected = await importCheckpoint({ source: baseFolder, adapter: adapterFolder, modelsFolder: local.path });
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await local[Symbol.asyncDispose]();
});
beforeEach(async () => {
  cli = await CliDouble.create();
  hub.requests.length = 0;
});

const modelsFolder = () => libraryPlaces(cli.libraryFolder).models;

function download(...args: readonly string[]) {
  return cli.run(['models', 'download', ...args, '--precision', 'fp32'], {
    models: [],
    modelActions: installedModels(modelsFolder(), undefined),
    context: {
      env: { VIGNETTE_HOME: cli.libraryFolder, HF_ENDPOINT: hub.endpoint, HF_HOME: cli.path('hf') },
    },
  });
}

const cachedWeights = async () => {
  const names = await readdir(cli.path('hf'), { recursive: true }).catch(() => []);
  return names.filter((name) => /snapshots.*\.(safetensors|bin|pth)$/.test(name));
};

/** The weight files that came over the network, by their names. */
const fetchedWeights = () =>
  [...new Set(hub.requests.filter(({ host }) => host === 'storage').map(({ what }) => what))].sort();

async function expectMerged(id: string): Promise<ModelManifest> {
  const manifest = await readManifest(path.join(modelsFolder(), id));
  expect(manifest.selfTest).toEqual(expected.selfTest);
  return manifest;
}

describe('an adapter', () => {
  it('is merged into the base that it names, which is downloaded, too; the licenses of both are shown', async () => {
    const { code, out, err } = await download(adapterRepo);
    expect([code, out]).toEqual([0, 'boats-lora\n']);
    expect(err).toContain(`License: ${adapterRepo}: mit; ${baseRepo}: bsd-3-clause.`);
    const { source } = await expectMerged('boats-lora');
    expect(source.name).toBe(`${baseRepo} + ${adapterRepo}`);
    expect(await cachedWeights()).toEqual([]);
  });

  it('takes the base out of the cache, where it stays', async () => {
    await download(baseRepo, '--keep');
    hub.requests.length = 0;
    expect((await download(adapterRepo)).code).toBe(0);
    await expectMerged('boats-lora');
    expect(fetchedWeights()).toEqual(['adapter_model.safetensors']);
    expect(await cachedWeights()).toEqual([expect.stringContaining('models--tiny--blip2-opt')]);
  });

  it('goes into another base: a repository or a folder', async () => {
    const { code, err } = await download(adapterRepo, '--base', 'elsewhere/copy', '--id', 'one');
    expect(code).toBe(0);
    expect(err).toContain('elsewhere/copy: not stated');
    expect((await expectMerged('one')).source.name).toBe(`elsewhere/copy + ${adapterRepo}`);
    hub.requests.length = 0;
    expect((await download(adapterRepo, '--base', baseFolder, '--id', 'two')).code).toBe(0);
    await expectMerged('two');
    expect(fetchedWeights()).toEqual(['adapter_model.safetensors']);
  });

  it('is named beside its base: a repository or a folder', async () => {
    const { out } = await download(baseRepo, '--adapter', adapterRepo);
    expect(out).toBe('blip2-opt-boats-lora\n');
    await expectMerged('blip2-opt-boats-lora');
    expect((await download(baseRepo, '--adapter', adapterFolder)).out).toBe('blip2-opt-plain\n');
    await expectMerged('blip2-opt-plain');
  });

  it('counts where a repository holds a config.json beside it, and not where it holds a whole checkpoint', async () => {
    hub.add('me/with-config', { ...adapterFiles, 'config.json': Buffer.from('{}') });
    expect((await download('me/with-config')).code).toBe(0);
    await expectMerged('with-config');
    hub.add('me/both', { ...(await filesOf(baseFolder)), ...adapterFiles });
    expect((await download('me/both')).code).toBe(0);
    const { selfTest } = await readManifest(path.join(modelsFolder(), 'both'));
    expect(selfTest).not.toEqual(expected.selfTest);
  });
});

describe('a file that training saved', () => {
  const repo = 'lab/BLIP';
  let trained: Buffer;
  let published: ModelManifest;
  beforeAll(async () => {
    const source = path.join(fixturesFolder, 'blip-caption');
    const tensors = renamed(await readTensors(source), blipName);
    trained = trainedFile(tensors);
    hub.add('tiny/blip-caption', await filesOf(source), 'bsd-3-clause');
    hub.add(repo, { 'README.md': Buffer.from('# BLIP'), 'weights/model_base.pth': trained, 'optimizer.pt': trained });
    published = await importCheckpoint({ source, modelsFolder: local.path });
  });

  it('is imported over the base that is named: a repository or a folder', async () => {
    const { code, out, err } = await download(repo, '--base', 'tiny/blip-caption');
    expect([code, out]).toEqual([0, 'blip\n']);
    expect(err).toContain(`License: ${repo}: not stated; tiny/blip-caption: bsd-3-clause.`);
    const { selfTest, source } = await readManifest(path.join(modelsFolder(), 'blip'));
    expect(selfTest).toEqual(published.selfTest);
    expect(source.files.map(({ name }) => name)).toEqual(['model_base.pth']);
    expect(await cachedWeights()).toEqual([]);
    hub.requests.length = 0;
    const base = path.join(fixturesFolder, 'blip-caption');
    expect((await download(repo, '--base', base, '--id', 'again')).code).toBe(0);
    expect(fetchedWeights()).toEqual(['weights/model_base.pth']);
  });

  it('is asked for where there are several', async () => {
    hub.add('lab/several', { 'model_base.pth': trained, 'model_large.pth': Buffer.from('another') });
    const unclear = await download('lab/several', '--base', 'tiny/blip-caption');
    expect([unclear.code, unclear.err]).toEqual([
      1,
      expect.stringContaining('One must be chosen: model_base.pth, model_large.pth. Name it with --file.'),
    ]);
    const wrong = await download('lab/several', '--base', 'tiny/blip-caption', '--file', 'model.pth');
    expect(wrong.err).toContain('has no file of weights model.pth; it has model_base.pth, model_large.pth.');
    expect(fetchedWeights()).toEqual([]);
    const { out } = await download('lab/several', '--base', 'tiny/blip-caption', '--file', 'model_base.pth');
    expect(out).toBe('several-model_base\n');
    const { selfTest, source } = await readManifest(path.join(modelsFolder(), 'several-model_base'));
    expect(selfTest).toEqual(published.selfTest);
    expect(source.name).toBe('tiny/blip-caption + lab/several/model_base.pth');
  });

  it('is refused without a base, with an adapter, and over the base of another model', async () => {
    const alone = await download(repo);
    expect([alone.code, alone.err]).toEqual([1, expect.stringContaining('holds weights alone')]);
    expect(alone.err).toContain('Its base is needed, a repository or a folder. Name it with --base.');
    const adapted = await download(repo, '--adapter', adapterRepo);
    expect([adapted.code, adapted.err]).toEqual([1, expect.stringContaining('is no checkpoint')]);
    expect(fetchedWeights()).toEqual([]);
    const other = await download(repo, '--base', baseRepo);
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('it is of another model')]);
  });

  it('does not count where it lies outside of the repository, or beside a checkpoint', async () => {
    hub.add('lab/outside', { '../model.pth': trained });
    const { code, err } = await download('lab/outside', '--base', baseRepo);
    expect([code, err]).toEqual([1, expect.stringContaining('holds no checkpoint that can be imported')]);
    hub.add('lab/both', { ...(await filesOf(path.join(fixturesFolder, 'blip-caption'))), 'model_base.pth': trained });
    expect((await download('lab/both')).code).toBe(0);
    expect(fetchedWeights()).toEqual(['model.safetensors']);
  });
});

describe('is refused before any weights are fetched', () => {
  const withConfig = (change: Record<string, unknown>) => {
    const config = { ...JSON.parse(String(adapterFiles['adapter_config.json'])), ...change };
    hub.add('me/changed', { ...adapterFiles, 'adapter_config.json': Buffer.from(JSON.stringify(config)) });
  };

  it.each([
    ['names no base', { base_model_name_or_path: null }, 'does not say for which checkpoint'],
    ['names a folder', { base_model_name_or_path: '/home/me/blip2' }, 'is no repository on the hub'],
    [
      'names a base that is gone',
      { base_model_name_or_path: 'tiny/gone' },
      'is an adapter for tiny/gone, which the hub does not have',
    ],
    ['is of another method', { peft_type: 'IA3' }, 'is of the type IA3'],
  ])('an adapter that %s', async (_, change, message) => {
    withConfig(change);
    const { code, err } = await download('me/changed');
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    expect(fetchedWeights()).toEqual([]);
  });

  it.each([
    [[baseRepo, '--base', 'elsewhere/copy'], 'is a whole checkpoint: it needs no base'],
    [[baseRepo, '--adapter', 'elsewhere/copy'], 'holds no adapter that can be imported'],
    [[adapterRepo, '--adapter', adapterRepo], 'is an adapter itself'],
    [[adapterRepo, '--base', adapterRepo], 'holds no checkpoint that can be imported'],
    [[adapterRepo, '--base', '../no folder'], 'is no name of a repository'],
  ])('%j', async (args, message) => {
    const { code, err } = await download(...args);
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    expect(fetchedWeights()).toEqual([]);
  });
});
