/** @file One root while it is reconciled: its folders in the catalog, and which of them were met on the disk. Main process, CLI. */
import path from 'node:path';
import type { Folder, FolderStore } from '../catalog/photos/folders.ts';
import type { Root } from '../catalog/photos/roots.ts';
import { nameKey } from '../photos/nameKey.ts';
import { type IgnoreRules, ignoreRules } from './ignorePatterns.ts';
import type { AbsentPhoto } from './planMissing.ts';
import type { WatchContext } from './watchContext.ts';

export class RootScan {
  readonly root: Root;
  readonly rules: IgnoreRules;
  readonly absent: AbsentPhoto[] = [];
  /** Real folders that were entered, by device and number: circles of links end. */
  readonly entered = new Set<string>();
  /** What is not looked into, absolute: other roots, and the library's own folder. */
  readonly foreign: ReadonlySet<string>;
  readonly #store: FolderStore;
  readonly #seen = new Set<number>();
  readonly #gone = new Set<number>();
  #byKey = new Map<string, Folder>();
  #byInode = new Map<number, Folder[]>();
  #below = new Map<number, Folder[]>();

  constructor({ catalog, excluded = [] }: WatchContext, root: Root) {
    this.root = root;
    this.rules = ignoreRules(root);
    const others = catalog.roots.list().filter(({ id }) => id !== root.id);
    this.foreign = new Set([...excluded, ...others.map((other) => other.path)]);
    this.#store = catalog.folders;
    this.#load();
  }

  absolute(relativePath: string): string {
    return path.join(this.root.path, relativePath);
  }

  find(relativePath: string): Folder | undefined {
    return this.#byKey.get(nameKey(this.root.nameRule, relativePath));
  }

  /** Folders with the file system's number that were not met yet in this pass. */
  unseenWithInode(inode: number): Folder[] {
    return (this.#byInode.get(inode) ?? []).filter(({ id }) => !this.#seen.has(id));
  }

  isSeen(folderId: number): boolean {
    return this.#seen.has(folderId);
  }

  below(folderId: number): readonly Folder[] {
    return this.#below.get(folderId) ?? [];
  }

  /** Notes that the folder is on the disk; adds it to the catalog when it is new there. */
  meet(relativePath: string): Folder {
    let folder = this.find(relativePath);
    if (folder === undefined) {
      folder = { ...this.#store.get(this.#store.ensure(this.root.id, relativePath)) };
      this.#add(folder);
    } else if (folder.relativePath !== relativePath) {
      this.move(folder, relativePath);
    }
    this.#seen.add(folder.id);
    return folder;
  }

  noteInode(folder: Folder, inode: number): void {
    if (folder.inode !== inode) this.#store.setInode(folder.id, inode);
  }

  /** The folder is called otherwise, or elsewhere, with all that is in it. */
  move(folder: Folder, relativePath: string): void {
    this.#store.move(folder.id, this.root.id, relativePath);
    this.#load();
  }

  /** It was not where the catalog has it. */
  lose(folder: Folder): void {
    this.#gone.add(folder.id);
  }

  /** Folders that were not found anywhere, those deepest down first. */
  goneFolders(): Folder[] {
    const gone: Folder[] = [];
    const collect = (folder: Folder) => {
      if (this.#seen.has(folder.id)) return;
      for (const inside of this.below(folder.id)) collect(inside);
      gone.push(folder);
    };
    this.#load();
    for (const folder of this.#byKey.values()) {
      if (this.#gone.has(folder.id)) collect(folder);
    }
    return gone;
  }

  #load(): void {
    this.#byKey = new Map();
    this.#byInode = new Map();
    this.#below = new Map();
    for (const folder of this.#store.ofRoot(this.root.id)) this.#add(folder);
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

export function childPath(relativePath: string, name: string): string {
  return relativePath === '' ? name : `${relativePath}/${name}`;
}

/** Whether one path lies below the other, or is the same. */
export function isWithin(relativePath: string, above: string): boolean {
  return above === '' || relativePath === above || relativePath.startsWith(`${above}/`);
}
