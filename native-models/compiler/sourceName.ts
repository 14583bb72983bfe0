/** @file What a model is called where the person gives no name. Any process. */
import { locateCheckpoint, shortName } from '../checkpoint/hubCache.ts';
import { isPack, openPack } from '../packs/openPack.ts';
import { idFromName } from './modelStore.ts';

/** As the import would call it. @throws CheckpointError, ModelError */
export async function idOfSource(source: string): Promise<string> {
  if (!(await isPack(source))) return idFromName(shortName(await locateCheckpoint(source)));
  await using pack = await openPack(source);
  return pack.manifest.id;
}
