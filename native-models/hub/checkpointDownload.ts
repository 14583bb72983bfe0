/**
 * @file Downloads the checkpoint in a repository into the hub's cache, file by file, in whatever order it is wanted. Main
 * process and CLI.
 */
import type { ByteRange } from './byteRanges.ts';
import { type DownloadSizes, downloadFile, type FileDownloadOptions, readRange } from './fileDownload.ts';
import { HubCacheFolder } from './hubCacheFolder.ts';
import type { HubConnection } from './hubConnection.ts';
import { describeDownloadError } from './hubError.ts';
import { type HubFile, type HubRepository, listRepository, type RepositoryRequest } from './hubRepository.ts';
import { type NeededFiles, neededFiles, type WantedContent } from './neededFiles.ts';

export interface CheckpointDownloadOptions extends RepositoryRequest, WantedContent {
  readonly sizes?: Partial<DownloadSizes> | undefined;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Told how many bytes of the file are there; may become less when they must be fetched anew. */
  readonly onProgress?: ((doneBytes: number) => void) | undefined;
}

export interface FetchAllOptions {
  readonly signal: AbortSignal;
  /** The bytes of all files that are there, those that were in the cache before included. */
  readonly onProgress?: ((doneBytes: number) => void) | undefined;
  /** Of each file when it is whole, checked and in its place; the next one is waited for until this settles. */
  readonly onFile?: ((file: HubFile, place: string) => Promise<void>) | undefined;
}

export class CheckpointDownload {
  readonly repository: HubRepository;
  readonly needed: NeededFiles;
  /** What the cache did not hold when this was begun. */
  readonly missing: readonly HubFile[];
  /** To be fetched when this was begun. */
  readonly remainingBytes: number;
  readonly #connection: HubConnection;
  readonly #cache: HubCacheFolder;
  readonly #sizes: Partial<DownloadSizes> | undefined;

  private constructor(
    connection: HubConnection,
    cache: HubCacheFolder,
    files: Pick<CheckpointDownload, 'repository' | 'needed' | 'missing' | 'remainingBytes'>,
    sizes: Partial<DownloadSizes> | undefined,
  ) {
    this.repository = files.repository;
    this.needed = files.needed;
    this.missing = files.missing;
    this.remainingBytes = files.remainingBytes;
    this.#connection = connection;
    this.#cache = cache;
    this.#sizes = sizes;
  }

  /** Asks the hub what there is; fetches nothing yet. @throws HubError; the signal's reason */
  static async begin(connection: HubConnection, options: CheckpointDownloadOptions): Promise<CheckpointDownload> {
    const repository = await listRepository(connection, options);
    const needed = neededFiles(repository.repo, repository.files, options);
    const cache = new HubCacheFolder(connection.settings.cacheFolder, repository);
    const missing: HubFile[] = [];
    let remainingBytes = 0;
    for (const file of [...needed.companions, ...needed.weights]) {
      if (await cache.has(file)) continue;
      missing.push(file);
      remainingBytes += await cache.remainingBytes(file);
    }
    return new CheckpointDownload(connection, cache, { repository, needed, missing, remainingBytes }, options.sizes);
  }

  /** The companions first, then the weights, as an import wants them. */
  get files(): readonly HubFile[] {
    return [...this.needed.companions, ...this.needed.weights];
  }

  get totalBytes(): number {
    return sizeOf(this.files);
  }

  /** The checkpoint's folder, in the cache. */
  get folder(): string {
    return this.#cache.snapshot;
  }

  /** Returns where the file lies, whole and checked. @throws HubError; the signal's reason */
  async fetch(file: HubFile, { signal, onProgress }: FetchOptions): Promise<string> {
    try {
      if (!(await this.#cache.has(file))) {
        if (!(await this.#cache.hasBlob(file))) {
          await downloadFile(
            this.#connection,
            { repository: this.repository, file, target: this.#cache.blobOf(file) },
            { signal, onProgress, sizes: this.#sizes },
          );
        }
        await this.#cache.link(file);
      }
      onProgress?.(file.sizeBytes);
      return this.#cache.pathOf(file);
    } catch (error) {
      throw describeDownloadError(error, this.#cache.snapshot);
    }
  }

  /** Whether the cache holds the file now. */
  async has(file: HubFile): Promise<boolean> {
    return await this.#cache.has(file);
  }

  /** Past the cache, to `target`, which is there when the file is whole and checked. @throws HubError; the signal's reason */
  async fetchTo(file: HubFile, target: string, options: Omit<FileDownloadOptions, 'sizes'>): Promise<void> {
    const { repository } = this;
    await downloadFile(this.#connection, { repository, file, target }, { ...options, sizes: this.#sizes });
  }

  /** All files, one after the other. @throws HubError; what `onFile` throws; the signal's reason */
  async fetchAll({ signal, onProgress, onFile }: FetchAllOptions): Promise<void> {
    await this.#fetchEach(this.files, { signal, onProgress, onFile });
    await this.noteRevision();
  }

  /** As `fetchAll`, without the weights. */
  async fetchCompanions({ signal, onProgress }: FetchAllOptions): Promise<void> {
    await this.#fetchEach(this.needed.companions, { signal, onProgress });
  }

  async #fetchEach(files: readonly HubFile[], { signal, onProgress, onFile }: FetchAllOptions): Promise<void> {
    let doneBytes = 0;
    for (const file of files) {
      const before = doneBytes;
      const place = await this.fetch(file, { signal, onProgress: (bytes) => onProgress?.(before + bytes) });
      doneBytes += file.sizeBytes;
      await onFile?.(file, place);
    }
  }

  /** To be called when all files were fetched: the cache then knows the branch or tag. */
  async noteRevision(): Promise<void> {
    await this.#cache.noteRevision();
  }

  /**
   * Bytes of a file without fetching it, such as the header of its tensors; fewer where it ends before. They are not
   * checked: only a whole file can be.
   * @throws HubError; the signal's reason
   */
  async read(file: HubFile, range: ByteRange, signal: AbortSignal): Promise<Buffer> {
    if (await this.#cache.has(file)) return await this.#cache.read(file, range);
    return await readRange(this.#connection, { repository: this.repository, file, range }, signal);
  }
}

/** Takes files out of the cache, finished or not. Contents that another revision in the cache needs stay. */
export async function removeFromCache(
  cacheFolder: string,
  repository: Pick<HubRepository, 'repo' | 'revision' | 'commit'>,
  files: readonly HubFile[],
): Promise<void> {
  const cache = new HubCacheFolder(cacheFolder, repository);
  for (const file of files) await cache.remove(file);
  await cache.tidy();
}

export function sizeOf(files: readonly HubFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
