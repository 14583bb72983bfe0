/** @file What the watcher has to look at: folders, entries that may be folders, whole roots. Main process, CLI. */
import { isWithin } from '../files/commonFolder.ts';

export interface RootWork {
  /** All of the root is to be compared. */
  readonly isWhole: boolean;
  /** Folders whose own entries changed. */
  readonly shallow: ReadonlySet<string>;
  /** Entries that are no photos by their names: folders, maybe. */
  readonly entries: ReadonlySet<string>;
}

interface Collected {
  isWhole: boolean;
  readonly shallow: Set<string>;
  readonly entries: Set<string>;
}

/** More folders than this are compared faster by walking through the root. */
const maxFolders = 5000;

export class DirtyFolders {
  readonly #roots = new Map<number, Collected>();

  get isEmpty(): boolean {
    return this.#roots.size === 0;
  }

  root(rootId: number): void {
    this.#of(rootId).isWhole = true;
  }

  folder(rootId: number, relativePath: string): void {
    const work = this.#of(rootId);
    work.shallow.add(relativePath);
    if (work.shallow.size > maxFolders) work.isWhole = true;
  }

  entry(rootId: number, relativePath: string): void {
    const work = this.#of(rootId);
    work.entries.add(relativePath);
    if (work.entries.size > maxFolders) work.isWhole = true;
  }

  /** Hands the work over, by root. */
  take(): ReadonlyMap<number, RootWork> {
    const work = new Map(this.#roots);
    this.#roots.clear();
    return work;
  }

  #of(rootId: number): Collected {
    const known = this.#roots.get(rootId);
    if (known !== undefined) return known;
    const work = { isWhole: false, shallow: new Set<string>(), entries: new Set<string>() };
    this.#roots.set(rootId, work);
    return work;
  }
}

/** Without folders that are compared as part of another. */
export function withoutOverlap(shallow: Iterable<string>, deep: Iterable<string>) {
  const trees = [...new Set(deep)].sort((a, b) => a.length - b.length);
  const tops = trees.filter((tree, index) => !trees.slice(0, index).some((above) => isWithin(tree, above)));
  return { deep: tops, shallow: [...new Set(shallow)].filter((folder) => !tops.some((top) => isWithin(folder, top))) };
}
