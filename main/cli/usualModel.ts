/** @file The model that the person made the usual one in the library's settings, for commands that name none. */
import type { ModelKind } from '../../native-models/compiler/manifest.ts';
import { CatalogError } from '../library/catalog/catalogError.ts';
import type { ListedModel } from '../library/models/installedModels.ts';
import { readCatalog } from './openCatalog.ts';

/** Undefined where there is none, or where it is no longer installed: then the choice is as if nothing had been set. */
export async function usualModelId(
  libraryFolder: string,
  installed: readonly ListedModel[],
  kind: ModelKind = 'generator',
): Promise<string | undefined> {
  const id = await settingOf(libraryFolder, kind === 'generator' ? 'captionModelId' : 'matchingModelId');
  return installed.find((model) => model.id === id)?.id;
}

async function settingOf(libraryFolder: string, key: 'captionModelId' | 'matchingModelId'): Promise<string | null> {
  try {
    await using catalog = readCatalog(libraryFolder);
    return catalog?.settings.get(key) ?? null;
  } catch (error) {
    // Whoever needs the catalog for more will say what is wrong with it.
    if (error instanceof CatalogError) return null;
    throw error;
  }
}
