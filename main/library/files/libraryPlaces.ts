/** @file What lies where in a library's folder. Pure; any process. */
import path from 'node:path';

export interface LibraryPlaces {
  readonly catalog: string;
  readonly models: string;
  /** Caches: what is missing is made again. */
  readonly thumbnails: string;
  readonly renditions: string;
  /** What models computed of photos. */
  readonly features: string;
  readonly vectors: string;
  readonly backups: string;
  /** Documents that a page is about to fetch. */
  readonly downloads: string;
}

export function libraryPlaces(libraryFolder: string): LibraryPlaces {
  const place = (name: string) => path.join(libraryFolder, name);
  return {
    catalog: place('catalog.db'),
    models: place('models'),
    thumbnails: place('thumbnails'),
    renditions: place('renditions'),
    features: place('features'),
    vectors: place('vectors'),
    backups: place('backups'),
    downloads: place('downloads'),
  };
}
