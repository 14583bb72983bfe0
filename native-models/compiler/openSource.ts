/** @file Opens what a person wants a model made of, whichever kind it is. Compiler only. */
import path from 'node:path';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { locateCheckpoint } from '../checkpoint/hubCache.ts';
import { pathExists } from '../foreignFile.ts';
import { openArrivingSource, openPublishedSource, openResearchSource, withAdapter } from './checkpointSource.ts';
import type { ImportOptions } from './importOptions.ts';
import { openInstalledSource } from './installedSource.ts';
import { manifestName } from './manifest.ts';
import type { ModelSource } from './modelSource.ts';
import { isTrainingFile } from './sourceName.ts';

type SourceOptions = Pick<ImportOptions, 'source' | 'base' | 'arrivals' | 'adapter' | 'signal'>;

/** @throws CheckpointError, ModelError what is wrong with the checkpoint, the model or the adapter */
export async function openSource(options: SourceOptions): Promise<ModelSource> {
  const base = await openBase(options);
  if (options.adapter === undefined) return base;
  try {
    return await withAdapter(base, options.adapter);
  } catch (error) {
    await base[Symbol.asyncDispose]();
    throw error;
  }
}

async function openBase({ source, base, arrivals, signal }: SourceOptions): Promise<ModelSource> {
  if (await isTrainingFile(source)) return await openResearchSource(source, base);
  if (base !== undefined) {
    const message = '--base goes with a file of weights (.pth); a checkpoint folder needs none.';
    throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', message, { source, base });
  }
  const place = await locateCheckpoint(source);
  if (arrivals !== undefined) return await openArrivingSource(place, arrivals);
  const isInstalled = await pathExists(path.join(place.folder, manifestName));
  return isInstalled ? await openInstalledSource(place.folder, signal) : await openPublishedSource(place);
}
