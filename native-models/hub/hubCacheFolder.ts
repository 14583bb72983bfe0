/**
 * @file A repository's folder in the hub's cache, as everything else that uses the cache has it: contents by their hashes,
 * and revisions whose files are links to them. Main process and CLI.
 * Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { mkdir, readdir, realpath, rename, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openForeignFile, pathExists } from '../foreignFile.ts';
import type { ByteRange } from './byteRanges.ts';
import type { HubFile, HubRepository } from './hubRepository.ts';
import { partialBytes, removePartial } from './partialFile.ts';

type CachedRepository = Pick<HubRepository, 'repo' | 'revision' | 'commit'>;

export class HubCacheFolder {
  readonly #folder: string;
  readonly #repository: CachedRepository;
  /** Holds the files by their names; what an import is given. */
  readonly snapshot: string;

  constructor(cacheFolder: string, repository: CachedRepository) {
    this.#folder = path.join(cacheFolder, ['models', ...repository.repo.split('/')].join('--'));
    this.#repository = repository;
    this.snapshot = path.join(this.#folder, 'snapshots', repository.commit);
  }

  blobOf({ hash }: HubFile): string {
    return path.join(this.#folder, 'blobs', hash);
  }

  /** Where a file lies that was linked. */
  pathOf(file: HubFile): string {
    return path.join(this.snapshot, ...file.path.split('/'));
  }

  /** Whether the cache has the file at this revision, with the right size. */
  async has(file: HubFile): Promise<boolean> {
    return await hasSize(this.pathOf(file), file.sizeBytes);
  }

  /** Whether it has the contents, perhaps of another revision. */
  async hasBlob(file: HubFile): Promise<boolean> {
    return await hasSize(this.blobOf(file), file.sizeBytes);
  }

  /** Bytes of a file that is there, fewer where it ends before. @throws the file system's errors */
  async read(file: HubFile, { from, to }: ByteRange): Promise<Buffer> {
    await using opened = await openForeignFile(this.pathOf(file));
    const bytes = Buffer.alloc(Math.max(0, Math.min(to, file.sizeBytes) - from));
    const { bytesRead } = await opened.handle.read(bytes, 0, bytes.byteLength, from);
    return bytes.subarray(0, bytesRead);
  }

  /** Bytes that have to come before the file is whole. */
  async remainingBytes(file: HubFile): Promise<number> {
    if ((await this.has(file)) || (await this.hasBlob(file))) return 0;
    return file.sizeBytes - (await partialBytes(this.blobOf(file), file.sizeBytes));
  }

  /** Gives the contents their name in the revision. @throws the file system's errors */
  async link(file: HubFile): Promise<void> {
    const place = this.pathOf(file);
    await mkdir(path.dirname(place), { recursive: true });
    await rm(place, { force: true });
    try {
      await symlink(path.relative(path.dirname(place), this.blobOf(file)), place);
    } catch (error) {
      if (!isCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS')) throw error;
      // Windows without developer mode, FAT drives: the cache then holds the file itself.
      await rename(this.blobOf(file), place);
    }
  }

  /** Notes which commit the branch or tag meant. @throws the file system's errors */
  async noteRevision(): Promise<void> {
    const { revision, commit } = this.#repository;
    if (revision === commit) return;
    const ref = path.join(this.#folder, 'refs', ...revision.split('/'));
    await mkdir(path.dirname(ref), { recursive: true });
    await writeFile(ref, commit);
  }

  /** The file, and what is left of an unfinished download of it; contents that another revision needs stay. */
  async remove(file: HubFile): Promise<void> {
    await rm(this.pathOf(file), { force: true });
    await removePartial(this.blobOf(file));
    const blob = this.blobOf(file);
    if ((await pathExists(blob)) && !(await this.#isLinked(blob))) await rm(blob, { force: true });
  }

  /** Folders that hold nothing any more, and the names of revisions that are not there. */
  async tidy(): Promise<void> {
    await removeEmptyFolders(this.snapshot);
    if (await pathExists(this.snapshot)) return;
    const { revision, commit } = this.#repository;
    if (revision !== commit) await rm(path.join(this.#folder, 'refs', ...revision.split('/')), { force: true });
    await removeEmptyFolders(this.#folder);
  }

  async #isLinked(blob: string): Promise<boolean> {
    const real = await realpath(blob);
    const entries = await readdir(path.join(this.#folder, 'snapshots'), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isSymbolicLink())) {
      const target = await realpath(path.join(entry.parentPath, entry.name)).catch(() => undefined);
      if (target === real) return true;
    }
    return false;
  }
}

async function hasSize(file: string, sizeBytes: number): Promise<boolean> {
  const about = await stat(file).catch(() => undefined);
  return about?.isFile() === true && about.size === sizeBytes;
}

/** From the inside out; what holds anything stays. */
async function removeEmptyFolders(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeEmptyFolders(path.join(folder, entry.name));
  }
  await rmdir(folder).catch(() => undefined);
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
