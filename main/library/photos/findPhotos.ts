/** @file Finds the photos under files and folders that a person named. Main process and CLI. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { commonFolder, pathBelow } from '../files/commonFolder.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import { namedPlaces } from './namedPlaces.ts';
import { naturalPathOrder } from './order.ts';
import type { PhotoFile } from './photoFile.ts';
import { hasPhotoExtension, isPassedOver } from './photoKinds.ts';
import { programFolderError } from './programFolder.ts';

/** The part of the file system that a search reads; tests put failures here. */
export interface FolderReader {
  list(folder: string): Promise<Dirent[]>;
  stat(file: string): Promise<{ isFile(): boolean; isDirectory(): boolean; size: number; mtimeMs: number }>;
  realPath(file: string): Promise<string>;
}

export interface PhotoSearch {
  /** In natural order of their relative paths, each file once. */
  readonly photos: readonly PhotoFile[];
  /** Folders and files that could not be looked at; the search went on without them. */
  readonly problems: readonly PathProblem[];
  /** The folder that relative paths start from: the one folder asked for, or the deepest that holds all of them. */
  readonly baseFolder: string;
  /** The folders that were asked for, and those that hold the files that were. */
  readonly folders: readonly string[];
}

export interface PathProblem {
  readonly path: string;
  readonly shownAs: string;
  readonly error: LibraryError;
}

export interface SearchOptions {
  readonly cwd: string;
  readonly platform?: NodeJS.Platform | undefined;
  readonly reader?: FolderReader | undefined;
  /** Folders that are not looked into unless they are named, absolute, whichever way leads there: the library's own. */
  readonly excluded?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onFound?: ((count: number) => void) | undefined;
}

export const diskReader: FolderReader = {
  list: (folder) => readdir(folder, { withFileTypes: true }),
  stat: (file) => stat(file),
  realPath: (file) => realpath(file),
};

/** Files are looked up this many at a time: enough to hide the latency of network drives. */
const statsAtOnce = 32;

/**
 * A file named outright counts whatever its name; in folders, the extension decides. `named` may have `file:` addresses and
 * patterns: see `namedPlaces`.
 */
export async function findPhotos(named: readonly string[], options: SearchOptions): Promise<PhotoSearch> {
  const reader = options.reader ?? diskReader;
  // One that is not there yet has no other path.
  const excluded = (options.excluded ?? []).map((folder) => reader.realPath(folder).catch(() => folder));
  const search = new Search(options, reader, await Promise.all(excluded));
  const bases: string[] = [];
  for (const name of named) {
    bases.push(...(await search.start(name)));
  }
  await search.followLinkedFolders();
  const baseFolder = commonFolder(bases) ?? options.cwd;
  const photos = search.found.map((photo) => ({ ...photo, relativePath: pathBelow(baseFolder, photo.path) }));
  const order = naturalPathOrder();
  photos.sort((a, b) => order(a.relativePath, b.relativePath));
  return { photos, problems: search.problems, baseFolder, folders: bases };
}

interface Place {
  readonly path: string;
  readonly shownAs: string;
}

/** The state of one search. */
class Search {
  readonly found: Omit<PhotoFile, 'relativePath'>[] = [];
  readonly problems: PathProblem[] = [];
  readonly #seenFiles = new Set<string>();
  /** Real paths: a folder is walked once, by whichever way leads there, so circles of links end. */
  readonly #seenFolders = new Set<string>();
  readonly #excluded: ReadonlySet<string>;
  readonly #linkedFolders: Place[] = [];
  readonly #reader: FolderReader;
  readonly #options: SearchOptions;

  /** @param excluded real paths */
  constructor(options: SearchOptions, reader: FolderReader, excluded: readonly string[]) {
    this.#options = options;
    this.#reader = reader;
    this.#excluded = new Set(excluded);
  }

  /** Returns the folders that the argument stands in or for; none when there is nothing there. */
  async start(name: string): Promise<readonly string[]> {
    const { cwd, platform, signal } = this.#options;
    try {
      const bases: string[] = [];
      const list = (folder: string) => this.#reader.list(folder);
      for (const place of await namedPlaces(name, { cwd, platform, list, signal })) {
        const base = await this.#startAt(place);
        if (base !== undefined) bases.push(base);
      }
      return bases;
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      this.#report({ path: path.resolve(cwd, name), shownAs: name }, error);
      return [];
    }
  }

  async #startAt(place: Place): Promise<string | undefined> {
    try {
      const stats = await this.#reader.stat(place.path);
      if (stats.isDirectory()) {
        const foreign = programFolderError(place.path);
        if (foreign !== undefined) {
          this.#report(place, foreign);
          return undefined;
        }
        await this.#walk(place, true);
        return place.path;
      }
      if (!stats.isFile()) {
        this.#report(place, new LibraryError('PATH_NOT_A_FILE', 'This is neither a file nor a folder.'));
        return undefined;
      }
      this.#add(place, stats);
      return path.dirname(place.path);
    } catch (error) {
      this.#reportFailure(place, error);
      return undefined;
    }
  }

  /** Last, so that a folder reached both directly and through a link is shown by its own path. */
  async followLinkedFolders(): Promise<void> {
    for (let place = this.#linkedFolders.shift(); place !== undefined; place = this.#linkedFolders.shift()) {
      await this.#walk(place, false);
    }
  }

  /** @param isNamed then it is looked into whatever it is */
  async #walk(top: Place, isNamed: boolean): Promise<void> {
    const folders: Place[] = [top];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      this.#options.signal?.throwIfAborted();
      const files: Place[] = [];
      for (const entry of await this.#entriesOf(folder, isNamed && folder === top)) {
        const place = { path: path.join(folder.path, entry.name), shownAs: path.join(folder.shownAs, entry.name) };
        if (isPassedOver(entry.name, path.basename(folder.path))) {
          continue;
        }
        if (entry.isDirectory()) {
          folders.push(place);
        } else if (entry.isSymbolicLink()) {
          await this.#sortLink(place, files);
        } else if (entry.isFile() && hasPhotoExtension(entry.name)) {
          files.push(place);
        }
      }
      await this.#addAll(files);
      this.#options.onFound?.(this.found.length);
    }
  }

  async #entriesOf(folder: Place, isNamed: boolean): Promise<Dirent[]> {
    try {
      const realPath = await this.#reader.realPath(folder.path);
      if (this.#seenFolders.has(realPath) || (!isNamed && this.#excluded.has(realPath))) {
        return [];
      }
      this.#seenFolders.add(realPath);
      return await this.#reader.list(folder.path);
    } catch (error) {
      this.#report(
        folder,
        new LibraryError('PATH_UNREADABLE', `The folder cannot be read: ${fileSystemReason(error)}.`, {}, error),
      );
      return [];
    }
  }

  async #sortLink(place: Place, files: Place[]): Promise<void> {
    try {
      const target = await this.#reader.stat(place.path);
      if (target.isDirectory()) {
        this.#linkedFolders.push(place);
      } else if (target.isFile() && hasPhotoExtension(place.path)) {
        files.push(place);
      }
    } catch (error) {
      if (hasPhotoExtension(place.path)) {
        this.#reportFailure(place, error);
      }
    }
  }

  async #addAll(files: readonly Place[]): Promise<void> {
    for (let start = 0; start < files.length; start += statsAtOnce) {
      this.#options.signal?.throwIfAborted();
      const batch = files.slice(start, start + statsAtOnce);
      const results = await Promise.allSettled(batch.map((place) => this.#reader.stat(place.path)));
      for (const [index, result] of results.entries()) {
        const place = batch[index];
        if (place === undefined) {
          continue;
        }
        if (result.status === 'fulfilled') {
          this.#add(place, result.value);
        } else {
          this.#reportFailure(place, result.reason);
        }
      }
    }
  }

  #add(place: Place, stats: { size: number; mtimeMs: number }): void {
    if (!this.#seenFiles.has(place.path)) {
      this.#seenFiles.add(place.path);
      this.found.push({ ...place, sizeBytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs) });
    }
  }

  #reportFailure(place: Place, error: unknown): void {
    if (this.#options.signal?.aborted) {
      throw error;
    }
    if (fileSystemCode(error) === 'ENOENT') {
      // Node shows the bytes of such a name as U+FFFD, and then no longer finds the file.
      const message = place.path.includes('\ufffd')
        ? 'The file cannot be reached: its name is not valid Unicode; rename it.'
        : 'There is no such file or folder.';
      this.#report(place, new LibraryError('PATH_NOT_FOUND', message, {}, error));
      return;
    }
    this.#report(
      place,
      new LibraryError('PATH_UNREADABLE', `This cannot be read: ${fileSystemReason(error)}.`, {}, error),
    );
  }

  #report(place: Place, error: LibraryError): void {
    this.problems.push({ ...place, error });
  }
}
