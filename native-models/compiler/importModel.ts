/** @file Imports whatever holds a model: a packed one, a published checkpoint, or a model that was imported before. */
import { importPack } from '../packs/importPack.ts';
import { isPack } from '../packs/openPack.ts';
import { importCheckpoint } from './importCheckpoint.ts';
import type { ImportOptions } from './importOptions.ts';
import type { ModelManifest } from './manifest.ts';
import { ModelError } from './modelError.ts';

/** @throws as `importPack` and `importCheckpoint` */
export async function importModel(options: ImportOptions): Promise<ModelManifest> {
  if (!(await isPack(options.source))) return await importCheckpoint(options);
  if (options.adapter === undefined && options.base === undefined) return await importPack(options);
  throw new ModelError(
    'MODEL_PRECISION_UNSUPPORTED',
    'A packed model is compiled already. Import it first; where it is in fp32, an adapter can be merged into it then, by its name.',
    { source: options.source },
  );
}
