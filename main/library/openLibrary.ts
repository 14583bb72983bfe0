/** @file Puts a library together for one process: the catalog and everything that works on it. Main process and CLI. */
import { realpath } from 'node:fs/promises';
import type { StartHostProcess } from '../../native-models/runtime/hostConnection.ts';
import type { Catalog } from './catalog/catalog.ts';
import { DiskCache } from './files/diskCache.ts';
import { libraryPlaces } from './files/libraryPlaces.ts';
import { PhotoParts } from './images/photoParts.ts';
import { PictureProcesses } from './images/process/pictureProcesses.ts';
import { Quarantine } from './images/quarantine.ts';
import { readDetailsOf, readXmpOf } from './images/readDetails.ts';
import { Renditions } from './images/renditions.ts';
import { Thumbnails } from './images/thumbnails.ts';
import { PhotoFeatures } from './models/photoFeatures.ts';
import { type OpenCatalogOptions, openCatalog } from './openCatalog.ts';
import { realDisk } from './photos/disk.ts';
import { CatalogFacts } from './prompting/photoFacts.ts';
import { LibraryQueue } from './queue/queue.ts';
import type { LibraryQueueOptions } from './queue/scheduler.ts';
import { systemVolumes } from './watch/volumes.ts';
import type { WatchContext, WatchEvent } from './watch/watchContext.ts';

export interface OpenLibraryOptions extends OpenCatalogOptions {
  readonly queue: Pick<
    LibraryQueueOptions,
    | 'openModel'
    | 'isBackground'
    | 'ownsRun'
    | 'interrupt'
    | 'embeddings'
    | 'power'
    | 'onSuspect'
    | 'modelIdleMs'
    | 'imageFor'
  >;
  /** How a process is started that reads photos; by default Node forks one. */
  readonly startPictures?: StartHostProcess | undefined;
  readonly onWatchEvent?: ((event: WatchEvent) => void) | undefined;
  /** A file that was written less than this ago may be unfinished. */
  readonly debounceMs?: number | undefined;
}

export interface Library extends AsyncDisposable {
  readonly catalog: Catalog;
  /** For scans and for watching. */
  readonly watch: WatchContext;
  /** The processes that read what photos hold. */
  readonly pictures: PictureProcesses;
  readonly renditions: Renditions;
  readonly thumbnails: Thumbnails;
  readonly parts: PhotoParts;
  readonly features: PhotoFeatures;
  readonly facts: CatalogFacts;
  /** Not started yet. */
  readonly queue: LibraryQueue;
}

const defaultDebounceMs = 1500;
const thumbnailBytes = 4e9;
const renditionBytes = 4e9;

/** Everything is disposed of with the library, in the opposite order. @throws as `openCatalog` */
export async function openLibrary(options: OpenLibraryOptions): Promise<Library> {
  const { libraryFolder, onWatchEvent, debounceMs = defaultDebounceMs } = options;
  await using resources = new AsyncDisposableStack();
  const catalog = resources.use(await openCatalog(options));
  const places = libraryPlaces(libraryFolder);
  const pictures = resources.use(new PictureProcesses({ startProcess: options.startPictures }));
  const quarantine = new Quarantine(catalog.photos);
  const renditionCache = new DiskCache({ folder: places.renditions, maxBytes: renditionBytes });
  const renditions = new Renditions({ cache: renditionCache, pictures, quarantine });
  const thumbnailCache = new DiskCache({ folder: places.thumbnails, maxBytes: thumbnailBytes });
  const thumbnails = new Thumbnails({ cache: thumbnailCache, renditions, pictures, quarantine });
  const parts = new PhotoParts({ renditions, pictures, quarantine });
  const maxBytes = () => catalog.settings.get('featureCacheGB') * 1e9;
  const isKnown = (content: string) => catalog.places.withFingerprint(Buffer.from(content, 'hex')).length > 0;
  const features = resources.use(new PhotoFeatures({ folder: places.features, maxBytes, isKnown }));
  const facts = new CatalogFacts({
    known: catalog,
    pictures,
    ensureRead: (photoId) =>
      readDetailsOf(photoId, {
        photos: catalog.photos,
        fileInfo: catalog.fileInfo,
        writtenXmp: catalog.writtenXmp,
        embeddedText: catalog.embeddedText,
        metadata: pictures,
      }),
    readXmp: (photoId, fields) =>
      readXmpOf(catalog.photos.get(photoId), fields, {
        fileInfo: catalog.fileInfo,
        embeddedText: catalog.embeddedText,
        writtenXmp: catalog.writtenXmp,
        pictures,
      }),
  });
  const queue = resources.use(
    new LibraryQueue({
      ...options.queue,
      openModel: (identity, closing, settings) =>
        options.queue.openModel(identity, closing, { ...settings, features: features.storage() }),
      imageFor:
        options.queue.imageFor ??
        (async ({ file, fingerprint }, signal) => await renditions.viewableFile({ path: file, fingerprint }, signal)),
      catalog,
      facts,
    }),
  );
  const watch = {
    catalog,
    disk: realDisk,
    volumes: systemVolumes(realDisk, process.platform),
    debounceMs,
    // Folders are compared by their real paths.
    excluded: [await realpath(libraryFolder)],
    onEvent: (event: WatchEvent) => {
      if (event.kind === 'purged') features.photosPurged();
      onWatchEvent?.(event);
    },
  };
  const disposal = resources.move();
  return {
    catalog,
    watch,
    pictures,
    renditions,
    thumbnails,
    parts,
    features,
    facts,
    queue,
    [Symbol.asyncDispose]: () => disposal[Symbol.asyncDispose](),
  };
}
