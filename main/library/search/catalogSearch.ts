/** @file What searching asks of the catalog. Main process, CLI. */
import type { PhotoCard } from '../catalog/photos/cards.ts';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import type { SearchArgs, SearchPage, SearchPageArgs } from '../catalog/search/searchPhotos.ts';

/** The catalog, asked from a reader thread so that nothing waits for it. */
export interface CatalogSearch {
  page(args: SearchPageArgs, signal?: AbortSignal): Promise<SearchPage>;
  ids(args: SearchArgs, signal?: AbortSignal): Promise<Iterable<number>>;
  /** Of those that are there. */
  cards(
    photoIds: readonly number[],
    signal?: AbortSignal,
  ): Promise<readonly Pick<PhotoCard, 'id' | 'fileName' | 'folder'>[]>;
}

/** Asks a reader thread. */
export function readerSearch(reader: CatalogReader): CatalogSearch {
  return {
    page: (args, signal) => reader.read('searchPage', args, signal),
    ids: (args, signal) => reader.read('searchIds', args, signal),
    cards: (photoIds, signal) => reader.read('cards', photoIds, signal),
  };
}
