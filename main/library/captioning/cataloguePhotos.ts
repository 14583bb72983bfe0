/**
 * @file Makes files that a command names photos of the catalog, whatever they are called and wherever they lie: new
 * ones are added, moved and edited ones recognised. Of other files nothing is said. Main process and CLI.
 */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { holds, pathBelow } from '../files/commonFolder.ts';
import { LibraryError } from '../files/libraryError.ts';
import type { PhotoSearch } from '../photos/findPhotos.ts';
import { nameKey } from '../photos/nameKey.ts';
import type { PhotoFile } from '../photos/photoFile.ts';
import { FileMatcher } from '../watch/fileMatcher.ts';
import { fingerprintBuffer } from '../watch/fingerprint.ts';
import { type FolderOnDisk, filesAtOnce, type NamedFile, pairNames, snapshotFiles } from '../watch/folderFiles.ts';
import { addRoot, coveringRoot } from '../watch/libraryRoots.ts';
import { isReplaced } from '../watch/planEntry.ts';
import { updatePresence } from '../watch/presence.ts';
import type { WatchContext } from '../watch/watchContext.ts';
import { WriteDebounce } from '../watch/writeDebounce.ts';

export interface CatalogueOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface Catalogued {
  /** By the files' absolute paths, as the search found them. */
  readonly photoIds: ReadonlyMap<string, number>;
  readonly problems: ReadonlyMap<string, LibraryError>;
}

/** A file that is still being written after that many looks has a problem. */
const debounceRounds = 2;

/**
 * A folder that was asked for and lies in none of the library's becomes one of them that is not watched.
 * @throws LibraryError for such a folder; CatalogError; the signal's reason: what was catalogued until then stays
 */
export async function cataloguePhotos(
  context: WatchContext,
  { photos, folders }: Pick<PhotoSearch, 'photos' | 'folders'>,
  options: CatalogueOptions = {},
): Promise<Catalogued> {
  await updatePresence(context, options.signal);
  const places = await realPlaces(context, folders);
  const work = new Cataloguing(context, options, photos.length);
  for (const [folder, files] of byFolder(photos)) await work.addFolder(placeOf(folder, places), files);
  return await work.finish();
}

/** A folder as it was named, and where it really is. */
interface NamedPlace {
  readonly named: string;
  readonly real: string;
}

async function realPlaces(context: WatchContext, folders: readonly string[]): Promise<NamedPlace[]> {
  const places: NamedPlace[] = [];
  for (const named of new Set(folders)) {
    const real = await context.disk.realPath(named);
    if (coveringRoot(context, real) === undefined) await addRoot(context, real, { watched: false });
    places.push({ named, real });
  }
  // A folder within another one: the nearest counts.
  return places.sort((a, b) => b.named.length - a.named.length);
}

/** Links below what was named keep their own paths: that is how scans know what is behind them. */
function placeOf(folder: string, places: readonly NamedPlace[]): string {
  const place = places.find(({ named }) => holds(named, folder));
  return place === undefined ? folder : path.join(place.real, path.relative(place.named, folder));
}

class Cataloguing {
  readonly #context: WatchContext;
  readonly #options: CatalogueOptions;
  readonly #matcher: FileMatcher;
  readonly #debounce: WriteDebounce;
  readonly #buffer = fingerprintBuffer();
  readonly #folders: { readonly onDisk: FolderOnDisk; readonly photos: readonly PhotoFile[] }[] = [];
  readonly #problems = new Map<string, LibraryError>();
  readonly #total: number;
  #done = 0;

  constructor(context: WatchContext, options: CatalogueOptions, total: number) {
    this.#context = context;
    this.#options = options;
    this.#total = total;
    this.#matcher = new FileMatcher(context, options.signal);
    this.#debounce = new WriteDebounce(context.debounceMs);
  }

  /** @param photos in the order in which new ones are to be numbered */
  async addFolder(folderPath: string, photos: readonly PhotoFile[]): Promise<void> {
    const root = coveringRoot(this.#context, folderPath);
    if (root === undefined) {
      for (const photo of photos) this.#problems.set(photo.path, awayNow());
      return;
    }
    const { folders } = this.#context.catalog;
    const folder = folders.get(folders.ensure(root.id, pathBelow(root.path, folderPath)));
    const fileNames = photos.map((photo) => path.basename(photo.path));
    const isOther = await this.#context.disk.state(folderPath).then(
      (state) => isReplaced(folder, state),
      () => false,
    );
    const onDisk: FolderOnDisk = { root, folder, path: folderPath, fileNames, isReplaced: isOther };
    this.#folders.push({ onDisk, photos });
    const { files } = await pairNames(this.#context, onDisk);
    const order = new Map(fileNames.map((name, index) => [name, index]));
    const ordered = files.toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
    for (let start = 0; start < ordered.length; start += filesAtOnce) {
      const some = ordered.slice(start, start + filesAtOnce);
      await this.#add(onDisk, some);
      this.#done += some.length;
      this.#options.onProgress?.(this.#done, this.#total);
    }
  }

  async finish(): Promise<Catalogued> {
    const { signal } = this.#options;
    for (let round = 0; round < debounceRounds && this.#debounce.size > 0; round += 1) {
      await pause(this.#context.debounceMs, undefined, { signal });
      for (const { onDisk, files } of this.#debounce.take()) await this.#add(onDisk, files);
    }
    const unfinished = new Set(
      this.#debounce.take().flatMap(({ onDisk, files }) => files.map(({ name }) => path.join(onDisk.path, name))),
    );
    for await (const _ of this.#matcher.matchDeferred(filesAtOnce)) signal?.throwIfAborted();
    const photoIds = new Map<string, number>();
    for (const { onDisk, photos } of this.#folders) {
      for (const photo of photos) {
        const file = path.join(onDisk.path, path.basename(photo.path));
        const key = nameKey(onDisk.root.nameRule, path.basename(photo.path));
        const id = this.#context.catalog.places.at(onDisk.folder.id, key)?.id;
        const problem = unfinished.has(file) ? stillWritten() : this.#problems.get(file);
        if (problem !== undefined) this.#problems.set(photo.path, problem);
        else if (id !== undefined) photoIds.set(photo.path, id);
      }
    }
    return { photoIds, problems: this.#problems };
  }

  async #add(onDisk: FolderOnDisk, files: readonly NamedFile[]): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const looks = await snapshotFiles(this.#context, onDisk, files, {
      buffer: this.#buffer,
      isStable: (file, state) => this.#debounce.isStable(file, state),
    });
    for (const problem of looks.problems) this.#problems.set(problem.path, problem.error);
    if (looks.unstable.length > 0) this.#debounce.add(onDisk, looks.unstable);
    if (looks.found.length > 0) await this.#matcher.match(looks.found);
  }
}

function byFolder(photos: readonly PhotoFile[]): Map<string, PhotoFile[]> {
  const folders = new Map<string, PhotoFile[]>();
  for (const photo of photos) {
    const folder = path.dirname(photo.path);
    const others = folders.get(folder);
    if (others === undefined) folders.set(folder, [photo]);
    else others.push(photo);
  }
  return folders;
}

function stillWritten(): LibraryError {
  return new LibraryError('PATH_UNREADABLE', 'The file is still being written.');
}

function awayNow(): LibraryError {
  return new LibraryError('PATH_UNREADABLE', 'Its drive is away, or another one has taken its place.');
}
