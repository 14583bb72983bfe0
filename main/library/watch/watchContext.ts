/** @file What scanning and watching work with, and what they tell. Main process, CLI. */
import type { VignetteError } from '../../../native-models/errors.ts';
import type { CatalogConnection } from '../catalog/connection.ts';
import type { FolderStore } from '../catalog/photos/folders.ts';
import type { PhotoPlaceStore } from '../catalog/photos/photoPlaces.ts';
import type { RootStore } from '../catalog/photos/roots.ts';
import type { SidecarStore } from '../catalog/photos/sidecars.ts';
import type { LibraryError } from '../files/libraryError.ts';
import type { Disk } from '../photos/disk.ts';
import type { Volumes } from './volumes.ts';

/** The stores of the catalog that reconciling needs. */
export interface WatchedCatalog {
  readonly connection: CatalogConnection;
  readonly roots: RootStore;
  readonly folders: FolderStore;
  readonly places: PhotoPlaceStore;
  readonly sidecars: SidecarStore;
}

export interface WatchContext {
  readonly catalog: WatchedCatalog;
  readonly disk: Disk;
  readonly volumes: Volumes;
  /** A file that was written less than this ago may be unfinished; it is looked at again when this has passed. */
  readonly debounceMs: number;
  /** Folders that are never looked into, absolute: the library's own. */
  readonly excluded?: readonly string[] | undefined;
  readonly onEvent?: ((event: WatchEvent) => void) | undefined;
}

/** Told when it is in the catalog. */
export type WatchEvent =
  /** Photos that were not in the library before. */
  | { readonly kind: 'found'; readonly photoIds: readonly number[] }
  /** Other content in the same place; what was written about the old one is stale. */
  | { readonly kind: 'changed'; readonly photoIds: readonly number[] }
  /** Renamed, moved, or back after having been missing. */
  | { readonly kind: 'moved'; readonly photoIds: readonly number[] }
  | { readonly kind: 'missing'; readonly photoIds: readonly number[] }
  /** Were missing for so long that they left the catalog. */
  | { readonly kind: 'purged'; readonly photoIds: readonly number[] }
  | { readonly kind: 'offline'; readonly rootId: number }
  | { readonly kind: 'online'; readonly rootId: number }
  /** A file or folder that could not be looked at; it is left in the catalog as it is. */
  | { readonly kind: 'problem'; readonly problem: ScanProblem }
  /** Watching goes on, but not as it should; the sentence says what to do. */
  | { readonly kind: 'notice'; readonly error: VignetteError }
  | { readonly kind: 'progress'; readonly progress: ScanProgress };

export interface ScanProblem {
  /** Absolute. */
  readonly path: string;
  readonly error: LibraryError;
}

export interface ScanCounts {
  readonly folders: number;
  /** Photo files looked at. */
  readonly files: number;
  readonly found: number;
  readonly changed: number;
  readonly moved: number;
  readonly missing: number;
  readonly problems: number;
}

export interface ScanProgress extends ScanCounts {
  readonly filesPerSecond: number;
  /** Photos in the catalog when the scan began: about how many files there will be, unless much is new. */
  readonly expectedFiles: number;
}
