/** @file The folders of an open library: added, watched, scanned and removed, and what a scan found. Main process and server. */
import type { Root, ScanState } from '../../preload/contract/library.ts';
import type { LiveFolder } from '../library/catalog/exports/liveSidecars.ts';
import type { Root as CatalogRoot } from '../library/catalog/photos/roots.ts';
import { problemOf } from '../library/catalog/problems.ts';
import type { LibraryKeeper } from '../library/libraryKeeper.ts';
import type { Library } from '../library/openLibrary.ts';
import { pathOfFileUrl } from '../library/photos/fileUrl.ts';
import { addRoot, removeRoot } from '../library/watch/libraryRoots.ts';
import type { App, WatchedFolders } from './app.ts';
import { addFolderRule, defaultPreset } from './folderRules.ts';
import { writerOf } from './work.ts';

export interface AddFolderOptions {
  /** By default, where a model is installed that knows real photos. */
  readonly captions?: boolean | undefined;
  readonly modelId?: string | undefined;
}

export interface LibraryFoldersParts {
  readonly library: Library;
  readonly keeper: LibraryKeeper;
  /** Asked for the rule of a folder whose photos are captioned. */
  readonly app: App;
}

/** The first problems say what is wrong; more are not told. */
const maxProblems = 100;

export class LibraryFolders implements WatchedFolders {
  readonly #parts: LibraryFoldersParts;

  constructor(parts: LibraryFoldersParts) {
    this.#parts = parts;
  }

  roots(): Root[] {
    const { catalog } = this.#parts.library;
    const live = catalog.liveSidecars.folders();
    return catalog.roots.list().map((root) => rootOf(root, catalog.folders.find(root.id, '')?.id ?? 0, live));
  }

  async add(fileUrl: string): Promise<Root> {
    return await this.addFolder(pathOfFileUrl(fileUrl, process.platform));
  }

  /**
   * Adds a folder that is watched from now on. With captions, every photo that is or will be in it gets one.
   * @throws LibraryError PATH_NOT_FOUND, FOLDER_IN_LIBRARY, …; ModelChoiceError
   */
  async addFolder(folder: string, { captions, modelId }: AddFolderOptions = {}): Promise<Root> {
    const { library, keeper, app } = this.#parts;
    const { watch, catalog } = library;
    const { root, outcome } = await addRoot(watch, folder, { watched: true });
    const folderId = catalog.folders.ensure(root.id, '');
    const isRuled = catalog.folderRules.list().some((rule) => rule.folderId === folderId);
    if (outcome === 'added' && !isRuled && (captions ?? (await hasRealWriter(app)))) {
      await addFolderRule(app, { does: 'caption', folderId, preset: defaultPreset, writes: 'caption', modelId });
    }
    keeper.scan(root.id);
    return rootOf(root, folderId, catalog.liveSidecars.folders());
  }

  async remove(rootId: number): Promise<void> {
    await removeRoot(this.#parts.library.watch, rootId);
  }

  async setIgnored(rootId: number, patterns: readonly string[]): Promise<void> {
    this.#parts.library.catalog.roots.setIgnored(rootId, patterns);
    this.scan(rootId);
  }

  scan(rootId: number | undefined): void {
    this.#parts.keeper.scan(rootId);
  }

  state(): ScanState {
    const { library, keeper } = this.#parts;
    const { scanning, found, problems, failure } = keeper.state;
    const told = problems.map(({ path, error }) => ({ path, ...problemOf(error) }));
    const failed = failure === undefined ? [] : [{ path: '', ...failure }];
    return {
      scanning,
      found,
      unread: library.catalog.photos.countWithoutDetails(),
      problems: [...failed, ...told].slice(0, maxProblems),
    };
  }
}

/** The bundled model knows drawn scenes only: it captions nothing that nobody asked it to. */
async function hasRealWriter(app: App): Promise<boolean> {
  try {
    return !(await writerOf(app, undefined)).bundled;
  } catch {
    return false;
  }
}

function rootOf(root: CatalogRoot, folderId: number, live: readonly LiveFolder[]): Root {
  const { id, path, state, watched, ignored, liveSidecars } = root;
  const liveFolders = live
    .filter(({ rootId, relativePath }) => rootId === id && relativePath !== '')
    .map((folder) => ({ folderId: folder.id, path: folder.relativePath }));
  const shownState = state === 'offline' ? 'offline' : 'online';
  return { id, folderId, path, state: shownState, watched, ignored: [...ignored], liveSidecars, liveFolders };
}
