/** @file The folder of compiled models: which there are, and removing one. */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type SerializedError, serializeError } from '../errors.ts';
import { pathExists } from '../pathExists.ts';
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

/** All models, sorted by name. A folder that does not exist holds none. */
export async function listModels(modelsFolder: string): Promise<InstalledModel[]> {
  const names = await readdir(modelsFolder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const ids = names.filter((entry) => entry.isDirectory() && idPattern.test(entry.name)).map((entry) => entry.name);
  return Promise.all(ids.sort().map((id) => inspect(path.join(modelsFolder, id), id)));
}

/** @throws ModelError MODEL_NOT_FOUND, or what is wrong with its manifest */
export async function findModel(
  modelsFolder: string,
  id: string,
): Promise<{ id: string; folder: string; manifest: ModelManifest }> {
  assertModelId(id);
  const folder = path.join(modelsFolder, id);
  if (
    !(await stat(folder).then(
      (s) => s.isDirectory(),
      () => false,
    ))
  ) {
    throw new ModelError('MODEL_NOT_FOUND', `There is no model called ${id}.`, { id });
  }
  return { id, folder, manifest: await readManifest(folder) };
}

/** Removes a model, and what is left of an unfinished import of that name. @throws ModelError MODEL_NOT_FOUND */
export async function removeModel(modelsFolder: string, id: string): Promise<void> {
  assertModelId(id);
  const working = workingFolderOf(modelsFolder, id);
  const hadWorking = await pathExists(working);
  await rm(working, { recursive: true, force: true });
  // renamed first: a removal that is interrupted leaves no half model under its name
  const doomed = path.join(modelsFolder, `.removing-${id}`);
  await mkdir(modelsFolder, { recursive: true });
  await rm(doomed, { recursive: true, force: true });
  try {
    await rename(path.join(modelsFolder, id), doomed);
  } catch (cause) {
    if (hadWorking) return;
    throw new ModelError('MODEL_NOT_FOUND', `There is no model called ${id}.`, { id }, cause);
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
