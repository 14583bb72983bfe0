/**
 * @file What the float32 form of a model that is being quantized predicts: of the installed model that it is made from, or
 * compiled beside it for as long as that takes. Compiler only.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import { loadAnyModel } from '../architectures/models.ts';
import { readForeignFile } from '../foreignFile.ts';
import { writeModel } from '../onnx/modelWriter.ts';
import { defaultSessionSettings } from '../runtime/graphSession.ts';
import { maxTokenizerFileBytes } from '../tokenizers/tokenizerFile.ts';
import { type ModelGraph, weightBytes } from './compileGraphs.ts';
import { compilerVersion, type ModelManifest, writeManifest } from './manifest.ts';
import { freeBytes, isDiskFull } from './modelError.ts';
import { type Predictions, predict } from './predictions.ts';
import type { Quality } from './quality.ts';

/** The share of a machine's memory that float32 weights may take: beyond it, they are read from the disk for every token. */
const memoryShare = 0.5;

export interface FloatModel {
  /** Where the model is installed, if it is. */
  readonly installed: string | undefined;
  readonly graphs: readonly ModelGraph[];
  /** Of the quantized model, whose folder `working` holds the tokenizers, too. */
  readonly manifest: ModelManifest;
  readonly working: string;
  readonly signal?: AbortSignal | undefined;
}

/** Where the float32 model lies meanwhile; an import that was killed leaves it. */
export function floatFolderOf(working: string): string {
  return path.join(working, 'float32');
}

/** The predictions, or what the machine lacks for them. */
export async function floatPredictions(
  model: FloatModel,
): Promise<Predictions | Extract<Quality, { type: 'unmeasured' }>> {
  const { installed, graphs, working, signal } = model;
  const weightsBytes = graphs.reduce((sum, { graph }) => sum + weightBytes(graph), 0);
  const memoryBytes = weightsBytes / memoryShare;
  if (memoryBytes > totalmem()) return { type: 'unmeasured', lacks: 'memory', neededBytes: memoryBytes };
  if (installed !== undefined) return await predictIn(installed, signal);
  const withoutDisk = { type: 'unmeasured', lacks: 'disk', neededBytes: weightsBytes } as const;
  if (weightsBytes > (await freeBytes(working))) return withoutDisk;
  const folder = floatFolderOf(working);
  try {
    await compileFloat(model, folder);
    return await predictIn(folder, signal);
  } catch (error) {
    // something else has filled the disk meanwhile
    if (isDiskFull(error)) return withoutDisk;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compileFloat({ graphs, manifest, working, signal }: FloatModel, folder: string): Promise<void> {
  for (const { name } of manifest.files.filter((file) => file.name.endsWith('.json'))) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    const content = await readForeignFile(path.join(working, name), maxTokenizerFileBytes);
    await writeFile(path.join(folder, name), content);
  }
  for (const { graph } of graphs) await writeModel(graph, folder, compilerVersion, { signal });
  await writeManifest(folder, { ...manifest, precision: 'fp32' });
}

async function predictIn(folder: string, signal: AbortSignal | undefined): Promise<Predictions> {
  const loaded = await loadAnyModel(folder, defaultSessionSettings);
  await using _ = loaded.model;
  return await predict(loaded, undefined, signal);
}
