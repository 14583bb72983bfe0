/** @file Importing from the Hugging Face cache: which folders are understood, what the model is called, and that nothing stays linked. */
import { chmod, cp, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedModels } from '../../../main/library/models/installedModels.ts';
import { loadModel } from '../../../native-models/architectures/models.ts';
import { locateCheckpoint, shortName } from '../../../native-models/checkpoint/hubCache.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { defaultSessionSettings } from '../../../native-models/runtime/graphSession.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const revision = '0123456789abcdef0123456789abcdef01234567';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let repository: string;
let snapshot: string;
let modelsFolder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  repository = path.join(folder.path, 'hub/models--Salesforce--Tiny-Instruct');
  snapshot = path.join(repository, 'snapshots', revision);
  modelsFolder = path.join(folder.path, 'models');
});
afterEach(() => folder[Symbol.asyncDispose]());

/** The layout of `huggingface_hub`: contents in blobs, by their hashes and read-only, and links to them by their names. */
async function makeCache(fixture = 'instructblip-t5'): Promise<void> {
  const source = path.join(fixturesFolder, fixture);
  await mkdir(path.join(repository, 'blobs'), { recursive: true });
  await mkdir(path.join(repository, 'refs'));
  await writeFile(path.join(repository, 'refs/main'), revision);
  for (const [i, entry] of (await readdir(source, { recursive: true, withFileTypes: true })).entries()) {
    if (!entry.isFile()) continue;
    const file = path.relative(source, path.join(entry.parentPath, entry.name));
    const blob = path.join(repository, 'blobs', String(i));
    await cp(path.join(source, file), blob);
    await chmod(blob, 0o444);
    await mkdir(path.dirname(path.join(snapshot, file)), { recursive: true });
    await symlink(path.relative(path.dirname(path.join(snapshot, file)), blob), path.join(snapshot, file));
  }
}

describe('a repository in the cache', () => {
  it('is imported with its contents: the model runs when the cache is gone, and nothing in it is a link', async () => {
    await makeCache();
    const { id, source } = await importCheckpoint({ source: repository, modelsFolder });
    expect(id).toBe('tiny-instruct');
    expect(source).toMatchObject({ name: 'Salesforce/Tiny-Instruct', revision });
    const model = path.join(modelsFolder, id);
    for (const entry of await readdir(model, { recursive: true, withFileTypes: true }))
      expect([entry.name, entry.isSymbolicLink()]).toEqual([entry.name, false]);
    await rm(repository, { recursive: true });
    const { model: loaded } = await loadModel(model, defaultSessionSettings);
    await using running = loaded;
    expect(await running.selfTest()).toHaveLength(5);
  });

  it('is found from its folder, its snapshots and one of them, and called by the repository', async () => {
    await makeCache();
    const place = { folder: snapshot, name: 'Salesforce/Tiny-Instruct', revision };
    for (const source of [repository, path.dirname(snapshot), snapshot, `${snapshot}${path.sep}`])
      expect(await locateCheckpoint(source)).toEqual(place);
    expect(shortName(place)).toBe('Tiny-Instruct');
  });

  it('is taken at what refs/main names, not at the newest', async () => {
    await makeCache();
    await mkdir(path.join(repository, 'snapshots', 'ffff'));
    expect((await locateCheckpoint(repository)).revision).toBe(revision);
    expect((await locateCheckpoint(path.join(repository, 'snapshots', 'ffff'))).revision).toBe('ffff');
  });

  it('without refs/main is taken at its only revision, and refused where there are several', async () => {
    await makeCache();
    await rm(path.join(repository, 'refs'), { recursive: true });
    expect((await locateCheckpoint(repository)).revision).toBe(revision);
    await mkdir(path.join(repository, 'snapshots', 'ffff'));
    await expect(locateCheckpoint(repository)).rejects.toMatchObject({
      code: 'CHECKPOINT_NOT_A_CHECKPOINT',
      message: expect.stringContaining(`${revision}, ffff`),
    });
  });

  it('whose refs/main names what is not there, or a path elsewhere, is refused', async () => {
    await makeCache();
    for (const ref of ['eeee', '../../../elsewhere']) {
      await writeFile(path.join(repository, 'refs/main'), ref);
      await expect(locateCheckpoint(repository)).rejects.toMatchObject({
        message: expect.stringContaining('not ended'),
      });
    }
  });

  it('whose content was deleted says which file leads nowhere', async () => {
    await makeCache();
    await rm(path.join(repository, 'blobs'), { recursive: true });
    await expect(importCheckpoint({ source: repository, modelsFolder })).rejects.toMatchObject({
      message: expect.stringMatching(
        /is a link to a file that is not there\. Download it again|is missing\. Download it/,
      ),
    });
  });

  it('called as a bundled model is refused before anything is done', async () => {
    await makeCache();
    const bundled = path.join(folder.path, 'bundled');
    await cp(path.join(fixturesFolder, 'blip-caption'), path.join(bundled, 'tiny-instruct'), { recursive: true });
    const signal = new AbortController().signal;
    const request = { source: repository, id: undefined, precision: 'fp32', signal, onProgress: () => undefined };
    await expect(installedModels(modelsFolder, bundled).import(request)).rejects.toMatchObject({
      code: 'MODEL_ID_TAKEN',
    });
  });
});

it('a folder that is called like one of the cache, without its layout, is a folder like any other', async () => {
  await cp(path.join(fixturesFolder, 'blip-caption'), repository, { recursive: true });
  expect(await locateCheckpoint(repository)).toEqual({ folder: repository, name: path.basename(repository) });
  expect((await lstat(repository)).isDirectory()).toBe(true);
});
