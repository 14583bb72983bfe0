/** @file Writes files so that a reader, a crash or a power cut never meets half of one. Main process and CLI. */
import type { Stats } from 'node:fs';
import { constants, copyFile, type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { readForeignFile } from '../../../native-models/foreignFile.ts';
import { fileSystemCode } from './fileSystemError.ts';
import { temporaryBeside } from './leftovers.ts';

/**
 * Replaces the file, or makes it. A symbolic link must be resolved by the caller, or the link itself is replaced.
 * @param mode by default that of the file that is there
 */
export async function writeAtomically(file: string, content: string | Uint8Array, mode?: number): Promise<void> {
  await using making = await FileInTheMaking.begin(file, mode);
  await making.write(content);
  await making.finish();
}

/** Makes the file and returns true, or returns false and changes nothing when something already has that name. */
export async function createAtomically(file: string, content: string | Uint8Array): Promise<boolean> {
  await using making = await FileInTheMaking.begin(file);
  await making.write(content);
  return await making.finishUnlessTaken();
}

/** Keeps a copy as `<file>.bak`, or `.bak2`, `.bak3`, … where those are taken. Returns the copy's path. */
export async function keepBackup(file: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const backup = `${file}.bak${number === 1 ? '' : number}`;
    try {
      await copyFile(file, backup, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      return backup;
    } catch (error) {
      if (fileSystemCode(error) !== 'EEXIST') {
        throw error;
      }
    }
  }
}

/** Beyond any sidecar: those with the masks and the history of an edited photo have some megabytes. */
const maxSidecarBytes = 64 << 20;

/** The file's bytes, or undefined when there is none. @throws ForeignFileError for what is no regular file, or larger */
export async function readIfPresent(file: string, maxBytes = maxSidecarBytes): Promise<Buffer | undefined> {
  try {
    return await readForeignFile(file, maxBytes);
  } catch (error) {
    if (fileSystemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** What FAT drives and some network shares say, which have none. */
const withoutHardLinks: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** A file that is written piece by piece and gets its name at the end. Disposed of before that, it leaves nothing. */
export class FileInTheMaking implements AsyncDisposable {
  readonly #temporary: string;
  readonly #file: string;
  #handle: FileHandle | undefined;
  #renamed = false;

  private constructor(file: string, temporary: string, handle: FileHandle) {
    this.#file = file;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  static async begin(file: string, mode?: number): Promise<FileInTheMaking> {
    const temporary = temporaryBeside(file);
    return new FileInTheMaking(file, temporary, await open(temporary, 'wx', mode ?? (await modeOf(file))));
  }

  async write(content: string | Uint8Array): Promise<void> {
    await this.#handle?.writeFile(content);
  }

  /** Gives it the rights and times of another file; nothing is to be written after that. */
  async takeAfter({ mode, atimeMs, mtimeMs }: Pick<Stats, 'mode' | 'atimeMs' | 'mtimeMs'>): Promise<void> {
    await this.#handle?.chmod(mode & 0o777);
    await this.#handle?.utimes(atimeMs / 1000, mtimeMs / 1000);
  }

  /** Makes what was written durable. Nothing can be written any more. */
  async close(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Takes the place of whatever has the name. */
  async finish(): Promise<void> {
    await this.close();
    await rename(this.#temporary, this.#file);
    this.#renamed = true;
    await syncFolder(path.dirname(this.#file));
  }

  /** Takes the name where nothing has it; else returns false. */
  async finishUnlessTaken(): Promise<boolean> {
    await this.close();
    try {
      // A hard link, unlike a rename, refuses to take the place of a file that appeared in the meantime.
      await link(this.#temporary, this.#file);
    } catch (error) {
      const code = fileSystemCode(error);
      if (code === 'EEXIST') return false;
      if (code === undefined || !withoutHardLinks.includes(code)) throw error;
      return await this.#finishInPlaceHolder();
    }
    await syncFolder(path.dirname(this.#file));
    return true;
  }

  /** Where there are no hard links: an empty file takes the name, which nothing else can have then, and is replaced. */
  async #finishInPlaceHolder(): Promise<boolean> {
    try {
      await (await open(this.#file, 'wx', await modeOf(this.#temporary))).close();
    } catch (error) {
      if (fileSystemCode(error) === 'EEXIST') return false;
      throw error;
    }
    try {
      await this.finish();
      return true;
    } catch (error) {
      await rm(this.#file, { force: true });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    if (!this.#renamed) await rm(this.#temporary, { force: true });
  }
}

/** Of the file itself: a link in its place is replaced, and nothing of what it leads to is taken over. */
async function modeOf(file: string): Promise<number> {
  const stats = await lstat(file).catch(() => undefined);
  return stats?.isFile() === true ? stats.mode & 0o777 : 0o666;
}

/** Makes the new name durable. Windows and some file systems cannot open a folder; there the rename has to do. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Durability only; the content itself is already synced.
  }
}
