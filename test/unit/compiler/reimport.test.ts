/** @file A model that was imported in float32 is what other precisions can be made of, without its checkpoint. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { type ModelManifest, readManifest } from '../../../native-models/compiler/manifest.ts';
import { writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const hashes = ({ files }: ModelManifest) => Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256]));

// the tables of Llama's positions are computed, T5 and BLIP share tensors between graphs
describe.each([
  ['instructblip-llama', 'int4'],
  ['instructblip-t5', 'int4'],
  ['instructblip-t5', 'fp16'],
  ['blip-caption', 'int4'],
] as const)('%s in %s', (fixture, precision) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let modelsFolder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    modelsFolder = path.join(folder.path, 'models');
    const source = path.join(folder.path, 'checkpoint');
    await writeEditedCheckpoint(fixture, source);
    await importCheckpoint({ source, modelsFolder, id: 'exact' });
    await importCheckpoint({ source, modelsFolder, id: 'direct', precision, measuresQuality: false });
    await rm(source, { recursive: true });
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('has the files, and says the source, that it would have had from the checkpoint', async () => {
    const source = path.join(modelsFolder, 'exact');
    const again = await importCheckpoint({ source, modelsFolder, id: 'again', precision, measuresQuality: false });
    const direct = await readManifest(path.join(modelsFolder, 'direct'));
    expect(again).toMatchObject({ precision, architecture: direct.architecture, source: direct.source });
    expect(hashes(again)).toEqual(hashes(direct));
  });

  it('cannot be made of a model that was rounded already', async () => {
    const source = path.join(modelsFolder, 'direct');
    await expect(importCheckpoint({ source, modelsFolder, id: 'no', precision: 'int8' })).rejects.toMatchObject({
      code: 'MODEL_PRECISION_UNSUPPORTED',
    });
  });
});
