/** @file Keeps an open library in step by itself: watches folders, reads new files, gives photos to rules, makes thumbnails and backups. Main process and server. */
import { tmpdir } from 'node:os';
import type { Problem } from '../../schemas/problem.ts';
import { problemOf } from './catalog/problems.ts';
import { namePlaces } from './images/namePlaces.ts';
import { prepareLooks } from './images/prepareLooks.ts';
import { readDetails } from './images/readDetails.ts';
import { LiveSidecars } from './liveSidecars/liveSidecars.ts';
import type { Library } from './openLibrary.ts';
import { AsyncSignal } from './queue/clock.ts';
import { StackKeeper } from './stacks/stackKeeper.ts';
import { hashContents, hashPictures } from './watch/hashPhotos.ts';
import type { ScanProblem, WatchEvent } from './watch/watchContext.ts';
import { LibraryWatcher } from './watch/watcher.ts';

export interface KeeperState {
  /** Folders are being compared with the disk. */
  readonly scanning: boolean;
  /** Files that the comparison under way has looked at. */
  readonly found: number;
  /** What could not be looked at, lately. */
  readonly problems: readonly ScanProblem[];
  /** Why some of the work in the background was not done. */
  readonly failure: Problem | undefined;
}

export interface KeeperOptions {
  readonly library: Library;
  readonly onChange: () => void;
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const problemsKept = 100;
/** Beyond what files that are being written are given. */
const sidecarQuietMs = 500;

export class LibraryKeeper implements AsyncDisposable {
  readonly #library: Library;
  readonly #onChange: () => void;
  readonly #closing = new AbortController();
  readonly #news = new AsyncSignal();
  /** Something came that may need reading. */
  #hasNews = true;
  #hourly: NodeJS.Timeout | undefined;
  #watcher: LibraryWatcher | undefined;
  #reading: Promise<void> | undefined;
  readonly #liveSidecars: LiveSidecars;
  readonly stacks: StackKeeper;
  #state: KeeperState = { scanning: false, found: 0, problems: [], failure: undefined };

  constructor({ library, onChange }: KeeperOptions) {
    this.#library = library;
    this.#onChange = onChange;
    this.#liveSidecars = new LiveSidecars({
      catalog: library.catalog,
      temporaryFolder: tmpdir(),
      quietMs: library.watch.debounceMs + sidecarQuietMs,
      onFailure: (error) => this.#fail(error),
    });
    this.stacks = new StackKeeper(library.catalog, (error) => this.#fail(error));
  }

  get state(): KeeperState {
    return this.#state;
  }

  /** Begins in the background, with comparing everything; returns at once. */
  start(): void {
    if (this.#watcher !== undefined) return;
    const { watch, catalog } = this.#library;
    this.#watcher = new LibraryWatcher(watch, { graceMs: catalog.settings.get('graceDays') * dayMs });
    this.#noteScanning();
    this.#hourly = setInterval(() => void this.#backUp(), hourMs);
    this.#hourly.unref();
    this.#reading = this.#read();
    this.#liveSidecars.start();
    this.stacks.start();
  }

  /** Compares a root, or all that are watched, as soon as what is under way is done. */
  scan(rootId?: number): void {
    const { roots } = this.#library.catalog;
    const all = roots.list().filter(({ watched }) => watched);
    this.#watcher?.compare(rootId === undefined ? all.map(({ id }) => id) : [rootId]);
    this.#noteScanning();
  }

  /** What comparing and watching tell. */
  take(event: WatchEvent): void {
    const { queue } = this.#library;
    switch (event.kind) {
      case 'found':
        void queue.applyRules(event.photoIds, this.#closing.signal).catch((error: unknown) => this.#fail(error));
        this.#wake();
        break;
      case 'changed':
        this.#wake();
        break;
      case 'moved':
        queue.photosReturned(event.photoIds);
        break;
      case 'online':
        queue.driveReturned();
        break;
      case 'progress':
        if (!this.#state.scanning) this.#noteScanning();
        this.#set({ found: event.progress.files });
        break;
      case 'problem':
        this.#set({ problems: [event.problem, ...this.#state.problems].slice(0, problemsKept) });
        break;
      case 'notice':
        this.#fail(event.error);
        break;
      case 'missing':
      case 'purged':
      case 'offline':
        // Some of them may have waited to be read.
        this.#onChange();
        break;
    }
  }

  /** What is under way stops; what it did is kept. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#hourly);
    this.#closing.abort();
    await this.#watcher?.[Symbol.asyncDispose]();
    await this.#reading;
    await this.#liveSidecars[Symbol.asyncDispose]();
    await this.stacks[Symbol.asyncDispose]();
  }

  /** What people see first comes first: sizes and dates of all, then pictures, then the bytes that nobody waits for. */
  async #read(): Promise<void> {
    const { signal } = this.#closing;
    const { catalog, watch, pictures, thumbnails } = this.#library;
    const { photos, fileInfo, writtenXmp, embeddedText } = catalog;
    while (!signal.aborted) {
      this.#hasNews = false;
      try {
        await namePlaces({ fileInfo, pictures, signal });
        // Whoever shows how many are left must hear of it, the last one above all.
        await readDetails({
          photos,
          fileInfo,
          writtenXmp,
          embeddedText,
          metadata: pictures,
          signal,
          onProgress: () => this.#onChange(),
        });
        // Not before what has just come: its details are waited for.
        if (!this.#hasNews) await prepareLooks({ photos, thumbnails, pictures, signal });
        if (!this.#hasNews) await hashPictures(watch.disk, { photos, signal });
        if (!this.#hasNews) await hashContents(watch.disk, { photos, signal });
        await this.#backUp();
      } catch (error) {
        if (!signal.aborted) this.#fail(error);
      }
      if (!this.#hasNews) await this.#news.wait(signal).catch(() => undefined);
    }
  }

  #wake(): void {
    this.#hasNews = true;
    this.#news.notify();
  }

  #noteScanning(): void {
    this.#set({ scanning: true });
    void this.#watcher?.idle().then(() => this.#set({ scanning: false }));
  }

  /** A backup that fails must not stop the rest: the catalog itself is fine. */
  async #backUp(): Promise<void> {
    try {
      await this.#library.catalog.backUpIfDue();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#set({ failure: problemOf(error) });
  }

  #set(change: Partial<KeeperState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onChange();
  }
}
