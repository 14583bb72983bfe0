/** @file Puts a library together for one process: the catalog and everything that works on it. Main process and CLI. */
import type { Catalog } from './catalog/catalog.ts';
import { LazyExifTool } from './files/exifTool.ts';
import { DiskCache } from './images/cache/diskCache.ts';
import { MetadataReader } from './images/metadataReader.ts';
import { Renditions } from './images/renditions.ts';
import { Thumbnails } from './images/thumbnails.ts';
import { libraryPlaces } from './libraryPlaces.ts';
import { type OpenCatalogOptions, openCatalog } from './openCatalog.ts';
import { CatalogFacts } from './prompting/photoFacts.ts';
import { LibraryQueue, type LibraryQueueOptions } from './queue/libraryQueue.ts';
import { realDisk } from './watch/disk.ts';
import { systemVolumes } from './watch/volumes.ts';
import type { WatchContext, WatchEvent } from './watch/watchContext.ts';

export interface OpenLibraryOptions extends OpenCatalogOptions {
  readonly queue: Pick<
    LibraryQueueOptions,
    | 'openModel'
    | 'isBackground'
    | 'isOurs'
    | 'interrupt'
    | 'embeddings'
    | 'power'
    | 'onSuspect'
    | 'modelIdleMs'
    | 'imageFor'
  >;
  readonly onWatchEvent?: ((event: WatchEvent) => void) | undefined;
  /** A file that was written less than this ago may be unfinished. */
  readonly settleMs?: number | undefined;
}

export interface Library extends AsyncDisposable {
  readonly catalog: Catalog;
  /** For scans and for watching. */
  readonly watch: WatchContext;
  readonly metadata: MetadataReader;
  readonly renditions: Renditions;
  readonly thumbnails: Thumbnails;
  readonly facts: CatalogFacts;
  /** Not started yet. */
  readonly queue: LibraryQueue;
}

const usualSettleMs = 1500;
const thumbnailBytes = 4e9;
const renditionBytes = 4e9;
/** Processes of Perl, and photos that are decoded side by side. */
const exifToolProcesses = 2;
const thumbnailsAtOnce = 2;

/** Everything is disposed of with the library, in the opposite order. @throws as `openCatalog` */
export async function openLibrary(options: OpenLibraryOptions): Promise<Library> {
  const { libraryFolder, onWatchEvent, settleMs = usualSettleMs } = options;
  await using resources = new AsyncDisposableStack();
  const catalog = resources.use(await openCatalog(options));
  const places = libraryPlaces(libraryFolder);
  const exifTool = resources.use(new LazyExifTool('The metadata of photos need', { processes: exifToolProcesses }));
  const renditionCache = new DiskCache({ folder: places.renditions, maxBytes: renditionBytes });
  const renditions = resources.use(new Renditions(renditionCache, exifTool));
  const thumbnails = resources.use(
    new Thumbnails({
      cache: new DiskCache({ folder: places.thumbnails, maxBytes: thumbnailBytes }),
      renditions,
      photosAtOnce: thumbnailsAtOnce,
    }),
  );
  const facts = resources.use(new CatalogFacts(catalog.tags));
  const queue = resources.use(
    new LibraryQueue({
      ...options.queue,
      imageFor:
        options.queue.imageFor ??
        (async (photo, signal) =>
          await renditions.viewableFile(
            { path: photo.file, fingerprint: catalog.photos.get(photo.id).fingerprint },
            signal,
          )),
      catalog,
      facts,
    }),
  );
  const watch = {
    catalog,
    disk: realDisk,
    volumes: systemVolumes(realDisk, process.platform),
    settleMs,
    excluded: [libraryFolder],
    onEvent: onWatchEvent,
  };
  const disposal = resources.move();
  return {
    ...{ catalog, watch, metadata: new MetadataReader(exifTool), renditions, thumbnails, facts, queue },
    [Symbol.asyncDispose]: () => disposal[Symbol.asyncDispose](),
  };
}
