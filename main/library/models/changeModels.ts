/** @file Imports and removes models: features that no model can use any more go at once. Main process and CLI. */
import type { InstalledModels } from './installedModels.ts';
import type { PhotoFeatures } from './photoFeatures.ts';

export interface ModelsWithFeatures {
  readonly models: Pick<InstalledModels, 'list'>;
  readonly features: Pick<PhotoFeatures, 'forgetModel'>;
}

/**
 * Returns what `change` returns. A model that was imported again under its name is another one, whose features the old one's
 * are not; where a model of another name is the same, they stay.
 * @throws what `change` threw
 */
export async function changeModels<T>({ models, features }: ModelsWithFeatures, change: () => Promise<T>): Promise<T> {
  const before = await featureKeys(models);
  const result = await change();
  const gone = before.difference(await featureKeys(models));
  for (const key of gone) await features.forgetModel(key);
  return result;
}

async function featureKeys(models: Pick<InstalledModels, 'list'>): Promise<ReadonlySet<string>> {
  return new Set((await models.list()).flatMap(({ facts }) => (facts === undefined ? [] : [facts.featuresKey])));
}
