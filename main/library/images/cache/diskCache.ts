/**
 * @file A cache folder that is kept below a number of bytes; the least recently used files go first. Main process and CLI.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CacheFolder } from '../../../../native-models/cacheFolder.ts';
import { type CachedFile, cachedFiles } from './cachedFiles.ts';

export interface DiskCacheOptions {
  readonly folder: string;
  /** Asked whenever it matters. */
  readonly maxBytes: number | (() => number);
  /** Told of what went wrong in the background, where nobody waits for it. */
  readonly onProblem?: (error: unknown) => void;
}

/** Below the limit, so that not every write has to make room. */
const roomAfterEviction = 0.9;

export class DiskCache {
  readonly #options: DiskCacheOptions;
  readonly #files: CacheFolder;
  /** Counted once, on the first write; after that kept up to date. */
  #totalBytes: number | undefined;
  #housekeeping: Promise<void> | undefined;

  constructor(options: DiskCacheOptions) {
    this.#options = options;
    this.#files = new CacheFolder(options.folder);
  }

  /** As `CacheFolder` has them. */
  async read(name: string): Promise<Buffer | undefined> {
    return await this.#files.read(name);
  }

  async pathOf(name: string): Promise<string | undefined> {
    return await this.#files.pathOf(name);
  }

  async write(name: string, content: Uint8Array): Promise<void> {
    this.grown(await this.#files.write(name, content));
  }

  /** To be told of what others wrote into the folder. */
  grown(bytes: number): void {
    if (this.#totalBytes !== undefined) this.#totalBytes += bytes;
    if (this.#totalBytes === undefined || this.#totalBytes > this.#maxBytes) this.#keepHouse();
  }

  /** As of now. */
  async sizeBytes(): Promise<number> {
    let total = 0;
    for await (const { bytes } of cachedFiles(this.#options.folder)) total += bytes;
    return total;
  }

  /** Lets go what is too much, where the limit was lowered. */
  async trim(): Promise<void> {
    this.#keepHouse();
    await this.settled();
  }

  /** Lets everything go that has such a name. */
  async clear(isDoomed: (name: string) => boolean = () => true): Promise<void> {
    for await (const file of cachedFiles(this.#options.folder)) {
      if (isDoomed(path.basename(file.path)) && (await removed(file)) && this.#totalBytes !== undefined) {
        this.#totalBytes -= file.bytes;
      }
    }
  }

  /** Counting and making room happen in the background; this waits for them. */
  async settled(): Promise<void> {
    while (this.#housekeeping !== undefined) await this.#housekeeping;
  }

  get #maxBytes(): number {
    const { maxBytes } = this.#options;
    return typeof maxBytes === 'number' ? maxBytes : maxBytes();
  }

  #keepHouse(): void {
    this.#housekeeping ??= this.#makeRoom()
      .catch((error: unknown) => this.#options.onProblem?.(error))
      .finally(() => {
        this.#housekeeping = undefined;
      });
  }

  /** Two walks, so that of a million files only two numbers each are held. */
  async #makeRoom(): Promise<void> {
    const uses: { usedMs: number; bytes: number }[] = [];
    let total = 0;
    for await (const { usedMs, bytes } of cachedFiles(this.#options.folder)) {
      uses.push({ usedMs, bytes });
      total += bytes;
    }
    if (total > this.#maxBytes) {
      uses.sort((a, b) => a.usedMs - b.usedMs);
      total = await this.#evict(uses, total, this.#maxBytes * roomAfterEviction);
    }
    this.#totalBytes = total;
  }

  async #evict(
    oldestFirst: readonly { usedMs: number; bytes: number }[],
    before: number,
    targetBytes: number,
  ): Promise<number> {
    let remaining = before;
    let lastToGoMs = 0;
    for (const { usedMs, bytes } of oldestFirst) {
      if (remaining <= targetBytes) break;
      remaining -= bytes;
      lastToGoMs = usedMs;
    }
    let total = before;
    for await (const file of cachedFiles(this.#options.folder)) {
      if (total <= targetBytes) break;
      if (file.usedMs > lastToGoMs) continue;
      if (await removed(file)) total -= file.bytes;
    }
    return total;
  }
}

async function removed(file: CachedFile): Promise<boolean> {
  try {
    await rm(file.path);
    return true;
  } catch {
    // On Windows somebody may be reading it; it goes next time.
    return false;
  }
}
