/** @file One root while it is reconciled: its folders in the catalog, and which of them were met on the disk. Main process, CLI. */
import path from 'node:path';
import type { Folder } from '../catalog/photos/folders.ts';
import type { Root } from '../catalog/photos/roots.ts';
import { nameKey } from '../photos/nameKey.ts';
import { applyPlan, placeFolder } from './applyPlan.ts';
import { type IgnoreRules, ignoreRules } from './ignorePatterns.ts';
import { type FolderPlacement, type FolderSnapshot, goneFolders, type MetFolder, planFolder } from './planFolders.ts';
import type { AbsentPhoto } from './planMissing.ts';
import type { WatchContext, WatchedCatalog } from './watchContext.ts';

/** Of a folder's photos: enough to tell it from another one. */
const someNames = 64;

export class RootScan {
  readonly root: Root;
  readonly rules: IgnoreRules;
  readonly absent: AbsentPhoto[] = [];
  /** Real folders that were entered, by device and number: circles of links end. */
  readonly entered = new Set<string>();
  /** What is not looked into, absolute: other roots, and the library's own folder. */
  readonly foreign: ReadonlySet<string>;
  readonly #catalog: WatchedCatalog;
  readonly #met = new Set<number>();
  readonly #lost = new Set<number>();
  #byKey = new Map<string, Folder>();
  #byInode = new Map<number, Folder[]>();
  #below = new Map<number, Folder[]>();

  constructor({ catalog, excluded = [] }: WatchContext, root: Root) {
    this.root = root;
    this.rules = ignoreRules(root);
    const others = catalog.roots.list().filter(({ id }) => id !== root.id);
    this.foreign = new Set([...excluded, ...others.map((other) => other.path)]);
    this.#catalog = catalog;
    this.#load();
  }

  absolute(relativePath: string): string {
    return path.join(this.root.path, relativePath);
  }

  find(relativePath: string): Folder | undefined {
    return this.#byKey.get(nameKey(this.root.nameRule, relativePath));
  }

  below(folderId: number): readonly Folder[] {
    return this.#below.get(folderId) ?? [];
  }

  /** What is known of a folder that is on the disk. */
  snapshot({ relativePath, inode }: MetFolder): FolderSnapshot {
    const here = this.find(relativePath);
    if (here !== undefined) return { here, sameNumber: [] };
    const unmet = (this.#byInode.get(inode) ?? []).filter(({ id }) => !this.#met.has(id));
    return { here, sameNumber: unmet.map((folder) => ({ folder, names: this.#namesIn(folder) })) };
  }

  /** Has the catalog follow. @param gone folders that this one may have been, and that are not where they were */
  meet(met: MetFolder, gone: ReadonlySet<number>): Folder {
    const placement = planFolder(met, this.snapshot(met), gone);
    const folder = placement.kind === 'stay' ? placement.folder : this.#place(placement);
    this.#met.add(folder.id);
    return folder;
  }

  #place(placement: FolderPlacement): Folder {
    const folder = this.#catalog.folders.get(placeFolder(this.#catalog, placement));
    // What is in it has moved, too; a new one is added by itself: there may be thousands.
    if (placement.kind === 'moveFolder') this.#load();
    else this.#add(folder);
    return folder;
  }

  noteInode(folder: Folder, inode: number): void {
    if (folder.inode !== inode) applyPlan(this.#catalog, [{ kind: 'noteNumber', folderId: folder.id, inode }]);
  }

  /** They were not where the catalog has them. */
  lose(folders: readonly Folder[]): void {
    for (const { id } of folders) this.#lost.add(id);
  }

  /** Folders that were not found anywhere, those deepest down first. */
  goneFolders(): readonly Folder[] {
    return goneFolders(this.#catalog.folders.ofRoot(this.root.id), this.#lost, this.#met);
  }

  #namesIn({ id, relativePath }: Folder): string[] {
    const photos = this.#catalog.places.inFolder(id, '', someNames).map(({ name }) => name);
    return [...photos, ...this.below(id).map((inside) => inside.relativePath.slice(relativePath.length + 1))];
  }

  #load(): void {
    this.#byKey = new Map();
    this.#byInode = new Map();
    this.#below = new Map();
    for (const folder of this.#catalog.folders.ofRoot(this.root.id)) this.#add(folder);
  }

  #add(folder: Folder): void {
    this.#byKey.set(folder.pathKey, folder);
    if (folder.inode !== undefined) {
      const same = this.#byInode.get(folder.inode);
      if (same === undefined) this.#byInode.set(folder.inode, [folder]);
      else same.push(folder);
    }
    if (folder.parentId !== undefined) {
      const siblings = this.#below.get(folder.parentId);
      if (siblings === undefined) this.#below.set(folder.parentId, [folder]);
      else siblings.push(folder);
    }
  }
}
