/** @file A model of InstructBLIP-Flan-T5-XL's real shapes and random weights: written, imported, removed when done. */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { instructBlipFlanT5Xl, instructBlipT5Shape } from './checkpointShapes.ts';
import { createMemoryLimit, type MemoryPeaks, MemoryWatch } from './processMemory.ts';
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

/** Needs about 26 GB of disk, in VIGNETTE_BENCH_DIR or the system's temporary folder. */
export async function importFullSizeModel(): Promise<ImportedModel> {
  const folder = await mkdtemp(path.join(process.env.VIGNETTE_BENCH_DIR ?? tmpdir(), 'vignette-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const checkpointFolder = path.join(folder, 'checkpoint');
    process.stderr.write('writing a random checkpoint of InstructBLIP-Flan-T5-XL’s shapes in bf16 …\n');
    const shape = instructBlipT5Shape(instructBlipFlanT5Xl);
    const checkpointBytes = await writeRandomCheckpoint(checkpointFolder, shape, { dtype: 'bf16', seed: 1 });
    process.stderr.write('importing it …\n');
    const imported = await importInChild(checkpointFolder, path.join(folder, 'models'));
    const modelFolder = path.join(folder, 'models', 'full-size');
    return { checkpointFolder, checkpointBytes, modelFolder, ...imported, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function importInChild(source: string, modelsFolder: string) {
  await using limit = await createMemoryLimit(importLimitBytes);
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
  child.send({ source, modelsFolder, id: 'full-size' });
  const result = await promise;
  child.disconnect();
  await ended;
  return { ...result, peaks: watch.peaks, limited: limit !== undefined };
}
