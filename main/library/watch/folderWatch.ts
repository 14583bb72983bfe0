/**
 * @file Has the system tell of changes in folders. Main process, CLI.
 *
 * Chokidar knows the ways of many systems and of the programs that write there. It keeps every file in memory and looks
 * at each once more at the start, though: 430 MB and 6 s of a processor for 100,000 photos, against 8 MB and 0.1 s for the
 * system's own watches on folders. So large roots get those. What changed, reconciling finds out either way; where
 * is all it asks.
 */
import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import { type FSWatcher as ChokidarWatcher, watch as chokidarWatch } from 'chokidar';
import { isPassedOver } from '../photos/photoKinds.ts';

export interface FolderWatchOptions {
  /** Something happened to the entry of that name, or, without one, to any of the folder's. */
  readonly onHint: (folder: string, name: string | undefined) => void;
  /** The folder, or for a recursive watch the root, is no longer watched. */
  readonly onFailure: (folder: string, error: unknown) => void;
  readonly platform?: NodeJS.Platform | undefined;
  /** A root that holds more than Chokidar should be asked to keep in mind. */
  readonly isLarge: (root: string) => boolean;
}

export interface FolderWatching extends Disposable {
  /** Watches these folders of the root and no others of it. Returns those that were not watched before. */
  watchOnly(root: string, folders: Iterable<string>): string[];
  /** Another folder may have this name now: the next `watchOnly` begins anew with it and what is below. */
  forget(folder: string): void;
}

export function folderWatching(options: FolderWatchOptions): FolderWatching {
  return new ChosenWatching(options);
}

/** Each root in the way that suits its size when it is first watched. */
class ChosenWatching implements FolderWatching {
  readonly #isLarge: (root: string) => boolean;
  readonly #small: FolderWatching;
  readonly #large: FolderWatching;
  readonly #ways = new Map<string, FolderWatching>();

  constructor(options: FolderWatchOptions) {
    this.#isLarge = options.isLarge;
    this.#small = new ChokidarWatching(options);
    this.#large = largeRootWatching(options);
  }

  watchOnly(root: string, folders: Iterable<string>): string[] {
    const way = this.#ways.get(root) ?? (this.#isLarge(root) ? this.#large : this.#small);
    const wanted = [...folders];
    if (wanted.length === 0) this.#ways.delete(root);
    else this.#ways.set(root, way);
    return way.watchOnly(root, wanted);
  }

  forget(folder: string): void {
    this.#large.forget(folder);
  }

  [Symbol.dispose](): void {
    this.#small[Symbol.dispose]();
    this.#large[Symbol.dispose]();
  }
}

/** Linux has to be asked folder by folder; the others watch all that is below. */
export function largeRootWatching(options: FolderWatchOptions): FolderWatching {
  const platform = options.platform ?? process.platform;
  return platform === 'darwin' || platform === 'win32' ? new TreeWatching(options) : new SingleFolderWatching(options);
}

class ChokidarWatching implements FolderWatching {
  readonly #options: FolderWatchOptions;
  readonly #watchers = new Map<string, ChokidarWatcher>();

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  watchOnly(root: string, folders: Iterable<string>): string[] {
    const isWanted = !folders[Symbol.iterator]().next().done;
    if (!isWanted) this.#close(root);
    if (!isWanted || this.#watchers.has(root)) return [];
    this.#open(root);
    return [root];
  }

  /** It finds new folders itself. */
  forget(): void {}

  [Symbol.dispose](): void {
    for (const root of [...this.#watchers.keys()]) this.#close(root);
  }

  #open(root: string): void {
    const { onHint, onFailure } = this.#options;
    const watcher = chokidarWatch(root, {
      ignoreInitial: true,
      persistent: false,
      ignored: (entry) => entry !== root && isPassedOver(path.basename(entry), path.basename(path.dirname(entry))),
    });
    watcher.on('all', (_kind, entry) => onHint(path.dirname(entry), path.basename(entry)));
    watcher.on('error', (error) => onFailure(root, error));
    // What happened while it looked around may have been missed.
    watcher.on('ready', () => onFailure(root, new Error('watching has only begun')));
    this.#watchers.set(root, watcher);
  }

  #close(root: string): void {
    // Its promise is for those who wait for the last callback; nobody does.
    void this.#watchers.get(root)?.close();
    this.#watchers.delete(root);
  }
}

class SingleFolderWatching implements FolderWatching {
  readonly #options: FolderWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #roots = new Map<string, Set<string>>();

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  watchOnly(root: string, folders: Iterable<string>): string[] {
    const wanted = new Set(folders);
    for (const folder of this.#roots.get(root) ?? []) {
      if (!wanted.has(folder)) this.#close(folder);
    }
    this.#roots.set(root, wanted);
    const added: string[] = [];
    for (const folder of wanted) {
      if (!this.#watchers.has(folder) && this.#open(folder)) added.push(folder);
    }
    return added;
  }

  forget(folder: string): void {
    const below = `${folder}${path.sep}`;
    for (const watched of [...this.#watchers.keys()]) {
      if (watched === folder || watched.startsWith(below)) this.#close(watched);
    }
  }

  [Symbol.dispose](): void {
    for (const folder of [...this.#watchers.keys()]) this.#close(folder);
    this.#roots.clear();
  }

  #open(folder: string): boolean {
    try {
      const watcher = watch(folder, { persistent: false }, (_kind, name) =>
        this.#options.onHint(folder, name ?? undefined),
      );
      watcher.on('error', (error) => {
        this.#close(folder);
        this.#options.onFailure(folder, error);
      });
      this.#watchers.set(folder, watcher);
      return true;
    } catch (error) {
      this.#options.onFailure(folder, error);
      return false;
    }
  }

  #close(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}

class TreeWatching implements FolderWatching {
  readonly #options: FolderWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  watchOnly(root: string, folders: Iterable<string>): string[] {
    const isWanted = !folders[Symbol.iterator]().next().done;
    if (!isWanted) this.#close(root);
    return isWanted && !this.#watchers.has(root) && this.#open(root) ? [root] : [];
  }

  /** The system keeps track of names itself. */
  forget(): void {}

  [Symbol.dispose](): void {
    for (const root of [...this.#watchers.keys()]) this.#close(root);
  }

  #open(root: string): boolean {
    try {
      const watcher = watch(root, { persistent: false, recursive: true }, (_kind, name) => {
        if (name === null) this.#options.onFailure(root, new Error('events were lost'));
        else this.#options.onHint(path.join(root, path.dirname(name)), path.basename(name));
      });
      watcher.on('error', (error) => {
        this.#close(root);
        this.#options.onFailure(root, error);
      });
      this.#watchers.set(root, watcher);
      return true;
    } catch (error) {
      this.#options.onFailure(root, error);
      return false;
    }
  }

  #close(root: string): void {
    this.#watchers.get(root)?.close();
    this.#watchers.delete(root);
  }
}
