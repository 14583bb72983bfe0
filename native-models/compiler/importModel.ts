/** @file Imports whatever holds a model: a packed one, a published checkpoint, or a model that was imported before. */
import { importPack } from '../packs/importPack.ts';
import { isPack } from '../packs/openPack.ts';
import { type ImportOptions, importCheckpoint } from './importCheckpoint.ts';
import type { ModelManifest } from './manifest.ts';

/** @throws as `importPack` and `importCheckpoint` */
export async function importModel(options: ImportOptions): Promise<ModelManifest> {
  return (await isPack(options.source)) ? await importPack(options) : await importCheckpoint(options);
}
