/** @file The folder of compiled models: which there are, and removing one. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type SerializedError, serializeError } from '../errors.ts';
import { pathExists } from '../foreignFile.ts';
import { type ModelManifest, readManifest } from './manifest.ts';
import { ModelError } from './modelError.ts';

/** A model folder; `error` says why it cannot be used. */
export type InstalledModel =
  | { readonly id: string; readonly folder: string; readonly manifest: ModelManifest }
  | { readonly id: string; readonly folder: string; readonly error: SerializedError };

const idPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** @throws ModelError MODEL_ID_INVALID */
export function assertModelId(id: string): void {
  if (!idPattern.test(id)) {
    throw new ModelError(
      'MODEL_ID_INVALID',
      `"${id}" cannot be a model's name: use up to 64 of a-z, 0-9, dot, dash and underscore.`,
      { id },
    );
  }
}

/** The model's name where the person gives none, from what its publisher calls it. */
export function idFromName(name: string): string {
  const id = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return id === '' ? 'model' : id.slice(0, 64);
}

/** Where a model is put together before it gets its name. */
export function workingFolderOf(modelsFolder: string, id: string): string {
  return path.join(modelsFolder, `.importing-${id}`);
}

/** Where a model waits while another one takes its name. */
function replacedFolderOf(modelsFolder: string, id: string): string {
  return path.join(modelsFolder, `${replacedPrefix}${id}`);
}

const replacedPrefix = '.replaced-';

/** @param isReplaced whether a model of this name is to go @throws ModelError MODEL_ID_INVALID, MODEL_ID_TAKEN */
export async function assertNameFree(modelsFolder: string, id: string, isReplaced: boolean): Promise<void> {
  assertModelId(id);
  if (isReplaced || !(await pathExists(path.join(modelsFolder, id)))) return;
  const message = `There is already a model called ${id}. Remove it first, replace it, or choose another name with --id.`;
  throw new ModelError('MODEL_ID_TAKEN', message, { id });
}

/**
 * Gives the model in the working folder its name. A model that has it (`assertNameFree` was asked) gives way only now; a
 * crash between the two steps is put right by `listModels`.
 */
export async function placeModel(modelsFolder: string, id: string): Promise<void> {
  const target = path.join(modelsFolder, id);
  const replaced = replacedFolderOf(modelsFolder, id);
  for (let attempts = 1; ; attempts += 1) {
    await rm(replaced, { recursive: true, force: true });
    await rename(target, replaced).catch(ignoreMissing);
    try {
      await rename(workingFolderOf(modelsFolder, id), target);
      break;
    } catch (error) {
      // Whoever lists the models at this moment gives the old one its name back.
      if (attempts < 3 && (await pathExists(target))) continue;
      await rename(replaced, target).catch(ignoreMissing);
      throw error;
    }
  }
  await rm(replaced, { recursive: true, force: true });
}

/** A model whose place nothing took: whoever was to replace it was ended at the wrong moment. */
async function restoreReplaced(modelsFolder: string): Promise<void> {
  const names = await readdir(modelsFolder).catch(ignoreMissing);
  for (const name of names?.filter((one) => one.startsWith(replacedPrefix)) ?? []) {
    const id = name.slice(replacedPrefix.length);
    if (!(await pathExists(path.join(modelsFolder, id)))) {
      await rename(path.join(modelsFolder, name), path.join(modelsFolder, id)).catch(ignoreMissing);
    }
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** All models, sorted by name. A folder that does not exist holds none. */
export async function listModels(modelsFolder: string): Promise<InstalledModel[]> {
  await restoreReplaced(modelsFolder);
  const names = (await readdir(modelsFolder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
  const ids = names.filter((entry) => entry.isDirectory() && idPattern.test(entry.name)).map((entry) => entry.name);
  return Promise.all(ids.sort().map((id) => inspect(path.join(modelsFolder, id), id)));
}

/** Removes a model, and what is left of an unfinished import of that name. @throws ModelError MODEL_NOT_FOUND */
export async function removeModel(modelsFolder: string, id: string): Promise<void> {
  assertModelId(id);
  const working = workingFolderOf(modelsFolder, id);
  const hadWorking = await pathExists(working);
  await rm(working, { recursive: true, force: true });
  await rm(replacedFolderOf(modelsFolder, id), { recursive: true, force: true });
  // renamed first: a removal that is interrupted leaves no half model under its name
  const doomed = path.join(modelsFolder, `.removing-${id}`);
  await mkdir(modelsFolder, { recursive: true });
  await rm(doomed, { recursive: true, force: true });
  try {
    await rename(path.join(modelsFolder, id), doomed);
  } catch (cause) {
    if (hadWorking) return;
    throw new ModelError('MODEL_NOT_FOUND', `There is no model named ${id}.`, { id }, cause);
  }
  await rm(doomed, { recursive: true, force: true });
}

async function inspect(folder: string, id: string): Promise<InstalledModel> {
  try {
    return { id, folder, manifest: await readManifest(folder) };
  } catch (error) {
    return { id, folder, error: serializeError(error) };
  }
}
