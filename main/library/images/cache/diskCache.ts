/**
 * @file Files that can be made again, kept on disk up to a number of bytes; the least recently used ones go first.
 * Every file ends with a checksum, so that a damaged one is noticed and made again. Main process and CLI.
 */
import { randomUUID } from 'node:crypto';
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { openForeignFile } from '../../../../native-models/foreignFile.ts';
import { fileSystemCode } from '../../files/fileSystemError.ts';
import { makePrivateFolder, privateFileMode } from '../../files/privateFiles.ts';
import { type CachedFile, cachedFiles, temporaryExtension } from './cachedFiles.ts';

export interface DiskCacheOptions {
  readonly folder: string;
  readonly maxBytes: number;
  /** Told of what went wrong in the background, where nobody waits for it. */
  readonly onProblem?: (error: unknown) => void;
}

const checksumBytes = 4;
/** Beyond any rendition: what is larger was not put there by us. */
const maxFileBytes = 256 << 20;
/** Below the limit, so that not every write has to make room. */
const roomAfterEviction = 0.9;
/** A use is noted at most this often: noting it is a write. */
const noteUseAfterMs = 60 * 60 * 1000;

export class DiskCache {
  readonly #options: DiskCacheOptions;
  /** Counted once, on the first write; after that kept up to date. */
  #totalBytes: number | undefined;
  #housekeeping: Promise<void> | undefined;

  constructor(options: DiskCacheOptions) {
    this.#options = options;
  }

  /** The content; undefined where there is none, or a damaged one. */
  async read(name: string): Promise<Buffer | undefined> {
    const bytes = await this.#readNoting(name);
    if (bytes === undefined) return undefined;
    const contentBytes = bytes.byteLength - checksumBytes;
    if (contentBytes < 1) return undefined;
    const content = bytes.subarray(0, contentBytes);
    return crc32(content) === bytes.readUInt32BE(contentBytes) ? content : undefined;
  }

  /** Where the content lies, followed by the checksum, which decoders pass over; undefined as for `read`. */
  async pathOf(name: string): Promise<string | undefined> {
    return (await this.read(name)) === undefined ? undefined : this.#fileOf(name);
  }

  /** Replaces or adds; a reader sees the old content or the new one. */
  async write(name: string, content: Uint8Array): Promise<void> {
    const file = this.#fileOf(name);
    const checksum = Buffer.alloc(checksumBytes);
    checksum.writeUInt32BE(crc32(content));
    const bytes = Buffer.concat([content, checksum]);
    const temporary = path.join(path.dirname(file), `${randomUUID()}${temporaryExtension}`);
    await makePrivateFolder(path.dirname(file));
    try {
      // Not synced: what a power cut takes, the checksum finds.
      await writeFile(temporary, bytes, { flag: 'wx', mode: privateFileMode });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.#grown(bytes.byteLength);
  }

  /** Counting and making room happen in the background; this waits for them. */
  async settled(): Promise<void> {
    while (this.#housekeeping !== undefined) await this.#housekeeping;
  }

  #grown(bytes: number): void {
    if (this.#totalBytes !== undefined) this.#totalBytes += bytes;
    const isOver = this.#totalBytes === undefined || this.#totalBytes > this.#options.maxBytes;
    if (!isOver || this.#housekeeping !== undefined) return;
    this.#housekeeping = this.#makeRoom()
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
    if (total > this.#options.maxBytes) {
      uses.sort((a, b) => a.usedMs - b.usedMs);
      total = await this.#evict(uses, total, this.#options.maxBytes * roomAfterEviction);
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

  async #readNoting(name: string): Promise<Buffer | undefined> {
    const file = this.#fileOf(name);
    try {
      await using opened = await openForeignFile(file);
      const { mtimeMs, size } = opened.stats;
      if (size > maxFileBytes) return undefined;
      const bytes = await opened.handle.readFile();
      const now = Date.now();
      // By name and not by handle: on Windows a handle for reading may not change times.
      if (now - mtimeMs > noteUseAfterMs) await utimes(file, now / 1000, now / 1000).catch(() => undefined);
      return bytes;
    } catch (error) {
      if (fileSystemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Spread over 256 folders by the first two letters: file systems and people dislike a million files in one. */
  #fileOf(name: string): string {
    if (!/^[0-9a-f]{2}[\w.-]*$/.test(name)) throw new RangeError(`${name} is no name of a cached file`);
    return path.join(this.#options.folder, name.slice(0, 2), name);
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
