/**
 * @file Keeps the catalog in step with the disk while the application runs. What the system tells is taken as a hint where
 * to look: a moment later those folders are compared as in a scan. Main process, CLI.
 */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { VignetteError } from '../../../native-models/errors.ts';
import type { Root } from '../catalog/photos/roots.ts';
import { childPath, holds, parentOf, pathBelow } from '../files/commonFolder.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import { hasPhotoExtension, isPassedOver } from '../photos/photoKinds.ts';
import { isXmpName } from '../photos/xmpNames.ts';
import { DirtyFolders, type RootWork, withoutOverlap } from './dirtyFolders.ts';
import { type FolderWatching, type FolderWatchOptions, folderWatching } from './folderWatch.ts';
import { updatePresence } from './presence.ts';
import { Reconciler } from './reconciler.ts';
import { purgeMissing, scanLibrary } from './scan.ts';
import { isOnNetworkDrive } from './volumes.ts';
import type { WatchContext } from './watchContext.ts';

export interface WatcherOptions {
  /** Photos without a person's words leave the catalog when they have been missing for so long. */
  readonly graceMs: number;
  /** So long after the last of several changes they are looked at, together. */
  readonly quietMs?: number | undefined;
  /** How often to look whether a drive came or went. */
  readonly presenceEveryMs?: number | undefined;
  /** How often a root is compared whole, in case the system kept something back. */
  readonly compareEveryMs?: number | undefined;
  /** The same for network drives, and for what the system refuses to watch. */
  readonly pollEveryMs?: number | undefined;
  /** After something went wrong that may pass: a full disk, say. */
  readonly retryAfterMs?: number | undefined;
  readonly watching?: ((options: FolderWatchOptions) => FolderWatching) | undefined;
  readonly isNetworkDrive?: ((folder: string) => Promise<boolean>) | undefined;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const maxWaitMs = 2000;
/** Photos of a root: some 80 MB. */
const maxForChokidar = 20_000;

export class LibraryWatcher implements AsyncDisposable {
  readonly #context: WatchContext;
  readonly #options: WatcherOptions;
  readonly #abort = new AbortController();
  readonly #dirty = new DirtyFolders();
  readonly #watching: FolderWatching;
  /** Roots that are compared from time to time instead of being watched. */
  readonly #polled = new Set<number>();
  readonly #comparedAtMs = new Map<number, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #idlers: (() => void)[] = [];
  readonly #running: Promise<void>;
  readonly #stopListening: () => void;
  #roots: readonly Root[] = [];
  #rootsChanged = true;
  #presenceDue = true;
  #purgeDue = true;
  #isBusy = true;
  #lastHintMs = 0;
  #wake: () => void = () => {};

  /** Begins at once with comparing everything. */
  constructor(context: WatchContext, options: WatcherOptions) {
    this.#context = context;
    this.#options = options;
    this.#watching = (options.watching ?? folderWatching)({
      onHint: (folder, name) => this.#hint(folder, name),
      onFailure: (folder, error) => this.#fail(folder, error),
      isLarge: (root) => this.#isLarge(root),
    });
    this.#stopListening = context.catalog.connection.onChange(({ foldersChanged }) => {
      if (foldersChanged) this.#note(() => (this.#rootsChanged = true));
    });
    this.#every(options.presenceEveryMs ?? 5000, () => this.#note(() => (this.#presenceDue = true)));
    this.#every(dayMs, () => this.#note(() => (this.#purgeDue = true)));
    this.#every(Math.min(options.pollEveryMs ?? 5 * minuteMs, minuteMs), () => this.#noteOverdue());
    this.#running = this.#run();
  }

  /** Compares these roots whole, as soon as possible. */
  compare(rootIds: Iterable<number>): void {
    this.#note(() => {
      for (const id of rootIds) this.#dirty.root(id);
    });
  }

  /** When everything that was noticed so far is in the catalog. */
  idle(): Promise<void> {
    if (!this.#isBusy && !this.#hasWork()) return Promise.resolve();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    this.#stopListening();
    for (const timer of this.#timers) clearInterval(timer);
    this.#watching[Symbol.dispose]();
    this.#wake();
    await this.#running;
    for (const resolve of this.#idlers.splice(0)) resolve();
  }

  #every(intervalMs: number, work: () => void): void {
    const timer = setInterval(work, intervalMs);
    timer.unref();
    this.#timers.add(timer);
  }

  #note(change: () => void): void {
    change();
    this.#wake();
  }

  #hasWork(): boolean {
    return this.#rootsChanged || this.#presenceDue || !this.#dirty.isEmpty;
  }

  #hint(folder: string, name: string | undefined): void {
    if (name !== undefined && isPassedOver(name)) return;
    const root = this.#rootOf(folder);
    if (root === undefined) return;
    const relativePath = pathBelow(root.path, folder);
    this.#lastHintMs = performance.now();
    this.#note(() => {
      if (name === undefined || hasPhotoExtension(name) || isXmpName(name)) this.#dirty.folder(root.id, relativePath);
      else this.#dirty.entry(root.id, childPath(relativePath, name));
    });
  }

  #isLarge(rootPath: string): boolean {
    const root = this.#rootOf(rootPath);
    return root !== undefined && this.#context.catalog.roots.countPresent([root.id]) > maxForChokidar;
  }

  #rootOf(folder: string): Root | undefined {
    return this.#roots.find((root) => holds(root.path, folder));
  }

  #fail(folder: string, error: unknown): void {
    const root = this.#rootOf(folder);
    const code = fileSystemCode(error);
    if (root === undefined) return;
    if (code === 'ENOSPC' || code === 'EMFILE') this.#poll(root, error);
    else if (code === undefined) this.#note(() => this.#dirty.root(root.id));
    else this.#note(() => (this.#presenceDue = true));
  }

  #poll(root: Root, error: unknown): void {
    if (this.#polled.has(root.id)) return;
    this.#polled.add(root.id);
    const message = `The system watches no more folders, so ${root.path} is looked through every few minutes instead. On Linux, raise fs.inotify.max_user_watches.`;
    const details = { folder: root.path };
    this.#tellNotice(new LibraryError('WATCH_LIMIT_REACHED', message, details, error));
  }

  #tellNotice(error: VignetteError): void {
    this.#context.onEvent?.({ kind: 'notice', error });
  }

  #noteOverdue(): void {
    const nowMs = performance.now();
    for (const { id } of this.#roots) {
      const everyMs = this.#polled.has(id)
        ? (this.#options.pollEveryMs ?? 5 * minuteMs)
        : (this.#options.compareEveryMs ?? 60 * minuteMs);
      if (nowMs - (this.#comparedAtMs.get(id) ?? 0) >= everyMs) this.#note(() => this.#dirty.root(id));
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        if (this.#hasWork()) {
          this.#isBusy = true;
          await this.#untilQuiet();
          await this.#work();
          continue;
        }
        if (this.#purgeDue) await purgeMissing(this.#context, { graceMs: this.#options.graceMs, signal });
        this.#purgeDue = false;
      } catch (error) {
        if (signal.aborted) return;
        await this.#recover(error);
        continue;
      }
      if (this.#hasWork()) continue;
      this.#isBusy = false;
      for (const resolve of this.#idlers.splice(0)) resolve();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The catalog could not be written, say: everything is compared when it may be possible again. */
  async #recover(error: unknown): Promise<void> {
    const notice =
      error instanceof VignetteError ? error : new VignetteError('INTERNAL', String(error), { cause: error });
    this.#tellNotice(notice);
    await pause(this.#options.retryAfterMs ?? 30_000, undefined, { signal: this.#abort.signal, ref: false }).catch(
      () => {},
    );
    for (const { id } of this.#roots) this.#dirty.root(id);
  }

  /** A rename is two hints, a copied folder thousands. */
  async #untilQuiet(): Promise<void> {
    const quietMs = this.#options.quietMs ?? 300;
    const startMs = performance.now();
    for (;;) {
      const waitMs = this.#lastHintMs + quietMs - performance.now();
      if (waitMs <= 0 || performance.now() - startMs > maxWaitMs) return;
      await pause(waitMs, undefined, { signal: this.#abort.signal });
    }
  }

  async #work(): Promise<void> {
    if (this.#presenceDue) {
      this.#presenceDue = false;
      await updatePresence(this.#context, this.#abort.signal);
    }
    if (this.#rootsChanged) {
      this.#rootsChanged = false;
      await this.#followRoots();
    }
    if (!this.#dirty.isEmpty) await this.#compare(this.#dirty.take());
  }

  /** Watches what the catalog has now; what was not watched until now is compared once more. */
  async #followRoots(): Promise<void> {
    const { roots, folders } = this.#context.catalog;
    const before = new Map(this.#roots.map((root) => [root.id, root]));
    this.#roots = roots.list().filter(({ watched, state }) => watched && state === 'online');
    for (const root of before.values()) {
      if (this.#roots.some(({ id, path: now }) => id === root.id && now === root.path)) continue;
      this.#watching.watchOnly(root.path, []);
      before.delete(root.id);
    }
    for (const root of this.#roots) {
      if (before.get(root.id) === undefined) await this.#beginWith(root);
      if (this.#polled.has(root.id)) {
        this.#watching.watchOnly(root.path, []);
        continue;
      }
      const paths = folders.ofRoot(root.id).map(({ relativePath }) => path.join(root.path, relativePath));
      const added = this.#watching.watchOnly(root.path, paths);
      if (before.get(root.id) === undefined) continue;
      for (const folder of added) this.#dirty.folder(root.id, pathBelow(root.path, folder));
    }
  }

  async #beginWith(root: Root): Promise<void> {
    this.#dirty.root(root.id);
    const isNetworkDrive =
      this.#options.isNetworkDrive ?? ((folder: string) => isOnNetworkDrive(folder, process.platform));
    if (await isNetworkDrive(root.path)) this.#polled.add(root.id);
    else this.#polled.delete(root.id);
  }

  async #compare(work: ReadonlyMap<number, RootWork>): Promise<void> {
    const { signal } = this.#abort;
    const whole = this.#roots.filter(({ id }) => work.get(id)?.isWhole);
    if (whole.length > 0) {
      const { unfinished } = await scanLibrary(this.#context, { rootIds: whole.map(({ id }) => id), signal });
      for (const { id } of whole) this.#comparedAtMs.set(id, performance.now());
      this.#retryUnstableAt(unfinished);
    }
    const reconciler = new Reconciler(this.#context, { signal });
    for (const root of this.#roots) {
      const part = work.get(root.id);
      if (part === undefined || part.isWhole) continue;
      const { shallow, deep } = await this.#foldersOf(root, part);
      await reconciler.reconcileFolders(root, shallow, deep);
    }
    const { unfinished, incompleteRootIds } = await reconciler.finish();
    this.#retryUnstableAt(unfinished);
    for (const id of incompleteRootIds) this.#dirty.root(id);
  }

  /** Finds out which entries are, or were, folders. */
  async #foldersOf(root: Root, { shallow, entries }: RootWork) {
    const folders = new Set(shallow);
    const trees = new Set<string>();
    for (const entry of entries) {
      const absolute = path.join(root.path, entry);
      const kind = await this.#context.disk.state(absolute).then(
        (state) => state.kind,
        () => 'gone',
      );
      const isKnown = this.#context.catalog.folders.find(root.id, entry) !== undefined;
      if (kind === 'folder') trees.add(entry);
      if (kind === 'folder' || isKnown) {
        folders.add(parentOf(entry));
        this.#watching.forget(absolute);
        this.#rootsChanged = true;
      }
    }
    return withoutOverlap(folders, trees);
  }

  #retryUnstableAt(unfinished: readonly { readonly rootId: number; readonly relativePath: string }[]): void {
    if (unfinished.length === 0) return;
    this.#lastHintMs = performance.now();
    for (const { rootId, relativePath } of unfinished) this.#dirty.folder(rootId, relativePath);
  }
}
