/** @file What the library's settings say, for commands that are told nothing else: the default model above all. */
import type { ModelKind } from '../../native-models/compiler/manifest.ts';
import { CatalogError } from '../library/catalog/catalogError.ts';
import type { SettingKey, SettingValue } from '../library/catalog/settings.ts';
import type { ListedModel } from '../library/models/installedModels.ts';
import { readCatalog } from './openCatalog.ts';

/** Undefined where there is none, or where it is no longer installed: then the choice is as if nothing had been set. */
export async function defaultModelId(
  libraryFolder: string,
  installed: readonly ListedModel[],
  kind: ModelKind = 'generator',
): Promise<string | undefined> {
  const id = await storedSetting(libraryFolder, kind === 'generator' ? 'captionModelId' : 'matchingModelId');
  return installed.find((model) => model.id === id)?.id;
}

/** Undefined where there is no library yet, or where it cannot be read. */
export async function storedSetting<Key extends SettingKey>(
  libraryFolder: string,
  key: Key,
): Promise<SettingValue<Key> | undefined> {
  try {
    await using catalog = readCatalog(libraryFolder);
    return catalog?.settings.get(key);
  } catch (error) {
    // Whoever needs the catalog for more will say what is wrong with it.
    if (error instanceof CatalogError) return undefined;
    throw error;
  }
}
