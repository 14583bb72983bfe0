/** @file An open library with everything that the interface can ask of it. Main process and server. */
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DeviceChoice } from '../../native-models/devices/device.ts';
import { forkFloor } from '../../native-models/devices/remoteFloor.ts';
import { ConnectionLog } from '../../native-models/hub/connectionLog.ts';
import type { StartHostProcess } from '../../native-models/runtime/hostConnection.ts';
import type { EditProgress, LibraryEvent } from '../../preload/contract/library.ts';
import type { Notice } from '../../schemas/notice.ts';
import { libraryPlaces } from '../library/files/libraryPlaces.ts';
import { LibraryKeeper } from '../library/libraryKeeper.ts';
import type { InstalledModels } from '../library/models/installedModels.ts';
import { MachineSpeed } from '../library/models/machineSpeed.ts';
import type { ModelDownloads } from '../library/models/modelDownloads.ts';
import { modelIdentity, openInstalledModel, type StartedHost } from '../library/openInstalledModel.ts';
import { type Library, type OpenLibraryOptions, openLibrary } from '../library/openLibrary.ts';
import type { PowerSource } from '../library/queue/pauseGate.ts';
import { LibraryVectors } from '../library/search/vectors/libraryVectors.ts';
import type { App, AppFacts, Finding } from './app.ts';
import { type HubAccess, openAppDownloads } from './appDownloads.ts';
import { AppEvents } from './appEvents.ts';
import { Downloads } from './downloads.ts';
import { PhotoFinding } from './finding.ts';
import { HeldTrials } from './heldTrials.ts';
import { LibraryFolders } from './libraryFolders.ts';
import { Machine } from './machine.ts';
import { downloadOf } from './modelDownloadsRouter.ts';
import { QueueNews } from './queueNews.ts';
import { VisualIndexing } from './visualIndexing.ts';
import { scorerOf } from './work.ts';

export interface OpenAppOptions {
  readonly libraryFolder: string;
  readonly about: Pick<AppFacts, 'version' | 'host'>;
  readonly models: InstalledModels;
  /** @param onNotice told when a model is not on the device that was asked for, with why */
  readonly startHost: (onNotice: (notices: readonly Notice[]) => void) => StartedHost;
  /** In place of the one in the settings. */
  readonly device?: DeviceChoice | undefined;
  /** As for `openLibrary`. */
  readonly startPictures?: StartHostProcess | undefined;
  /** As for `openCatalog`. */
  readonly startReader?: OpenLibraryOptions['startReader'];
  /** Starts the process that measures this machine; by default Node's. */
  readonly startMeasuring?: StartHostProcess | undefined;
  /** How models are downloaded; by default as the environment says. */
  readonly hub?: HubAccess | undefined;
  /** Photos that come with Vignette: shown in a library that has nothing yet, and what models are tried on. */
  readonly demoFolder: string;
  readonly signal?: AbortSignal | undefined;
  /** By default what Node can find out. */
  readonly power?: PowerSource | undefined;
}

/** @throws as `openLibrary`, CatalogError CATALOG_IN_USE above all */
export async function openApp(options: OpenAppOptions): Promise<LiveApp> {
  const notices: Notice[] = [];
  const { libraryFolder, models, startHost, startPictures, startReader, about, signal, power } = options;
  await using resources = new AsyncDisposableStack();
  // The library is opened before what listens to it exists.
  const late: { app?: LiveApp; vectors?: LibraryVectors } = {};
  const library = await openLibrary({
    libraryFolder,
    owner: about.host === 'desktop' ? 'Vignette' : 'vignette serve',
    signal,
    startPictures,
    startReader,
    onNotice: (notice) => notices.push(notice),
    onWatchEvent: (event) => {
      late.app?.keeper.take(event);
      // What stays of them all the same is found by the next check of the vectors.
      if (event.kind === 'purged') void late.vectors?.forget(event.photoIds).catch(() => undefined);
    },
    queue: {
      openModel: openInstalledModel({
        list: () => models.list(),
        startHost: () => startHost((told) => late.app?.notice(told)),
        device: () => options.device ?? library.catalog.settings.get('device'),
      }),
      embeddings: {
        save: async (photo, modelKey, embedding) => await late.vectors?.save(photo, modelKey, embedding),
      },
      onSuspect: () => late.app?.keeper.scan(),
      power,
    },
  });
  resources.use(library);
  const vectors = resources.use(new LibraryVectors({ libraryFolder, catalog: library.catalog.embeddings }));
  late.vectors = vectors;
  const app = new LiveApp(options, library, vectors, resources.move());
  late.app = app;
  await app.openDownloads();
  for (const notice of notices) app.notice([notice]);
  return app;
}

export class LiveApp implements App, AsyncDisposable {
  readonly catalog: Library['catalog'];
  readonly queue: Library['queue'];
  readonly thumbnails: Library['thumbnails'];
  readonly parts: Library['parts'];
  readonly features: Library['features'];
  readonly models: InstalledModels;
  readonly machine: Machine;
  readonly finding: Finding;
  readonly folders: LibraryFolders;
  readonly keeper: LibraryKeeper;
  readonly stacks: App['stacks'];
  readonly indexing: VisualIndexing;
  readonly downloads: Downloads;
  readonly trials = new HeldTrials();
  readonly connections = new ConnectionLog();
  #modelDownloads: ModelDownloads | undefined;
  readonly #options: OpenAppOptions;
  readonly #library: Library;
  readonly #events: AppEvents;
  readonly #resources: AsyncDisposableStack;
  readonly #notices: LibraryEvent[] = [];
  readonly #queueNews: QueueNews;

  constructor(options: OpenAppOptions, library: Library, vectors: LibraryVectors, resources: AsyncDisposableStack) {
    this.#options = options;
    this.#library = library;
    this.#resources = resources;
    this.catalog = library.catalog;
    this.queue = library.queue;
    this.thumbnails = library.thumbnails;
    this.parts = library.parts;
    this.features = library.features;
    this.models = options.models;
    const speed = resources.use(
      new MachineSpeed({
        folder: options.libraryFolder,
        version: options.about.version,
        startProcess: options.startMeasuring ?? forkFloor,
      }),
    );
    this.machine = new Machine({
      models: options.models,
      speed,
      demoFolder: options.demoFolder,
      startHost: () => options.startHost(() => undefined),
      device: () => options.device ?? this.catalog.settings.get('device'),
    });
    this.#events = new AppEvents(() => this.#present());
    this.keeper = new LibraryKeeper({
      library,
      onChange: () => {
        this.#events.changed('scan', () => ({ type: 'scan', scan: this.folders.state() }));
        this.indexing.wake();
      },
    });
    this.indexing = new VisualIndexing({
      catalog: this.catalog,
      queue: this.queue,
      scorer: () => this.#scorer(),
      isDemo: () => this.about.isDemo,
      isBusy: () => this.#isReading(),
      onChange: () => this.#events.changed('indexing', () => this.#indexingEvent()),
    });
    this.stacks = this.keeper.stacks;
    this.downloads = resources.use(new Downloads(libraryPlaces(options.libraryFolder).downloads));
    this.finding = new PhotoFinding({
      catalog: this.catalog,
      queue: this.queue,
      vectors,
      scorer: async () => {
        const model = await this.#scorer();
        return model && modelIdentity(model);
      },
    });
    this.folders = new LibraryFolders({ library, keeper: this.keeper, app: this });
    resources.defer(this.catalog.connection.onChange((change) => this.#events.catalogChanged(change)));
    this.#queueNews = resources.use(new QueueNews({ queue: this.queue, catalog: this.catalog, events: this.#events }));
  }

  /** Once, before anything else is asked of it. @throws HubError HUB_SETTING_INVALID */
  async openDownloads(): Promise<void> {
    const { libraryFolder, hub = { env: process.env, homeFolder: homedir() } } = this.#options;
    const downloads = await openAppDownloads({
      hub,
      libraryFolder,
      catalog: this.catalog,
      models: this.models,
      features: this.features,
      log: this.connections,
      graphicsCard: () => this.machine.graphicsCard(),
      onDownloaded: ({ id }, isDefault) => {
        this.modelsChanged();
        this.#events.tell({ type: 'downloaded', modelId: id, isDefault });
      },
    });
    this.#modelDownloads = this.#resources.use(downloads);
    downloads.onChange(() => this.#events.changed('downloads', () => this.#downloadsEvent()));
  }

  get modelDownloads(): ModelDownloads {
    if (this.#modelDownloads === undefined) throw new RangeError('the downloads are not open yet');
    return this.#modelDownloads;
  }

  get about(): AppFacts {
    const [first, ...others] = this.catalog.roots.list();
    const isDemo = first !== undefined && others.length === 0 && first.path === this.#options.demoFolder;
    return { ...this.#options.about, isDemo, name: basename(this.catalog.libraryFolder) };
  }

  /** Goes on with what was left, and keeps the library in step from now on. */
  async start(): Promise<void> {
    // An empty library would show nothing of what Vignette is.
    if (this.catalog.roots.all().length === 0)
      await this.folders.addFolder(this.#options.demoFolder, { captions: true });
    this.catalog.wholeLibrary.warm();
    await this.queue.start();
    this.keeper.start();
    this.indexing.start();
    await this.modelDownloads.resumeInterrupted();
  }

  watch(signal: AbortSignal | undefined): AsyncIteratorObject<LibraryEvent, unknown, void> {
    return this.#events.watch(signal);
  }

  fieldsChanged(): void {
    this.#events.changed('photos', () => ({ type: 'photos', ids: [] }));
  }

  modelsChanged(): void {
    this.queue.modelsChanged();
    this.indexing.wake();
    this.#events.tell({ type: 'models' });
  }

  async settingsChanged(): Promise<void> {
    await this.queue.settingsChanged();
    this.indexing.wake();
  }

  editing(progress: EditProgress | null): void {
    this.#events.changed('edit', () => ({ type: 'edit', edit: progress }));
  }

  /** Once: a model is loaded again and again, for the same reason on the same device. */
  notice(notices: readonly Notice[]): void {
    const event: LibraryEvent = { type: 'notice', notices: [...notices] };
    if (this.#notices.some((known) => isDeepStrictEqual(known, event))) return;
    this.#notices.push(event);
    this.#events.tell(event);
  }

  async imageOf(photoId: number, signal: AbortSignal | undefined): Promise<string> {
    const { path, fingerprint } = this.catalog.photos.get(photoId);
    return await this.#library.renditions.viewableFile({ path, fingerprint }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.indexing[Symbol.asyncDispose]();
    await this.keeper[Symbol.asyncDispose]();
    this.#events[Symbol.dispose]();
    await this.#resources[Symbol.asyncDispose]();
  }

  #present(): LibraryEvent[] {
    return [
      this.#queueNews.present(),
      { type: 'scan', scan: this.folders.state() },
      this.#downloadsEvent(),
      this.#indexingEvent(),
      ...this.#notices,
    ];
  }

  #indexingEvent(): LibraryEvent {
    return { type: 'indexing', indexing: this.indexing.state ?? null };
  }

  /** What people see of photos comes before what they may search for. */
  #isReading(): boolean {
    const { scanning, unread } = this.folders.state();
    return scanning || unread > 0;
  }

  #downloadsEvent(): LibraryEvent {
    return { type: 'downloads', downloads: this.modelDownloads.list().map(downloadOf) };
  }

  async #scorer() {
    try {
      return await scorerOf(this, undefined);
    } catch {
      // Several, or none that can be used: then photos are not found by their looks.
      return undefined;
    }
  }
}
