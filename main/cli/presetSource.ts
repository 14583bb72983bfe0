/** @file The presets for a command that only needs to know them: from the catalog, where there is one. */
import { existsSync } from 'node:fs';
import { CatalogError } from '../library/catalog/catalogError.ts';
import { type ListedPreset, presetCalled, presetsBeside } from '../library/prompting/presetList.ts';
import { presetsFile } from '../library/prompting/presetsFile.ts';
import type { CliContext } from './cliContext.ts';
import { ownCatalog, readCatalog } from './openCatalog.ts';
import type { Terminal } from './terminal.ts';

/** Whatever knows presets by their name. */
export interface PresetSource {
  find(name: string): ListedPreset | Promise<ListedPreset>;
}

export interface PresetPlace {
  readonly libraryFolder: string;
  readonly context: CliContext;
  readonly terminal: Terminal;
}

/** Reads nothing before it is asked. */
export function presetSource(place: PresetPlace): PresetSource {
  return { find: async (name) => presetCalled(name, await listPresets(place)) };
}

export async function listPresets(place: PresetPlace): Promise<ListedPreset[]> {
  if (existsSync(presetsFile(place.libraryFolder))) await takeOver(place);
  await using catalog = readCatalog(place.libraryFolder);
  return catalog?.presets.list() ?? presetsBeside(new Map());
}

/** Whoever opens the catalog to work with it takes over the file of presets from before there was one. */
async function takeOver({ libraryFolder, context, terminal }: PresetPlace): Promise<void> {
  try {
    await using _catalog = await ownCatalog({ libraryFolder, context, terminal, command: 'presets' });
  } catch (error) {
    // The process that has it did so already.
    if (!(error instanceof CatalogError && error.code === 'CATALOG_IN_USE')) throw error;
  }
}
