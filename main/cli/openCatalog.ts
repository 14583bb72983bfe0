/** @file How commands open the library's catalog: to look, beside whoever works with it, or to work with it themselves. */
import { errorText } from '../../resources/messages/errorText.ts';
import { noticeText } from '../../resources/messages/noticeText.ts';
import { Catalog } from '../library/catalog/catalog.ts';
import { CatalogError } from '../library/catalog/catalogError.ts';
import { type OpenCatalogOptions, openCatalog } from '../library/openCatalog.ts';
import { startReaderThread } from '../library/startReaderThread.ts';
import type { CliContext } from './cliContext.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** Undefined where nothing was ever added to the library. @throws CatalogError CATALOG_NEWER, CATALOG_DAMAGED, … */
export function readCatalog(libraryFolder: string): Catalog | undefined {
  try {
    return Catalog.openToRead(libraryFolder, { startReader: startReaderThread });
  } catch (error) {
    if (error instanceof CatalogError && error.code === 'CATALOG_NOT_FOUND') return undefined;
    throw error;
  }
}

export interface CatalogOwner {
  readonly libraryFolder: string;
  readonly context: CliContext;
  readonly terminal: Terminal;
  /** For whoever finds the library in use: "library scan". */
  readonly command: string;
}

/** One process at a time. @throws CatalogError CATALOG_IN_USE, CATALOG_READ_ONLY, … */
export async function ownCatalog(owner: CatalogOwner): Promise<Catalog> {
  return await openCatalog(catalogOptions(owner));
}

export function catalogOptions({ libraryFolder, context, terminal, command }: CatalogOwner): OpenCatalogOptions {
  return {
    libraryFolder,
    owner: `vignette ${command}`,
    signal: context.interrupt,
    onNotice: (notice) => void terminal.note(printable(noticeText([notice], terminal.texts))),
  };
}

/** At the end of what changed a lot. A backup that cannot be taken is no reason to call the work failed. */
export async function backUp(catalog: Catalog, terminal: Terminal): Promise<void> {
  try {
    await catalog.backUpIfDue();
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    const { texts } = terminal;
    await terminal.note(texts.commandLine.general.backupFailed(printable(errorText(error, texts))));
  }
}
