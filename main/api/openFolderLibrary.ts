/** @file Opens some folders as a library and captions their photos with one compiled model. Main process and server. */
import { basename } from 'node:path';
import { promptStyleOf, readManifest } from '../../native-models/compiler/manifest.ts';
import { type GenerationSettings, generationSettingsSchema } from '../../native-models/runtime/protocol.ts';
import { type Answerer, type CaptionOutcome, captionPhotos } from '../library/captioning/captionPhotos.ts';
import { findPhotos } from '../library/photos/findPhotos.ts';
import type { PhotoFile } from '../library/photos/photoFile.ts';
import { defaultCaptionWording } from '../library/prompting/builtInPresets.ts';
import { FolderLibrary } from './folderLibrary.ts';

/** What is needed of a model host here; a host is started for the run and let go at its end. */
export interface CaptioningHost extends Answerer, AsyncDisposable {
  load(modelFolder: string, options?: { signal?: AbortSignal }): Promise<unknown>;
}

export interface OpenFolderLibraryOptions {
  /** Absolute paths. None opens an empty library. */
  readonly folders: readonly string[];
  /** What the library is called on the page; the folders' names unless given. */
  readonly name?: string;
  readonly model: { readonly id: string; readonly folder: string };
  readonly startHost: () => CaptioningHost;
  readonly signal?: AbortSignal;
}

async function* captionWith(
  options: OpenFolderLibraryOptions,
  settings: GenerationSettings,
  photos: readonly PhotoFile[],
  signal: AbortSignal,
): AsyncGenerator<CaptionOutcome<PhotoFile>> {
  if (photos.length === 0) return;
  await using host = options.startHost();
  await host.load(options.model.folder, { signal });
  const { text: prompt, kind } = defaultCaptionWording(promptStyleOf(await readManifest(options.model.folder)));
  yield* captionPhotos({ answerer: host, photos, prompt, kind, settings, signal });
}

/** Finds the photos, starts captioning them in the background and returns. Disposing of the library stops it. */
export async function openFolderLibrary(options: OpenFolderLibraryOptions): Promise<FolderLibrary> {
  const { photos, problems } = await findPhotos(options.folders, { cwd: process.cwd(), signal: options.signal });
  const settings = generationSettingsSchema.parse({ stopOnLoop: true });
  const library = new FolderLibrary({
    name: options.name ?? options.folders.map((folder) => basename(folder)).join(', '),
    photos,
    problems,
    modelId: options.model.id,
    caption: (rest, signal) => captionWith(options, settings, rest, signal),
  });
  library.start();
  return library;
}
