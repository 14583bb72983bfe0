import type { ConnectionLog } from '../../native-models/hub/connectionLog.ts';
import type { EditProgress, LibraryEvent, Root, ScanState } from '../../preload/contract/library.ts';
import type {
  FacetsRequest,
  LocatedPhotos,
  PhotoCluster,
  PhotoClustersRequest,
  PhotoList,
  PhotoOrder,
  QueryField,
} from '../../preload/contract/photos.ts';
import type { Facet } from '../../schemas/facet.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import type { PhotoParts } from '../library/images/photoParts.ts';
import type { Thumbnails } from '../library/images/thumbnails.ts';
import type { InstalledModels } from '../library/models/installedModels.ts';
import type { ModelDownloads } from '../library/models/modelDownloads.ts';
import type { PhotoFeatures } from '../library/models/photoFeatures.ts';
import type { LibraryQueue } from '../library/queue/queue.ts';
import type { StackKeeper } from '../library/stacks/stackKeeper.ts';
import type { Downloads } from './downloads.ts';
import type { HeldTrials } from './heldTrials.ts';
import type { Machine } from './machine.ts';

export interface App {
  readonly catalog: Catalog;
  readonly queue: LibraryQueue;
  readonly thumbnails: Thumbnails;
  readonly parts: PhotoParts;
  readonly features: Pick<PhotoFeatures, 'state' | 'limitChanged' | 'clear' | 'forgetModel' | 'photoBytes'>;
  readonly finding: Finding;
  readonly folders: WatchedFolders;
  readonly stacks: Pick<StackKeeper, 'update'>;
  readonly models: InstalledModels;
  readonly modelDownloads: Pick<ModelDownloads, 'inspect' | 'start' | 'pause' | 'resume' | 'cancel'>;
  /** Every connection to the network since the start. */
  readonly connections: Pick<ConnectionLog, 'list'>;
  readonly machine: Pick<Machine, 'devices' | 'floor' | 'graphicsCard' | 'knownModels' | 'test'>;
  readonly about: AppFacts;
  /** What pages made to be fetched. */
  readonly downloads: Downloads;
  /** Captions that nothing is stored of yet. */
  readonly trials: HeldTrials;
  /** Subscribes at once, not at the first `next()`; ends when the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncIteratorObject<LibraryEvent, unknown, void>;
  /** A file that shows the photo in a format that models read: mostly the photo itself. @throws ImageError */
  imageOf(photoId: number, signal: AbortSignal | undefined): Promise<string>;
  /** Fields were defined or removed, so that photos say other things of themselves. */
  fieldsChanged(): void;
  /** Models were imported or removed. */
  modelsChanged(): void;
  /** To be called when settings were changed. */
  settingsChanged(): Promise<void>;
  /** Tells every page how far an edit of many photos is; null when it is over. */
  editing(progress: EditProgress | null): void;
}

export interface ListRequest {
  readonly query: string;
  readonly order: PhotoOrder;
  readonly descending: boolean;
  readonly semantic: boolean;
  /** As the contract has it. */
  readonly stacked: boolean;
  readonly beyondCut?: boolean | undefined;
}

export interface Finding {
  /** @throws QueryError QUERY_INVALID */
  list(request: ListRequest, signal: AbortSignal | undefined): Promise<PhotoList>;
  /** @throws QueryError QUERY_INVALID */
  ids(query: string, signal: AbortSignal | undefined): Promise<number[]>;
  /** How many photos each query finds; null of one with an error. */
  counts(queries: readonly string[], signal: AbortSignal | undefined): Promise<(number | null)[]>;
  suggest(
    query: string,
    cursor: number,
    signal: AbortSignal | undefined,
  ): Promise<{ text: string; from: number; to: number; field: QueryField | null }[]>;
  nearDuplicates(signal: AbortSignal | undefined): Promise<number[][]>;
  /** A unit vector a photo, of those that are indexed. */
  appearances(photoIds: readonly number[]): Promise<ReadonlyMap<number, Float32Array>>;
  /** What a photo takes in the index of a model's vectors; undefined where there is none, or it cannot be read. */
  indexBytes(modelKey: string): Promise<number | undefined>;
  /** @throws QueryError QUERY_INVALID */
  located(query: string, signal: AbortSignal | undefined): Promise<LocatedPhotos>;
  /** @throws QueryError QUERY_INVALID */
  clusters(request: PhotoClustersRequest, signal: AbortSignal | undefined): Promise<PhotoCluster[]>;
  /** @throws QueryError QUERY_INVALID */
  facets(request: FacetsRequest, signal: AbortSignal | undefined): Promise<Facet[]>;
}

export interface WatchedFolders {
  roots(): Root[];
  /** @throws LibraryError where it is no folder, or one that is in the library already */
  add(path: string, signal: AbortSignal | undefined): Promise<Root>;
  remove(rootId: number): Promise<void>;
  setIgnored(rootId: number, patterns: readonly string[]): Promise<void>;
  /** Begins to compare with the disk; returns at once. */
  scan(rootId: number | undefined): void;
  state(): ScanState;
}

export interface AppFacts {
  readonly name: string;
  readonly version: string;
  readonly isDemo: boolean;
  readonly host: 'desktop' | 'server';
}
