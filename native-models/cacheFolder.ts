/**
 * @file A folder of files that can be made again. Each is written whole and ends with a checksum, so that what was cut or
 * altered counts as missing; its time tells when it was last used. Any process, several at once.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { openForeignFile } from './foreignFile.ts';

/** Of a file that is being written. */
export const temporaryExtension = '.tmp';

/** They tell of photos: nobody but their owner may read them. */
const privateFolderMode = 0o700;
const privateFileMode = 0o600;
const checksumBytes = 4;
/** What is larger was not put there by us. */
const maxFileBytes = 256 << 20;
/** A use is noted at most this often: noting it is a write. */
const noteUseAfterMs = 60 * 60 * 1000;

/** With the folders above it. @throws the file system's error */
export async function makeCacheFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
}

export class CacheFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  /** The content; undefined where there is none, or a damaged one. @throws the file system's error */
  async read(name: string): Promise<Buffer | undefined> {
    return await this.#content(name, true);
  }

  /** As `read`, but it counts as no use. */
  async peek(name: string): Promise<Buffer | undefined> {
    return await this.#content(name, false);
  }

  /** Where the content lies, followed by the checksum, which decoders pass over; undefined as for `read`. */
  async pathOf(name: string): Promise<string | undefined> {
    return (await this.read(name)) === undefined ? undefined : this.#fileOf(name);
  }

  /** Replaces or adds; a reader sees the old content or the new one. Returns the file's bytes. @throws the file system's error */
  async write(name: string, content: Uint8Array): Promise<number> {
    const file = this.#fileOf(name);
    const checksum = Buffer.alloc(checksumBytes);
    checksum.writeUInt32BE(crc32(content));
    const temporary = path.join(path.dirname(file), `${randomUUID()}${temporaryExtension}`);
    await makeCacheFolder(path.dirname(file));
    try {
      // Not synced: what a power cut takes, the checksum finds.
      await writeFile(temporary, [content, checksum], { flag: 'wx', mode: privateFileMode });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return content.byteLength + checksumBytes;
  }

  async remove(name: string): Promise<void> {
    await rm(this.#fileOf(name), { force: true });
  }

  async #content(name: string, isUse: boolean): Promise<Buffer | undefined> {
    const bytes = await this.#bytesOf(name, isUse);
    if (bytes === undefined) return undefined;
    const contentBytes = bytes.byteLength - checksumBytes;
    if (contentBytes < 1) return undefined;
    const content = bytes.subarray(0, contentBytes);
    return crc32(content) === bytes.readUInt32BE(contentBytes) ? content : undefined;
  }

  async #bytesOf(name: string, isUse: boolean): Promise<Buffer | undefined> {
    const file = this.#fileOf(name);
    try {
      await using opened = await openForeignFile(file);
      const { mtimeMs, size } = opened.stats;
      if (size > maxFileBytes) return undefined;
      const bytes = await opened.handle.readFile();
      const now = Date.now();
      // By name and not by handle: on Windows a handle for reading may not change times.
      if (isUse && now - mtimeMs > noteUseAfterMs) await utimes(file, now / 1000, now / 1000).catch(() => undefined);
      return bytes;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Spread over 256 folders by the first two letters: file systems and people dislike a million files in one. */
  #fileOf(name: string): string {
    if (!/^[0-9a-f]{2}[\w.-]*$/.test(name)) throw new RangeError(`${name} is no name of a cached file`);
    return path.join(this.path, name.slice(0, 2), name);
  }
}
