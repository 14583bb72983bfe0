/** @file What a model is called where the person gives no name. Any process. */
import { locateCheckpoint, shortName } from '../checkpoint/hubCache.ts';
import { isPack, openPack } from '../packs/openPack.ts';
import type { ImportOptions } from './importCheckpoint.ts';
import { idFromName } from './modelStore.ts';

/** As the import would call it. @throws CheckpointError, ModelError */
export async function idOfSource({ source, adapter }: Pick<ImportOptions, 'source' | 'adapter'>): Promise<string> {
  if (await isPack(source)) {
    await using pack = await openPack(source);
    return pack.manifest.id;
  }
  const name = shortName(await locateCheckpoint(source));
  return idFromName(adapter === undefined ? name : `${name}-${shortName(await locateCheckpoint(adapter))}`);
}
