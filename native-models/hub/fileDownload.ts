/** @file Fetches one file of a repository in parallel ranges, goes on where it stopped, and checks what has come. Main process and CLI. */
import { createHash } from 'node:crypto';
import { FollowingHash } from '../compiler/followingHash.ts';
import { readForeignFile } from '../foreignFile.ts';
import { ArrivedPrefix, type ByteRange, missingRanges, rangeBytes } from './byteRanges.ts';
import type { HubConnection } from './hubConnection.ts';
import { describeDownloadError, HubError } from './hubError.ts';
import type { HubFile, HubRepository } from './hubRepository.ts';
import { PartialFile } from './partialFile.ts';
import { fileChanged, requestRange } from './rangeRequest.ts';
import { withRetries } from './retries.ts';

export interface FileDownloadOptions {
  readonly signal: AbortSignal;
  /** Told how many bytes of the file are there: at once what earlier sessions left; less again when they must be fetched anew. */
  readonly onProgress?: ((doneBytes: number) => void) | undefined;
  readonly sizes?: Partial<DownloadSizes> | undefined;
  /** Waited for before so many bytes are asked for. */
  readonly beforeRequest?: ((bytes: number) => Promise<void>) | undefined;
  /**
   * Told where the file lies before it is checked, and how far it is there from its beginning on. What was read of it may
   * prove wrong: so one that is wrong is not fetched a second time, as it is otherwise.
   */
  readonly onArrived?: ((path: string, availableBytes: number) => void) | undefined;
}

export interface DownloadSizes {
  /** Connections at a time. */
  readonly connections: number;
  /** Asked for at once. */
  readonly requestBytes: number;
  /** Noted in the journal at a time: a killed process loses no more than this by connection. */
  readonly noteBytes: number;
}

const defaultSizes: DownloadSizes = { connections: 4, requestBytes: 64 << 20, noteBytes: 8 << 20 };
/** Beyond what git keeps outside of large file storage. */
const maxGitFileBytes = 256 << 20;

/**
 * Gives the file the name `target` when its bytes are those that the hub's listing promises.
 * @throws HubError, among them HUB_FILE_DAMAGED and HUB_FILE_CHANGED when it is so a second time; the signal's reason
 */
export async function downloadFile(
  connection: HubConnection,
  { repository, file, target }: { readonly repository: HubRepository; readonly file: HubFile; readonly target: string },
  options: FileDownloadOptions,
): Promise<void> {
  for (let isSecond = false; ; isSecond = true) {
    try {
      await using partial = await PartialFile.open(target, file.sizeBytes);
      try {
        await fetchChecked(connection, { repository, file, partial }, options);
        await partial.finish();
        return;
      } catch (error) {
        const isWrong = error instanceof HubError && ['HUB_FILE_DAMAGED', 'HUB_FILE_CHANGED'].includes(error.code);
        if (!isWrong) throw error;
        // What is wrong may come of an earlier session, or of a disk or a proxy that had a bad moment.
        await partial.discard();
        options.onProgress?.(0);
        if (isSecond || options.onArrived !== undefined) throw error;
      }
    } catch (error) {
      throw describeDownloadError(error, target);
    }
  }
}

interface Fetching {
  readonly repository: HubRepository;
  readonly file: HubFile;
  readonly partial: PartialFile;
}

/** Leaves the partial file whole and checked. It is hashed while it comes. */
async function fetchChecked(
  connection: HubConnection,
  fetching: Fetching,
  options: FileDownloadOptions,
): Promise<void> {
  const { file, partial } = fetching;
  if (isGitHash(file)) {
    await new RangeFetcher(connection, fetching, options).run();
    return assertHash(file, await gitBlobHash(partial.path, file.sizeBytes));
  }
  await using hash = await FollowingHash.open(partial.path, file.sizeBytes);
  const onArrived = (path: string, availableBytes: number) => {
    hash.follow(availableBytes);
    options.onArrived?.(path, availableBytes);
  };
  await new RangeFetcher(connection, fetching, { ...options, onArrived }).run();
  assertHash(file, await hash.digest(options.signal));
}

/** As `downloadFile` has it, a part of the file only, into memory: what a header says, before all of it is there. */
export async function readRange(
  connection: HubConnection,
  {
    repository,
    file,
    range,
  }: { readonly repository: HubRepository; readonly file: HubFile; readonly range: ByteRange },
  signal: AbortSignal,
): Promise<Buffer> {
  const wanted = { from: range.from, to: Math.min(range.to, file.sizeBytes) };
  if (wanted.to <= wanted.from) return Buffer.alloc(0);
  return await withRetries(connection.retries, signal, async () => {
    const { pieces } = await requestRange(connection, repository, file, wanted, signal);
    return Buffer.concat(await Array.fromAsync(pieces));
  });
}

/** Fetches what a partial file lacks, with a few connections that each take the next missing range. */
class RangeFetcher {
  readonly #connection: HubConnection;
  readonly #repository: HubRepository;
  readonly #file: HubFile;
  readonly #partial: PartialFile;
  readonly #options: FileDownloadOptions;
  readonly #sizes: DownloadSizes;
  readonly #waiting: ByteRange[];
  readonly #prefix = new ArrivedPrefix();
  #doneBytes: number;

  constructor(connection: HubConnection, { repository, file, partial }: Fetching, options: FileDownloadOptions) {
    this.#connection = connection;
    this.#repository = repository;
    this.#file = file;
    this.#partial = partial;
    this.#options = options;
    this.#sizes = { ...defaultSizes, ...options.sizes };
    this.#waiting = missingRanges(partial.takenOver, file.sizeBytes, this.#sizes.requestBytes);
    this.#doneBytes = rangeBytes(partial.takenOver);
    for (const range of partial.takenOver) this.#prefix.add(range);
  }

  async run(): Promise<void> {
    this.#options.onProgress?.(this.#doneBytes);
    this.#options.onArrived?.(this.#partial.path, this.#prefix.bytes);
    const failed = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, failed.signal]);
    const work = async () => {
      for (let range = this.#waiting.shift(); range !== undefined; range = this.#waiting.shift()) {
        await this.#fetch(range, signal);
      }
    };
    const workers = Array.from({ length: this.#sizes.connections }, async () => {
      try {
        await work();
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    });
    // All of them, so that nobody writes any more when the file is closed; the first failure is the one that counts.
    await Promise.allSettled(workers);
    signal.throwIfAborted();
  }

  async #fetch({ from, to }: ByteRange, signal: AbortSignal): Promise<void> {
    await this.#options.beforeRequest?.(to - from);
    let position = from;
    let noted = from;
    const note = async () => {
      if (position === noted) return;
      await this.#partial.note({ from: noted, to: position });
      noted = position;
    };
    try {
      await withRetries(this.#connection.retries, signal, async (onProgress) => {
        const rest = { from: position, to };
        const { etag, pieces } = await requestRange(this.#connection, this.#repository, this.#file, rest, signal);
        await this.#assertSameEtag(etag);
        for await (const bytes of pieces) {
          await this.#partial.write(bytes, position);
          position += bytes.byteLength;
          this.#arrived({ from, to: position });
          onProgress();
          this.#doneBytes += bytes.byteLength;
          this.#options.onProgress?.(this.#doneBytes);
          if (position - noted >= this.#sizes.noteBytes) await note();
        }
      });
    } finally {
      // also what came before a pause
      await note();
    }
  }

  #arrived(range: ByteRange): void {
    const before = this.#prefix.bytes;
    this.#prefix.add(range);
    if (this.#prefix.bytes > before) this.#options.onArrived?.(this.#partial.path, this.#prefix.bytes);
  }

  async #assertSameEtag(etag: string | undefined): Promise<void> {
    if (etag === undefined || etag === this.#partial.etag) return;
    if (this.#partial.etag === undefined) return await this.#partial.noteEtag(etag);
    throw fileChanged(this.#file);
  }
}

/** What git keeps itself. */
function isGitHash({ hash }: HubFile): boolean {
  return hash.length !== 64;
}

/** @throws HubError HUB_FILE_DAMAGED */
function assertHash({ path, hash }: HubFile, actual: string): void {
  if (actual === hash) return;
  const message = `${path} arrived with other bytes than the hub promises. Try again; if it stays so, a proxy or the disk alters it.`;
  throw new HubError('HUB_FILE_DAMAGED', message, { file: path, expected: hash, actual });
}

/** As git names contents: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
async function gitBlobHash(place: string, sizeBytes: number): Promise<string> {
  const content = await readForeignFile(place, maxGitFileBytes);
  return createHash('sha1').update(`blob ${sizeBytes}\0`).update(content).digest('hex');
}
