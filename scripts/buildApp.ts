/** @file Builds the application into out/, where that is missing or older than its sources. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'electron-vite';
import { contentHash, isFresh, stamp } from './freshness.ts';

const root = resolve(import.meta.dirname, '..');
const madeFrom = [
  'main',
  'preload',
  'renderer',
  'native-models',
  'resources/messages',
  'schemas',
  'electron.vite.config.ts',
  'scripts/bundledPackages.ts',
  'svelte.config.js',
  'package-lock.json',
];

/** @returns false when there was nothing to do */
export async function buildApp(): Promise<boolean> {
  const hash = await contentHash(madeFrom.map((path) => join(root, path)));
  const stampFile = join(root, 'out', '.made-from');
  if (await isFresh(stampFile, hash)) return false;
  // First, so that a build that fails half-way is not taken for the one before.
  await rm(stampFile, { force: true });
  await build({ root, logLevel: 'warn', configFile: join(root, 'electron.vite.config.ts') });
  await stamp(stampFile, hash);
  return true;
}

if (import.meta.main) console.log((await buildApp()) ? 'Built into out/.' : 'out/ is up to date.');
