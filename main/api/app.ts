/** @file What the API works on: the parts of an open library, as far as procedures need them. Main process and server. */
import type { GraphicsCard } from '../../native-models/devices/graphicsCard.ts';
import type { ListedDevice } from '../../native-models/devices/listedDevice.ts';
import type { ConnectionLog } from '../../native-models/hub/connectionLog.ts';
import type { EditProgress, LibraryEvent, Root, ScanState } from '../../preload/contract/library.ts';
import type { ModelTest } from '../../preload/contract/models.ts';
import type { PhotoList, PhotoOrder, QueryField } from '../../preload/contract/photos.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import type { Thumbnails } from '../library/images/thumbnails.ts';
import type { InstalledModels } from '../library/models/installedModels.ts';
import type { KnownModelHere } from '../library/models/knownModelList.ts';
import type { ModelDownloads } from '../library/models/modelDownloads.ts';
import type { PhotoFeatures } from '../library/models/photoFeatures.ts';
import type { LibraryQueue } from '../library/queue/queue.ts';
import type { Downloads } from './downloads.ts';

export interface App {
  readonly catalog: Catalog;
  readonly queue: LibraryQueue;
  readonly thumbnails: Thumbnails;
  readonly features: Pick<PhotoFeatures, 'state' | 'limitChanged' | 'clear' | 'forgetModel'>;
  readonly finding: Finding;
  readonly folders: WatchedFolders;
  readonly models: InstalledModels;
  readonly modelDownloads: Pick<ModelDownloads, 'start' | 'pause' | 'resume' | 'cancel'>;
  /** Every connection to the network since the start. */
  readonly connections: Pick<ConnectionLog, 'list'>;
  /** @param measure whether this machine is measured where it never was, for at most ten seconds */
  knownModels(measure: boolean): Promise<KnownModelHere[]>;
  /** Loads a model, checks it against its stored values and measures it. */
  readonly testModel: (modelId: string, signal: AbortSignal | undefined) => Promise<ModelTest>;
  /** What this machine can compute on, and why not on the others; the best first. */
  devices(): Promise<ListedDevice[]>;
  /** What models are to run on, where that is not the CPU and its memory is known. */
  graphicsCard(): Promise<GraphicsCard | undefined>;
  readonly about: AppFacts;
  /** What pages made to be fetched. */
  readonly downloads: Downloads;
  /** Subscribes at once, not at the first `next()`; ends when the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncIteratorObject<LibraryEvent, unknown, void>;
  /** A file that shows the photo in a format that models read: mostly the photo itself. @throws ImageError */
  imageOf(photoId: number, signal: AbortSignal | undefined): Promise<string>;
  /** Models were imported or removed. */
  modelsChanged(): void;
  /** Tells every page how far an edit of many photos is; null when it is over. */
  editing(progress: EditProgress | null): void;
}

export interface ListRequest {
  readonly query: string;
  readonly order: PhotoOrder;
  readonly descending: boolean;
  readonly semantic: boolean;
  readonly similarTo?: number | undefined;
}

export interface Finding {
  /** @throws QueryError QUERY_INVALID */
  list(request: ListRequest, signal: AbortSignal | undefined): Promise<PhotoList>;
  /** @throws QueryError QUERY_INVALID */
  ids(query: string, signal: AbortSignal | undefined): Promise<number[]>;
  suggest(
    query: string,
    cursor: number,
    signal: AbortSignal | undefined,
  ): Promise<{ text: string; from: number; to: number; field: QueryField | null }[]>;
  nearDuplicates(signal: AbortSignal | undefined): Promise<number[][]>;
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
