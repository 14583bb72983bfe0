/** @file Installed models: listing, finding, verifying every byte and every stage, removing. */
import { cp, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { readManifest } from '../../../native-models/compiler/manifest.ts';
import { listModels, removeModel } from '../../../native-models/compiler/modelStore.ts';
import { verifyModel } from '../../../native-models/compiler/verifyModel.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

type Folder = Awaited<ReturnType<typeof temporaryFolder>>;
let original: Folder;
let folder: Folder;
let model: string;
beforeAll(async () => {
  original = await temporaryFolder();
  await importCheckpoint({
    source: path.join(fixturesFolder, 'instructblip-t5'),
    modelsFolder: original.path,
    id: 'tiny',
  });
});
afterAll(() => original[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await temporaryFolder();
  model = path.join(folder.path, 'tiny');
  await cp(original.path, folder.path, { recursive: true });
});
afterEach(() => folder[Symbol.asyncDispose]());

async function editManifest(edit: (manifest: Record<string, unknown>) => void): Promise<void> {
  const file = path.join(model, 'model.json');
  const manifest: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'));
  edit(manifest);
  await writeFile(file, JSON.stringify(manifest));
}

describe('the list of models', () => {
  it('is empty where there is no folder yet', async () => {
    expect(await listModels(path.join(folder.path, 'none'))).toEqual([]);
  });

  it('names the models that cannot be used, and why, and passes over what is no model', async () => {
    await cp(model, path.join(folder.path, 'broken'), { recursive: true });
    await writeFile(path.join(folder.path, 'broken', 'model.json'), '{');
    await mkdir(path.join(folder.path, '.importing-half'));
    await writeFile(path.join(folder.path, 'notes.txt'), '');
    const models = await listModels(folder.path);
    expect(models.map(({ id }) => id)).toEqual(['broken', 'tiny']);
    expect(models[0]).toMatchObject({ error: { code: 'MODEL_MANIFEST_INVALID' } });
    expect(models[1]).toMatchObject({ manifest: { architecture: 'instructblip-t5', precision: 'fp32' } });
  });
});

describe('the manifest of a model', () => {
  it('gives its name', async () => {
    expect((await readManifest(model)).id).toBe('tiny');
  });
  it('is looked for in the folder of models only, and its absence is said', async () => {
    await expect(removeModel(folder.path, 'other')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(removeModel(folder.path, '../tiny')).rejects.toMatchObject({ code: 'MODEL_ID_INVALID' });
  });
  it('says when it was imported by a newer program', async () => {
    await editManifest((manifest) => {
      manifest.formatVersion = 99;
    });
    await expect(readManifest(model)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_NEWER' });
  });
});

describe('verifying', () => {
  it('passes an intact model and reads all of it', async () => {
    let last = { doneBytes: 0, totalBytes: 0 };
    const report = await verifyModel(model, { onProgress: (progress) => (last = progress) });
    expect(report.stages).toEqual(['vision', 'qformer', 'prefix', 'prefill', 'step', 'picture', 'picture features']);
    expect(last.doneBytes).toBe(last.totalBytes);
    expect(last.totalBytes).toBe(report.manifest.sizeBytes);
  });

  it.each(['vision_encoder.onnx', 'decoder.onnx.data', 'tokenizer.json'])(
    'finds one flipped bit in %s',
    async (name) => {
      await using handle = await open(path.join(model, name), 'r+');
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, 100);
      byte[0] = (byte[0] as number) ^ 1;
      await handle.write(byte, 0, 1, 100);
      await expect(verifyModel(model)).rejects.toMatchObject({ code: 'MODEL_DAMAGED', details: { name } });
    },
  );

  it('finds a missing file', async () => {
    await editManifest((manifest) => {
      manifest.files = [{ name: 'gone.onnx', sizeBytes: 1, sha256: '0'.repeat(64) }];
    });
    await expect(verifyModel(model)).rejects.toMatchObject({ code: 'MODEL_DAMAGED', details: { name: 'gone.onnx' } });
  });

  it('fails a model that computes something else than when it was imported, naming the stage', async () => {
    await editManifest((manifest) => {
      const stages = manifest.selfTest as { stage: string; norm: number }[];
      const qformer = stages.find(({ stage }) => stage === 'qformer');
      if (qformer !== undefined) qformer.norm *= 1.01;
    });
    await expect(verifyModel(model)).rejects.toMatchObject({
      code: 'MODEL_SELF_TEST_FAILED',
      details: { stage: 'qformer' },
    });
  });

  it.each([
    ['another mean', { mean: [0.4815, 0.4578275, 0.40821073] }],
    ['another deviation', { std: [0.5, 0.5, 0.5] }],
    ['levels that are not scaled', { rescaleFactor: 1 }],
  ])('fails a model that prepares pictures otherwise than when it was imported: %s', async (_, changes) => {
    await editManifest((manifest) => void Object.assign(manifest.image as object, changes));
    await expect(verifyModel(model)).rejects.toMatchObject({
      code: 'MODEL_SELF_TEST_FAILED',
      details: { stage: 'picture' },
    });
  });

  it('passes a model that was imported before pictures were part of the test', async () => {
    await editManifest((manifest) => {
      manifest.selfTest = (manifest.selfTest as { stage: string }[]).filter(
        ({ stage }) => !stage.startsWith('picture'),
      );
    });
    expect((await verifyModel(model)).stages).toEqual(['vision', 'qformer', 'prefix', 'prefill', 'step']);
  });

  it('stops when it is told to', async () => {
    await expect(verifyModel(model, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('removing', () => {
  it('removes the model and what is left of an unfinished import of its name', async () => {
    await mkdir(path.join(folder.path, '.importing-tiny'));
    await removeModel(folder.path, 'tiny');
    expect(await readdir(folder.path)).toEqual([]);
  });
  it('says when there is nothing to remove', async () => {
    await expect(removeModel(folder.path, 'other')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(await readdir(folder.path)).toEqual(['tiny']);
  });
});
