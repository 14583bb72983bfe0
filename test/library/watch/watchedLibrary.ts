/** @file A library in a temporary folder, with a folder of photos that tests change and compare. */
import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CatalogConnection } from '../../../main/library/catalog/connection.ts';
import { openDatabase } from '../../../main/library/catalog/database.ts';
import { FolderStore } from '../../../main/library/catalog/photos/folders.ts';
import { PhotoPlaceStore } from '../../../main/library/catalog/photos/photoPlaces.ts';
import { type Photo, PhotoStore } from '../../../main/library/catalog/photos/photos.ts';
import { RootStore } from '../../../main/library/catalog/photos/roots.ts';
import { SidecarStore } from '../../../main/library/catalog/photos/sidecars.ts';
import { AnswerStore } from '../../../main/library/catalog/texts/answers.ts';
import { CaptionStore } from '../../../main/library/catalog/texts/captions.ts';
import { type Disk, realDisk } from '../../../main/library/photos/disk.ts';
import { type AddRootOptions, addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { type ScanOptions, scanLibrary } from '../../../main/library/watch/scan.ts';
import { systemVolumes, type Volumes } from '../../../main/library/watch/volumes.ts';
import type { WatchContext, WatchEvent } from '../../../main/library/watch/watchContext.ts';
import { writeEmptyCatalog } from '../../support/emptyCatalog.ts';

export interface WatchedLibraryOptions {
  readonly disk?: Disk | undefined;
  readonly volumes?: Volumes | undefined;
  readonly debounceMs?: number | undefined;
}

export class WatchedLibrary implements AsyncDisposable {
  /** Where tests make their photos. */
  readonly folder: string;
  readonly connection: CatalogConnection;
  readonly roots: RootStore;
  readonly folders: FolderStore;
  readonly places: PhotoPlaceStore;
  readonly photos: PhotoStore;
  readonly captions: CaptionStore;
  readonly answers: AnswerStore;
  readonly context: WatchContext;
  readonly events: WatchEvent[] = [];
  nowMs = Date.now();

  /** What goes with the library. */
  readonly #ownFolder: string;

  private constructor(folder: string, options: WatchedLibraryOptions, ownFolder: string) {
    this.folder = folder;
    this.#ownFolder = ownFolder;
    const file = path.join(ownFolder, 'catalog.sqlite');
    writeEmptyCatalog(file);
    this.connection = new CatalogConnection({ database: openDatabase(file), file, nowMs: () => this.nowMs });
    this.roots = new RootStore(this.connection);
    this.folders = new FolderStore(this.connection);
    this.places = new PhotoPlaceStore(this.connection);
    this.photos = new PhotoStore(this.connection);
    this.captions = new CaptionStore(this.connection);
    this.answers = new AnswerStore(this.connection);
    const disk = options.disk ?? realDisk;
    this.context = {
      catalog: {
        connection: this.connection,
        roots: this.roots,
        folders: this.folders,
        places: this.places,
        sidecars: new SidecarStore(this.connection),
      },
      disk,
      volumes: options.volumes ?? systemVolumes(disk, process.platform),
      debounceMs: options.debounceMs ?? 0,
      onEvent: (event) => this.events.push(event),
    };
  }

  static async open(options: WatchedLibraryOptions = {}): Promise<WatchedLibrary> {
    const top = await newFolder();
    await mkdir(path.join(top, 'photos'));
    return new WatchedLibrary(path.join(top, 'photos'), options, top);
  }

  /** With these files, added and scanned. */
  static async with(...files: readonly string[]): Promise<WatchedLibrary> {
    const library = await WatchedLibrary.open();
    for (const file of files) await library.write(file);
    await library.add();
    await library.scan();
    return library;
  }

  /** Another library with the same folders, new. */
  static async openOver(folder: string): Promise<WatchedLibrary> {
    return new WatchedLibrary(folder, {}, await newFolder());
  }

  path(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** Makes a file, and the folders above it; without content, its path is what is in it. */
  async write(relativePath: string, content: string | Buffer = relativePath, modifiedMs?: number): Promise<void> {
    const file = this.path(relativePath);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    if (modifiedMs !== undefined) await utimes(file, modifiedMs / 1000, modifiedMs / 1000);
  }

  /** Adds a folder below the test's, by default the test's own. Returns the root's id. */
  async add(relativePath = '', options: Partial<AddRootOptions> = {}) {
    const { root } = await addRoot(this.context, this.path(relativePath), { watched: true, ...options });
    return root.id;
  }

  scan(options?: ScanOptions) {
    return scanLibrary(this.context, options);
  }

  /** Scans until nothing is in doubt any more, as what was read within a tick of being written is. */
  async scanUntilSure(): Promise<void> {
    const inDoubt = this.connection.prepare<[], number>('SELECT count(*) FROM photo WHERE changed_ns < 0').pluck();
    do {
      await this.scan();
      await sleep(5);
    } while (inDoubt.get() !== 0);
  }

  /** The photo whose file is there. */
  at(relativePath: string): Photo | undefined {
    return this.all().find((photo) => photo.path === this.path(relativePath) && photo.missingSinceMs === undefined);
  }

  /** Paths of photos that are not missing, from the test's folder. */
  present(): string[] {
    return this.all()
      .filter(({ missingSinceMs }) => missingSinceMs === undefined)
      .map((photo) => path.relative(this.folder, photo.path))
      .sort();
  }

  missing(): string[] {
    return this.all()
      .filter(({ missingSinceMs }) => missingSinceMs !== undefined)
      .map((photo) => path.relative(this.folder, photo.path))
      .sort();
  }

  all(): Photo[] {
    const ids = this.connection.prepare<[], number>('SELECT id FROM photo ORDER BY id').pluck().all();
    return ids.map((id) => this.photos.get(id));
  }

  /** What a person writes about the photo that is there. */
  caption(relativePath: string, text = `caption of ${relativePath}`): void {
    const photo = this.at(relativePath);
    if (photo === undefined) throw new Error(`no photo at ${relativePath}`);
    this.captions.write(photo.id, text);
  }

  captionsAt(relativePath: string): string[] {
    const photo = this.at(relativePath);
    return photo === undefined ? [] : this.captions.of(photo.id).map(({ text }) => text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.database.close();
    await rm(this.#ownFolder, { recursive: true, force: true });
  }
}

async function newFolder(): Promise<string> {
  return await realpath(await mkdtemp(path.join(tmpdir(), 'vignette-watch-')));
}
