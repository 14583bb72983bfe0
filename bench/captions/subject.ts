/** @file The models that `npm run bench captions` compares with the reference: the bundled one, or one of full size and random weights. */
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compilerVersion, readManifest } from '../../native-models/compiler/manifest.ts';
import { pathExists } from '../../native-models/foreignFile.ts';
import type { Precision } from '../../native-models/quantization/precision.ts';
import { importInChild, writeFullSizeCheckpoint } from '../fullSizeModel.ts';
import { demoName } from './captionsOptions.ts';

/** A checkpoint that both sides run. Disposing of it removes what is not kept. */
export interface Subject extends AsyncDisposable {
  readonly name: string;
  readonly checkpointFolder: string;
  readonly checkpointBytes: number;
  /** The folder of the compiled model. */
  compiled(precision: Precision): Promise<CompiledModel>;
}

export interface CompiledModel {
  readonly folder: string;
  readonly sizeBytes: number;
}

/**
 * Of full size, needs the checkpoint's size on disk, and each precision's.
 * @param keep a folder for checkpoints and compiled models, which are used again when they are there
 */
export async function openSubject(name: string, keep: string | undefined): Promise<Subject> {
  const folder =
    keep === undefined
      ? await mkdtemp(path.join(process.env.VIGNETTE_BENCH_DIR ?? tmpdir(), 'vignette-bench-'))
      : path.resolve(keep, name);
  const remove = async () => {
    if (keep === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const checkpointFolder = name === demoName ? demoCheckpoint : await fullSizeCheckpoint(name, folder);
    return {
      name,
      checkpointFolder,
      checkpointBytes: await weightsSize(checkpointFolder),
      compiled: (precision) => compile(checkpointFolder, path.join(folder, 'models'), precision),
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

const demoCheckpoint = path.join(import.meta.dirname, '../../resources/demo-model/checkpoint');

async function fullSizeCheckpoint(name: string, folder: string): Promise<string> {
  const finished = path.join(folder, 'checkpoint');
  if (await pathExists(finished)) return finished;
  const unfinished = path.join(folder, 'unfinished-checkpoint');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFullSizeCheckpoint(name, unfinished);
  await rename(unfinished, finished);
  return finished;
}

async function compile(source: string, modelsFolder: string, precision: Precision): Promise<CompiledModel> {
  const folder = path.join(modelsFolder, precision);
  const kept = (await pathExists(folder)) ? await readManifest(folder) : undefined;
  if (kept?.compilerVersion === compilerVersion) return { folder, sizeBytes: kept.sizeBytes };
  await rm(folder, { recursive: true, force: true });
  process.stderr.write(`importing it in ${precision} …\n`);
  const { modelBytes } = await importInChild({
    source,
    modelsFolder,
    id: precision,
    precision,
    measuresQuality: false,
  });
  return { folder, sizeBytes: modelBytes };
}

async function weightsSize(folder: string): Promise<number> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(path.join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
