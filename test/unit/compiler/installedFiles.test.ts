/** @file What is loaded is what was imported: files that changed since are read again, and changed contents are refused. */
import { cp, lstat, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { assertInstalledFiles } from '../../../native-models/compiler/installedFiles.ts';
import type { ModelManifest } from '../../../native-models/compiler/manifest.ts';
import { verifyModel } from '../../../native-models/compiler/verifyModel.ts';
import { HostServer } from '../../../native-models/runtime/hostServer.ts';
import type { HostMessage } from '../../../native-models/runtime/protocol.ts';
import { present } from '../../support/present.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;
let original: Folder;
let folder: Folder;
let model: string;
let manifest: ModelManifest;
beforeAll(async () => {
  original = await temporaryFolder();
  const source = path.join(fixturesFolder, 'blip-caption');
  manifest = await importCheckpoint({ source, modelsFolder: original.path, id: 'tiny' });
});
afterAll(() => original[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await temporaryFolder();
  model = path.join(folder.path, 'tiny');
  await cp(original.path, folder.path, { recursive: true, preserveTimestamps: true });
});
afterEach(() => folder[Symbol.asyncDispose]());

/** What a host answers to being told to load the model. */
async function load(): Promise<HostMessage> {
  const { promise, resolve } = Promise.withResolvers<HostMessage>();
  const server = new HostServer((message) => {
    if (message.type !== 'trying') resolve(message);
  });
  server.receive({ type: 'load', id: 1, folder: model, threads: 0, device: 'cpu', passedOver: [] });
  return promise;
}

async function flipOneBit(name: string): Promise<void> {
  const file = path.join(model, name);
  const { atime, mtime } = await stat(file);
  const bytes = await readFile(file);
  bytes[bytes.length - 50] = present(bytes.at(-50)) ^ 1;
  await writeFile(file, bytes);
  await utimes(file, atime, mtime);
}

/** Hashes that no file has: whoever reads the files notices. */
const otherContents = (): Pick<ModelManifest, 'files'> => ({
  files: manifest.files.map((file) => ({ ...file, sha256: '0'.repeat(64) })),
});

describe('loading a model', () => {
  it('passes what was imported', async () => {
    expect(await load()).toMatchObject({ type: 'result', value: { id: 'tiny' } });
  });

  it.each(['decoder.onnx.data', 'tokenizer.json', 'vision_encoder.onnx'])(
    'refuses a file whose bytes changed, although size and time of modification are as before: %s',
    async (name) => {
      await flipOneBit(name);
      expect(await load()).toMatchObject({ type: 'error', error: { code: 'MODEL_DAMAGED', details: { name } } });
    },
  );

  it('refuses a file that is missing or has another size', async () => {
    await rm(path.join(model, 'tokenizer_config.json'));
    expect(await load()).toMatchObject({
      error: { code: 'MODEL_DAMAGED', details: { name: 'tokenizer_config.json' } },
    });
    await writeFile(path.join(model, 'tokenizer_config.json'), '{}');
    expect(await load()).toMatchObject({
      error: { code: 'MODEL_DAMAGED', details: { name: 'tokenizer_config.json' } },
    });
  });
});

it('an installed model keeps the contents of links that earlier imports left, so that what they lead to may be deleted', async () => {
  const name = 'tokenizer.json';
  const blob = path.join(folder.path, 'blob');
  await rename(path.join(model, name), blob);
  await symlink(blob, path.join(model, name));
  expect(await load()).toMatchObject({ type: 'result' });
  await rm(blob);
  expect((await lstat(path.join(model, name))).isFile()).toBe(true);
  expect(await load()).toMatchObject({ type: 'result' });
});

describe('the contents of files', () => {
  /** As if they had been checked so long after they were written, in seconds. */
  async function checkedAfter(seconds: number, folder = model): Promise<void> {
    const { ctimeMs } = await stat(path.join(folder, 'tokenizer.json'));
    const at = new Date(ctimeMs + seconds * 1000);
    await utimes(path.join(folder, '.checked.json'), at, at);
  }
  const readAgain = (name?: string) => ({
    code: 'MODEL_DAMAGED',
    ...(name === undefined ? {} : { details: { name } }),
  });

  it('are not read again while size and times stay as they were when they were checked', async () => {
    await assertInstalledFiles(model, manifest);
    await checkedAfter(3600);
    await assertInstalledFiles(model, otherContents());
  });

  it('are read of a copy, which has other times', async () => {
    await checkedAfter(3600);
    await expect(assertInstalledFiles(model, otherContents())).rejects.toMatchObject(readAgain());
  });

  it('are read where they had only just been written when they were checked: the clock may not show a change', async () => {
    await assertInstalledFiles(model, manifest);
    await checkedAfter(0);
    await expect(assertInstalledFiles(model, otherContents())).rejects.toMatchObject(readAgain());
  });

  it('are remembered by the import and by verifying', async () => {
    const imported = path.join(original.path, 'tiny');
    await checkedAfter(3600, imported);
    await assertInstalledFiles(imported, otherContents());
    await rm(path.join(model, '.checked.json'));
    await verifyModel(model);
    await checkedAfter(3600);
    await assertInstalledFiles(model, otherContents());
  });

  it.each(['', '{"tokenizer.json":7}'])('are read where what was remembered is damaged: "%s"', async (damage) => {
    await assertInstalledFiles(model, manifest);
    await writeFile(path.join(model, '.checked.json'), damage);
    await checkedAfter(3600);
    await expect(assertInstalledFiles(model, otherContents())).rejects.toMatchObject(readAgain());
  });

  it('are read of a file whose times changed', async () => {
    await assertInstalledFiles(model, manifest);
    await utimes(path.join(model, 'tokenizer.json'), 1, 1);
    await checkedAfter(3600);
    await expect(assertInstalledFiles(model, otherContents())).rejects.toMatchObject(readAgain('tokenizer.json'));
  });
});
