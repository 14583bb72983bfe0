/**
 * @file The quality that an import measures and keeps: a model with a layer that four bits ruin gets that layer in eight,
 * and model.json says so.
 */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import type { ImportOptions, ImportProgress } from '../../native-models/compiler/importOptions.ts';
import { readManifest } from '../../native-models/compiler/manifest.ts';
import { verifyModel } from '../../native-models/compiler/verifyModel.ts';
import { addCancellingValues } from '../support/cancellingCheckpoint.ts';
import { demoCheckpoint } from '../support/demoAnswerer.ts';
import { writeEditedCheckpoint } from '../support/editedCheckpoint.ts';
import { fixturesFolder } from '../support/referenceFixture.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../support/smallDisk.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const machine = vi.hoisted(() => ({ memoryBytes: 16e9 }));
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  totalmem: () => machine.memoryBytes,
}));

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const place = (name: string) => path.join(folder.path, name);
const imported = (source: string, id: string, options: Pick<ImportOptions, 'signal' | 'onProgress'> = {}) =>
  importCheckpoint({ source, modelsFolder: folder.path, id, precision: 'int4', ...options });

beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

describe('a quantized model', () => {
  it('is compared with float32, and the comparison kept; nothing of the float32 model is', async () => {
    const { quality } = await imported(demoCheckpoint, 'plain');
    if (quality?.type !== 'measured') throw new Error('it was not measured');
    expect(quality.predictions).toBeGreaterThan(200);
    expect(quality.equal / quality.predictions).toBeGreaterThan(0.98);
    expect(quality.maxLogitDifference).toBeGreaterThan(0.1);
    expect(quality.meanKlDivergence).toBeGreaterThan(1e-5);
    expect(quality.meanKlDivergence).toBeLessThan(0.01);
    expect(quality.wideLayers).toEqual([]);
    expect((await readManifest(place('plain'))).quality).toEqual(quality);
    expect(await readdir(place('plain'))).not.toContain('float32');
  });

  it('is the same when it is made of the installed float32 model', async () => {
    await importCheckpoint({ source: demoCheckpoint, modelsFolder: folder.path, id: 'exact' });
    const again = await imported(place('exact'), 'again');
    const { quality, files } = await readManifest(place('plain'));
    expect(again.quality).toEqual(quality);
    expect(again.files).toEqual(files);
  });

  it('gets eight bits in the one layer that four bits ruin', async () => {
    let ruined = '';
    await writeEditedCheckpoint(demoCheckpoint, place('checkpoint'), {
      edit(tensors) {
        ruined = addCancellingValues(tensors, { layer: 1, factor: 64 });
      },
    });
    const manifest = await imported(place('checkpoint'), 'widened');
    expect(manifest.quality).toMatchObject({ type: 'measured', wideLayers: [{ graph: 'decoder', layers: [ruined] }] });
    if (manifest.quality?.type !== 'measured') throw new Error('it was not measured');
    const { confident, confidentEqual } = manifest.quality;
    expect(confidentEqual / confident).toBeGreaterThan(0.96);
    // the files and values of model.json are those of the widened model
    await verifyModel(place('widened'));
    expect(await readdir(place('widened'))).not.toContain('import.jsonl');
  });

  it.skipIf(!canMakeSmallDisks)('stays as its precision says where the disk has no room for wider layers', async () => {
    await writeEditedCheckpoint(demoCheckpoint, place('damaging'), {
      edit(tensors) {
        addCancellingValues(tensors, { layer: 1, factor: 64 });
      },
    });
    // the float32 model lies elsewhere: compared beside this one, it would take more room than the wider layers
    await importCheckpoint({ source: place('damaging'), modelsFolder: folder.path, id: 'floats' });
    await using disk = await makeSmallDisk(11);
    const manifest = await importCheckpoint({
      source: place('floats'),
      modelsFolder: disk.path,
      id: 'narrow',
      precision: 'int4',
    });
    expect(manifest.quality).toMatchObject({ type: 'measured', wideLayers: [], lacksRoom: true });
    await verifyModel(path.join(disk.path, 'narrow'));
  });

  it('is not compared where float32 would not fit in memory, and says what it needs', async () => {
    const source = path.join(fixturesFolder, 'blip-caption');
    const stop = new AbortController();
    const onProgress = ({ stage }: ImportProgress) => {
      if (stage === 'measure') stop.abort();
    };
    await expect(imported(source, 'large', { signal: stop.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
    // as when it is killed meanwhile
    await mkdir(path.join(place('.importing-large'), 'float32'));
    machine.memoryBytes = 1e6;
    try {
      const { quality } = await imported(source, 'large');
      if (quality?.type !== 'unmeasured') throw new Error('it was measured');
      expect(quality.lacks).toBe('memory');
      expect(quality.neededBytes).toBeGreaterThan(1e6);
      expect(await readdir(place('large'))).not.toContain('float32');
    } finally {
      machine.memoryBytes = 16e9;
    }
  });

  it('that matches texts with pictures is compared by its verdicts', async () => {
    const { quality } = await imported(path.join(fixturesFolder, 'blip-itm'), 'matching');
    expect(quality).toMatchObject({ type: 'measured', pictures: 8, predictions: 24 });
  });
});
