/** @file The models of a library, for commands that name them and change them. */
import { libraryPlaces } from '../library/files/libraryPlaces.ts';
import { changeModels } from '../library/models/changeModels.ts';
import { ModelChoiceError } from '../library/models/chooseModel.ts';
import type { InstalledModels, ListedModel } from '../library/models/installedModels.ts';
import { PhotoFeatures } from '../library/models/photoFeatures.ts';

/** @throws ModelChoiceError MODEL_NOT_FOUND */
export function modelOf(models: readonly ListedModel[], id: string): ListedModel {
  const model = models.find((candidate) => candidate.id === id);
  if (model === undefined) {
    throw new ModelChoiceError('MODEL_NOT_FOUND', `There is no model named ${id}.`, { details: { id } });
  }
  return model;
}

export function modelJson({ id, folder, bundled, facts, problem }: ListedModel): Record<string, unknown> {
  const source = facts === undefined ? {} : { source: { name: facts.sourceName, sha256: facts.sourceSha256 } };
  const { kind, architecture, precision, quality, sizeBytes } = facts ?? {};
  return { id, folder, bundled, kind, architecture, precision, quality, sizeBytes, ...source, error: problem };
}

/** Features that a model made of photos go with it; no process need have the library open for that. */
export async function changeLibraryModels<Result>(
  libraryFolder: string,
  models: InstalledModels,
  change: () => Promise<Result>,
): Promise<Result> {
  const { features: folder } = libraryPlaces(libraryFolder);
  const features = new PhotoFeatures({ folder, maxBytes: () => 0, isKnown: () => true });
  return await changeModels({ models, features }, change);
}
