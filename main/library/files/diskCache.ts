/**
 * @file A cache folder that is kept below a number of bytes; the least recently used files go first, or, where those are to
 * stay that were used lately, the newest: whoever reads more than fits from end to end, again and again, would otherwise
 * always find what he needs next just gone. Main process and CLI.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CacheFolder } from '../../../native-models/cacheFolder.ts';
import { type CachedFile, cachedFiles } from './cachedFiles.ts';

export interface DiskCacheOptions {
  readonly folder: string;
  /** Asked whenever it matters. */
  readonly maxBytes: number | (() => number);
  /** Files that were used within this time do not make room for new ones. By default any do. */
  readonly keepUsedMs?: number | undefined;
  /** Told of what went wrong in the background, where nobody waits for it. */
  readonly onProblem?: (error: unknown) => void;
}

/** Below the limit, so that not every write has to make room. */
const roomAfterEviction = 0.9;
/** Nor does it where files that were kept may go one after the other. */
const lookAgainAfterMs = 60 * 60 * 1000;

export class DiskCache {
  readonly #options: DiskCacheOptions;
  readonly #files: CacheFolder;
  /** Counted once, on the first write; after that kept up to date. */
  #totalBytes: number | undefined;
  #housekeeping: Promise<void> | undefined;
  /** Until then it is full of what was used lately. */
  #fullUntilMs = 0;

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

  /** Whether what is written now stays. */
  get hasRoom(): boolean {
    return Date.now() >= this.#fullUntilMs;
  }

  /** As of now. */
  async sizeBytes(): Promise<number> {
    let total = 0;
    for await (const { bytes } of cachedFiles(this.#options.folder)) total += bytes;
    return total;
  }

  /** Lets go what is too much, where the limit was lowered. */
  async trim(): Promise<void> {
    await this.settled();
    this.#fullUntilMs = 0;
    this.#keepHouse(0);
    await this.settled();
  }

  /** Lets everything go that has such a name. */
  async clear(isDoomed: (name: string) => boolean = () => true): Promise<void> {
    for await (const file of cachedFiles(this.#options.folder)) {
      if (isDoomed(path.basename(file.path)) && (await removed(file)) && this.#totalBytes !== undefined) {
        this.#totalBytes -= file.bytes;
      }
    }
    this.#fullUntilMs = 0;
  }

  /** Counting and making room happen in the background; this waits for them. */
  async settled(): Promise<void> {
    while (this.#housekeeping !== undefined) await this.#housekeeping;
  }

  get #maxBytes(): number {
    const { maxBytes } = this.#options;
    return typeof maxBytes === 'number' ? maxBytes : maxBytes();
  }

  #keepHouse(keepUsedMs = this.#options.keepUsedMs ?? 0): void {
    this.#housekeeping ??= this.#makeRoom(keepUsedMs)
      .catch((error: unknown) => this.#options.onProblem?.(error))
      .finally(() => {
        this.#housekeeping = undefined;
      });
  }

  async #makeRoom(keepUsedMs: number): Promise<void> {
    const uses: Use[] = [];
    let total = 0;
    for await (const { usedMs, bytes } of cachedFiles(this.#options.folder)) {
      uses.push({ usedMs, bytes });
      total += bytes;
    }
    if (total > this.#maxBytes) {
      uses.sort((a, b) => a.usedMs - b.usedMs);
      const oldest = uses.filter(({ usedMs }) => usedMs <= Date.now() - keepUsedMs);
      total = await this.#evict(oldest, total, this.#maxBytes * roomAfterEviction);
      const [kept] = uses.slice(oldest.length);
      if (kept !== undefined && total > this.#maxBytes * roomAfterEviction) {
        this.#fullUntilMs = Math.max(kept.usedMs + keepUsedMs, Date.now() + lookAgainAfterMs);
        total = await this.#evict(uses.slice(oldest.length).reverse(), total, this.#maxBytes);
      }
    }
    this.#totalBytes = total;
  }

  /**
   * Lets files go until no more than the target is left. Another walk, so that of a million files only two numbers each are
   * held. @param uses of the files that may go, the first first; returns the bytes that are left
   */
  async #evict(uses: readonly Use[], before: number, targetBytes: number): Promise<number> {
    let remaining = before;
    const times: number[] = [];
    for (const { usedMs, bytes } of uses) {
      if (remaining <= targetBytes) break;
      remaining -= bytes;
      times.push(usedMs);
    }
    const [from, to] = [times[0], times.at(-1)].sort((a = 0, b = 0) => a - b);
    let total = before;
    if (from === undefined || to === undefined) return total;
    for await (const file of cachedFiles(this.#options.folder)) {
      if (total <= targetBytes) break;
      if (file.usedMs < from || file.usedMs > to) continue;
      if (await removed(file)) total -= file.bytes;
    }
    return total;
  }
}

interface Use {
  readonly usedMs: number;
  readonly bytes: number;
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
