/** @file Compiles the demo checkpoint to the model that comes with Vignette, where that is missing or out of date. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { importCheckpoint } from '../native-models/compiler/importCheckpoint.ts';
import { contentHash, isFresh, stamp } from './freshness.ts';

const root = resolve(import.meta.dirname, '..');
const checkpoint = join(root, 'resources', 'demo-model', 'checkpoint');
const modelsFolder = join(root, 'resources', 'demo-model', 'compiled');
const id = 'demo';

/** @returns false when there was nothing to do */
export async function buildDemoModel(): Promise<boolean> {
  const hash = await contentHash([checkpoint, join(root, 'native-models')]);
  const stampFile = join(modelsFolder, '.made-from');
  if (await isFresh(stampFile, hash)) return false;
  await rm(modelsFolder, { recursive: true, force: true });
  await importCheckpoint({ source: checkpoint, modelsFolder, id, precision: 'fp32' });
  await stamp(stampFile, hash);
  return true;
}

if (import.meta.main) {
  console.log((await buildDemoModel()) ? 'The demo model was compiled.' : 'The demo model is up to date.');
}
