/** @file A published model's real shapes with random weights: written, imported, removed when done. */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ImportOptions } from '../native-models/compiler/importOptions.ts';
import { createMemoryLimit, type MemoryPeaks, MemoryWatch } from './processMemory.ts';
import { publishedModel } from './publishedModels.ts';
import { writeRandomCheckpoint } from './randomCheckpoint.ts';

/** What importing may take. */
export const importLimitBytes = 1 << 30;

export interface ImportedModel extends AsyncDisposable {
  readonly checkpointFolder: string;
  readonly checkpointBytes: number;
  readonly modelFolder: string;
  readonly modelBytes: number;
  readonly importMs: number;
  readonly peaks: MemoryPeaks;
  /** Whether the import ran in a control group that allowed it `importLimitBytes` in all. */
  readonly limited: boolean;
}

/** Needs three times the checkpoint's size on disk (Flan-T5-XL: 26 GB), in VIGNETTE_BENCH_DIR or the temporary folder. */
export async function importFullSizeModel(name: string): Promise<ImportedModel> {
  const folder = await mkdtemp(path.join(process.env.VIGNETTE_BENCH_DIR ?? tmpdir(), 'vignette-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const checkpointFolder = path.join(folder, 'checkpoint');
    const checkpointBytes = await writeFullSizeCheckpoint(name, checkpointFolder);
    process.stderr.write('importing it …\n');
    const modelsFolder = path.join(folder, 'models');
    const imported = await importInChild({ source: checkpointFolder, modelsFolder, id: 'full-size' }, importLimitBytes);
    const modelFolder = path.join(modelsFolder, 'full-size');
    return { checkpointFolder, checkpointBytes, modelFolder, ...imported, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Of random weights, in bf16. @returns the size of its weights in bytes */
export async function writeFullSizeCheckpoint(name: string, folder: string): Promise<number> {
  process.stderr.write(`writing a random checkpoint of ${name}’s shapes in bf16 …\n`);
  const { shape, tokenizerFolder } = publishedModel(name);
  return await writeRandomCheckpoint(folder, shape, { dtype: 'bf16', seed: 1, tokenizerFolder });
}

/** Imports in another process, and watches the memory that it takes. @param limitBytes the most that it is allowed */
export async function importInChild(
  options: Pick<ImportOptions, 'source' | 'modelsFolder' | 'id' | 'precision' | 'measuresQuality'>,
  limitBytes?: number,
) {
  await using limit = limitBytes === undefined ? undefined : await createMemoryLimit(limitBytes);
  const child = fork(new URL('./importChild.ts', import.meta.url));
  if (child.pid === undefined) throw new Error('the import could not be started');
  await limit?.add(child.pid);
  using watch = new MemoryWatch(child.pid);
  const { promise, resolve, reject } = Promise.withResolvers<{ importMs: number; modelBytes: number }>();
  child.once('message', (message) => resolve(message as { importMs: number; modelBytes: number }));
  const ended = new Promise<void>((done) =>
    child.once('exit', (code, signal) => {
      reject(new Error(`the import ended with ${signal ?? code}`));
      done();
    }),
  );
  child.send(options);
  const result = await promise;
  child.disconnect();
  await ended;
  return { ...result, peaks: watch.peaks, limited: limit !== undefined };
}
