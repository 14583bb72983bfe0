/**
 * @file Reconciles folders: compares them with the catalog and brings it in step. The one way in which files get into it
 * and out of it: scans and the watcher differ only in which folders they name. Main process, CLI.
 *
 * Whatever was found is stored at once, a few files at a time; only edits and absences wait for the end, when all that
 * is new is known and a move cannot be mistaken for either. A pass that was cut short is simply done again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Root } from '../catalog/photos/roots.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { applyPlan } from './applyPlan.ts';
import { FileMatcher } from './fileMatcher.ts';
import { fingerprintBuffer } from './fingerprint.ts';
import { type FolderOnDisk, filesAtOnce, type NamedFile, pairNames, problemOf, snapshotFiles } from './folderFiles.ts';
import { type FolderListing, listFolder } from './folderListing.ts';
import { markMissing, moveToDuplicates } from './markMissing.ts';
import { isReplaced } from './planEntry.ts';
import { type Descent, formerFolders, type MetFolder, planDescent, type Visit } from './planFolders.ts';
import { updateRootPresence } from './presence.ts';
import { RootScan } from './rootScan.ts';
import { ScanReport } from './scanReport.ts';
import { compareSidecars } from './sidecarFiles.ts';
import type { ScanCounts, ScanProblem, WatchContext } from './watchContext.ts';
import { type FolderPlace, WriteDebounce } from './writeDebounce.ts';

/** Folders that are read side by side: more than the four threads that Node reads with would only wait. */
const foldersAtOnce = 6;
const absentAtOnce = 128;
/** A file that is still being written after that many looks is left to the next pass. */
const debounceRounds = 2;

export interface ReconcileResult extends ScanCounts {
  readonly problemList: readonly ScanProblem[];
  /** Folders with files that are still being written. */
  readonly unfinished: readonly FolderPlace[];
  /** Roots that need to be compared whole, since something was met that depends on everything else. */
  readonly incompleteRootIds: readonly number[];
}

export interface ReconcileOptions {
  readonly signal?: AbortSignal | undefined;
  /** About how many files there are, as far as anybody knows. */
  readonly expectedFiles?: number | undefined;
}

export class Reconciler {
  readonly #context: WatchContext;
  readonly #signal: AbortSignal | undefined;
  readonly #matcher: FileMatcher;
  readonly #report: ScanReport;
  readonly #debounce: WriteDebounce;
  readonly #passes: RootScan[] = [];
  readonly #incomplete = new Set<number>();
  readonly #buffers = Array.from({ length: foldersAtOnce }, fingerprintBuffer);

  constructor(context: WatchContext, { signal, expectedFiles = 0 }: ReconcileOptions = {}) {
    this.#context = context;
    this.#signal = signal;
    this.#matcher = new FileMatcher(context, signal);
    this.#report = new ScanReport(context, expectedFiles);
    this.#debounce = new WriteDebounce(context.debounceMs);
  }

  /** Everything in the root. @throws the signal's reason; CatalogError */
  async reconcileRoot(root: Root): Promise<void> {
    await this.#walk(root, [{ relativePath: '', isDeep: true }]);
  }

  /**
   * These folders only, and what is new below them.
   *
   * @param deep folders of which everything below is compared, too
   */
  async reconcileFolders(root: Root, shallow: Iterable<string>, deep: Iterable<string>): Promise<void> {
    await this.#walk(root, [
      ...[...shallow].map((relativePath) => ({ relativePath, isDeep: false })),
      ...[...deep].map((relativePath) => ({ relativePath, isDeep: true })),
    ]);
  }

  /** Decides what had to wait. To be called once, when all that is to be compared was. */
  async finish(): Promise<ReconcileResult> {
    for (let round = 0; round < debounceRounds && this.#debounce.size > 0; round += 1) {
      await pause(this.#context.debounceMs, undefined, { signal: this.#signal });
      await this.#retryUnstable();
    }
    for await (const applied of this.#matcher.matchDeferred(filesAtOnce)) {
      this.#signal?.throwIfAborted();
      this.#report.applied(applied);
    }
    for (const pass of this.#passes) {
      // A drive that was pulled out looks like one whose files were deleted.
      if ((await updateRootPresence(this.#context, pass.root)) === 'online') await this.#markMissing(pass);
    }
    this.#report.applied(await moveToDuplicates(this.#context, this.#matcher.displaced, this.#signal));
    return {
      ...this.#report.finish(),
      unfinished: this.#debounce.folders(),
      incompleteRootIds: [...this.#incomplete],
    };
  }

  async #walk(root: Root, visits: readonly Visit[]): Promise<void> {
    const pass = new RootScan(this.#context, root);
    this.#passes.push(pass);
    const folders = [...visits];
    // Last, so that a folder which is reached in both ways is known by its own path.
    const links: Visit[] = [];
    while (folders.length > 0 || links.length > 0) {
      this.#signal?.throwIfAborted();
      const next = folders.length > 0 ? folders.splice(-foldersAtOnce) : links.splice(0, 1);
      await Promise.all(
        next.map(async (visit, index) => {
          const inside = await this.#visit(pass, visit, this.#buffers[index] ?? fingerprintBuffer());
          folders.push(...inside.folders);
          links.push(...inside.links);
        }),
      );
    }
  }

  async #visit(pass: RootScan, visit: Visit, buffer: Buffer): Promise<Pick<Descent, 'folders' | 'links'>> {
    const { relativePath } = visit;
    let listing: FolderListing;
    try {
      listing = await listFolder(this.#context, pass, relativePath);
    } catch (error) {
      this.#failToList(pass, relativePath, error);
      return { folders: [], links: [] };
    }
    const { device, inode } = listing.state;
    const identity = `${device}:${inode}`;
    if (pass.entered.has(identity)) return { folders: [], links: [] };
    pass.entered.add(identity);
    const met = { rootId: pass.root.id, relativePath, inode, ...listing };
    const folder = pass.meet(met, await this.#goneOf(pass, met));
    this.#report.folder();
    const onDisk = {
      root: pass.root,
      folder,
      path: pass.absolute(relativePath),
      isReplaced: isReplaced(folder, listing.state),
      ...listing,
    };
    // First: photos that are found with sidecars are read with them at once.
    this.#report.applied({ changed: await compareSidecars(this.#context, onDisk) });
    await this.#compareFiles(onDisk, pass, buffer);
    // Only now: a pass that is cut short is to find it replaced the next time, too.
    pass.noteInode(folder, inode);
    const descent = planDescent(visit, listing, pass.below(folder.id), (inside) => pass.find(inside));
    pass.lose(descent.lost);
    if (descent.isIncomplete) this.#incomplete.add(pass.root.id);
    return descent;
  }

  #failToList(pass: RootScan, relativePath: string, error: unknown): void {
    const code = fileSystemCode(error);
    const folder = pass.find(relativePath);
    if ((code === 'ENOENT' || code === 'ENOTDIR') && folder !== undefined) {
      pass.lose([folder]);
    } else {
      this.#report.problems(problemOf(pass.absolute(relativePath), error));
    }
  }

  /** Of the folders that this one may have been before, those that are not where the catalog has them any more. */
  async #goneOf(pass: RootScan, met: MetFolder): Promise<ReadonlySet<number>> {
    const gone = new Set<number>();
    for (const { id, relativePath } of formerFolders(met, pass.snapshot(met))) {
      const isGone = await this.#context.disk.state(pass.absolute(relativePath)).then(
        ({ inode }) => inode !== met.inode,
        () => true,
      );
      if (isGone) gone.add(id);
    }
    return gone;
  }

  async #compareFiles(onDisk: FolderOnDisk, pass: RootScan, buffer: Buffer): Promise<void> {
    const { files, absent } = await pairNames(this.#context, onDisk);
    pass.absent.push(...absent.map(({ id, folderId, nameKey }) => ({ id, folderId, nameKey })));
    for (let start = 0; start < files.length; start += filesAtOnce) {
      this.#signal?.throwIfAborted();
      const some = files.slice(start, start + filesAtOnce);
      await this.#compareSome(onDisk, some, buffer);
      this.#report.files(some.length);
    }
  }

  async #compareSome(onDisk: FolderOnDisk, files: readonly NamedFile[], buffer: Buffer): Promise<void> {
    const snapshot = await snapshotFiles(this.#context, onDisk, files, {
      buffer,
      isStable: (path, state) => this.#debounce.isStable(path, state),
    });
    this.#report.problems(snapshot.problems);
    if (snapshot.unstable.length > 0) this.#debounce.add(onDisk, snapshot.unstable);
    if (snapshot.found.length > 0) this.#report.applied(await this.#matcher.match(snapshot.found));
  }

  async #retryUnstable(): Promise<void> {
    for (const { onDisk, files } of this.#debounce.take()) {
      await this.#compareSome(onDisk, files, this.#buffers[0] ?? fingerprintBuffer());
    }
  }

  async #markMissing(pass: RootScan): Promise<void> {
    const { catalog } = this.#context;
    const gone = pass.goneFolders();
    for (const folder of gone) {
      for (let afterKey: string | undefined = ''; afterKey !== undefined; ) {
        const page = catalog.places.inFolder(folder.id, afterKey, absentAtOnce);
        pass.absent.push(...page.map(({ id, folderId, nameKey }) => ({ id, folderId, nameKey })));
        afterKey = page.at(-1)?.nameKey;
      }
    }
    for (let start = 0; start < pass.absent.length; start += absentAtOnce) {
      this.#signal?.throwIfAborted();
      const some = pass.absent.slice(start, start + absentAtOnce);
      this.#report.applied(await markMissing(this.#context, pass, some, this.#signal));
    }
    applyPlan(catalog, [{ kind: 'removeFolders', folderIds: gone.map(({ id }) => id) }]);
  }
}
