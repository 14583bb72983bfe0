/** @file What a model is called where the person gives no name. Any process. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { locateCheckpoint, shortName } from '../checkpoint/hubCache.ts';
import { isTrainingFileName } from '../checkpoint/research/researchNames.ts';
import { isPack, openPack } from '../packs/openPack.ts';
import type { ImportOptions } from './importOptions.ts';
import { idFromName } from './modelStore.ts';

/** As the import would call it. @throws CheckpointError, ModelError */
export async function idOfSource({ source, adapter }: Pick<ImportOptions, 'source' | 'adapter'>): Promise<string> {
  if (await isPack(source)) {
    await using pack = await openPack(source);
    return pack.manifest.id;
  }
  const isFile = await isTrainingFile(source);
  const name = isFile ? path.parse(source).name : shortName(await locateCheckpoint(source));
  return idFromName(adapter === undefined ? name : `${name}-${shortName(await locateCheckpoint(adapter))}`);
}

/** Whether it is a file that is called like those that training scripts save. */
export async function isTrainingFile(source: string): Promise<boolean> {
  if (!isTrainingFileName(source)) return false;
  return (await stat(source).catch(() => undefined))?.isFile() === true;
}
