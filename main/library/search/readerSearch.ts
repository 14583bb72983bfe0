/** @file The catalog's search, asked from a reader thread. Main process, CLI. */
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import type { CatalogSearch } from './searchPhotos.ts';

export function readerSearch(reader: CatalogReader): CatalogSearch {
  return {
    page: (args, signal) => reader.read('searchPage', args, signal),
    ids: (args, signal) => reader.read('searchIds', args, signal),
  };
}
