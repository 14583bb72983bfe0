/** @file How commands open the whole library to work on it: with the context's models and terminal. */
import type { DeviceChoice } from '../../native-models/devices/device.ts';
import { openInstalledModel } from '../library/openInstalledModel.ts';
import type { Library } from '../library/openLibrary.ts';
import type { EmbeddingSink } from '../library/queue/jobHandlers.ts';
import type { WatchEvent } from '../library/watch/watchContext.ts';
import { startHost } from './modelHost.ts';
import { type CatalogOwner, catalogOptions } from './openCatalog.ts';

export interface CommandLibraryOptions extends CatalogOwner {
  /** The runs that this command processes. */
  readonly ownsRun?: ((runId: number) => boolean) | undefined;
  /** In place of the one in the settings. */
  readonly device?: DeviceChoice | undefined;
  /** A model is ready. */
  readonly onLoaded?: (() => void) | undefined;
  /** Where vectors go, of a command that makes any. */
  readonly embeddings?: EmbeddingSink | undefined;
  readonly onWatchEvent?: ((event: WatchEvent) => void) | undefined;
}

/** @throws CatalogError CATALOG_IN_USE, CATALOG_READ_ONLY, …; the interrupt's reason */
export async function openCommandLibrary(options: CommandLibraryOptions): Promise<Library> {
  const {
    context,
    terminal,
    libraryFolder,
    ownsRun = () => false,
    device,
    onLoaded,
    embeddings,
    onWatchEvent,
  } = options;
  const openModel = openInstalledModel({
    list: () => context.models(libraryFolder).list(),
    startHost: () => startHost(context, terminal),
    device: () => device ?? library.catalog.settings.get('device'),
  });
  // Loaded when needed: it brings the decoders, which every other command would wait for.
  const { openLibrary } = await import('../library/openLibrary.ts');
  const library = await openLibrary({
    ...catalogOptions(options),
    onWatchEvent,
    debounceMs: context.debounceMs,
    queue: {
      isBackground: false,
      interrupt: context.interrupt,
      ownsRun,
      embeddings,
      imageFor: context.imageFor,
      async openModel(identity, signal, options) {
        await terminal.loadingModel();
        const worker = await openModel(identity, signal, options);
        onLoaded?.();
        return worker;
      },
    },
  });
  return library;
}
