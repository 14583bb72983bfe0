/** @file Compiles the demo checkpoints to the models that come with Vignette, where these are missing or out of date. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { importCheckpoint } from '../native-models/compiler/importCheckpoint.ts';
import { contentHash, isFresh, stamp } from './freshness.ts';

const root = resolve(import.meta.dirname, '..');
const demoFolder = join(root, 'resources', 'demo-model');
const modelsFolder = join(demoFolder, 'compiled');

/** The checkpoints, by the name of the model that each becomes: one writes, the other scores. */
const checkpoints = {
  demo: join(demoFolder, 'checkpoint'),
  'demo-matching': join(demoFolder, 'matching'),
};

/** @returns false when there was nothing to do */
export async function buildDemoModel(): Promise<boolean> {
  const hash = await contentHash([...Object.values(checkpoints), join(root, 'native-models')]);
  const stampFile = join(modelsFolder, '.made-from');
  if (await isFresh(stampFile, hash)) return false;
  await rm(modelsFolder, { recursive: true, force: true });
  for (const [id, source] of Object.entries(checkpoints)) await importCheckpoint({ source, modelsFolder, id });
  await stamp(stampFile, hash);
  return true;
}

if (import.meta.main) {
  console.log((await buildDemoModel()) ? 'The demo models were compiled.' : 'The demo models are up to date.');
}
