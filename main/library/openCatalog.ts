/** @file Opens the catalog to work with it, and puts right what an earlier process left unfinished. Main process and CLI. */
import type { LibraryNotice } from '../../schemas/notice.ts';
import type { Restored } from './catalog/backups/backups.ts';
import { Catalog } from './catalog/catalog.ts';
import type { StartReaderThread } from './catalog/reader/catalogReader.ts';
import { takeOverPresetsFile } from './prompting/presetsFile.ts';
import { startReaderThread } from './startReaderThread.ts';

export interface OpenCatalogOptions {
  readonly libraryFolder: string;
  /** What this process is, for whoever finds the library in use: "vignette serve". */
  readonly owner: string;
  readonly nowMs?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How a thread is started that reads the catalog; by default Node makes one. */
  readonly startReader?: StartReaderThread | undefined;
  /** What the person should know: that a backup took the place of a damaged catalog, and the like. */
  readonly onNotice: (notice: LibraryNotice) => void;
}

/** Fewer are done before anybody notices. */
const maxRebuiltAtOnce = 5000;

/**
 * The catalog, put right where a crash cut something short.
 * @throws CatalogError CATALOG_IN_USE, CATALOG_NEWER, CATALOG_READ_ONLY, CATALOG_DAMAGED, …; the signal's reason
 */
export async function openCatalog(options: OpenCatalogOptions): Promise<Catalog> {
  const { libraryFolder, owner, nowMs, signal, startReader = startReaderThread, onNotice } = options;
  await using resources = new AsyncDisposableStack();
  const catalog = resources.use(
    Catalog.open(libraryFolder, {
      owner,
      startReader,
      nowMs,
      onRebuild: (photos) => {
        if (photos >= maxRebuiltAtOnce) onNotice({ code: 'indexRebuilt', params: { photos } });
      },
      onRestored: (restored) => onNotice(restoredNotice(restored)),
    }),
  );
  const notice = takeOverPresetsFile(libraryFolder, catalog.presets);
  if (notice !== undefined) onNotice(notice);
  for (const { reverted } of await catalog.undo.finishInterrupted({ signal })) {
    onNotice({ code: 'changeReverted', params: { reverted } });
  }
  resources.move();
  return catalog;
}

function restoredNotice({ loss, from, damagedFile }: Restored): LibraryNotice {
  const { takenAtMs } = from;
  return { code: 'catalogRestored', params: { loss, takenAtMs, damagedFile: damagedFile ?? null } };
}
