/** @file SHA-256 of a file while it is being written, from its beginning on. Main process and CLI. */
import type { FileHandle } from 'node:fs/promises';
import { readFully } from '../checkpoint/safetensors.ts';
import { openForeignFile } from '../foreignFile.ts';
import { type PieceHash, startPieceHash } from './fileHash.ts';

const minReadBytes = 1 << 20;

export class FollowingHash implements AsyncDisposable {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #sizeBytes: number;
  readonly #hash: PieceHash;
  #availableBytes = 0;
  #hashedBytes = 0;
  #isClosed = false;
  /** Reads what is there; settled while there is nothing to read. */
  #reading: Promise<void> = Promise.resolve();
  #isReading = false;

  private constructor(file: string, handle: FileHandle, sizeBytes: number) {
    this.#file = file;
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
    this.#hash = startPieceHash(sizeBytes);
  }

  /** @param sizeBytes of the whole file. @throws ForeignFileError; the file system's errors */
  static async open(file: string, sizeBytes: number): Promise<FollowingHash> {
    const { handle } = await openForeignFile(file);
    return new FollowingHash(file, handle, sizeBytes);
  }

  /** So much of it is there, and does not change any more. */
  follow(availableBytes: number): void {
    this.#availableBytes = availableBytes;
    if (this.#isReading || !this.#hasEnough()) return;
    this.#isReading = true;
    this.#reading = this.#read();
    this.#reading.catch(() => undefined); // told at the end
  }

  /** Of the whole file. @throws the file system's errors; the signal's reason */
  async digest(signal: AbortSignal): Promise<string> {
    this.follow(this.#sizeBytes);
    const stop = () => {
      this.#isClosed = true;
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#reading;
      signal.throwIfAborted();
      return await this.#hash.digest();
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#reading.catch(() => undefined);
    await this.#hash[Symbol.asyncDispose]();
    await this.#handle.close();
  }

  /** Not for every packet. */
  #hasEnough(): boolean {
    return this.#availableBytes === this.#sizeBytes || this.#availableBytes - this.#hashedBytes >= minReadBytes;
  }

  async #read(): Promise<void> {
    for (;;) {
      const buffer = await this.#hash.takeBuffer();
      const bytes = buffer.subarray(0, this.#availableBytes - this.#hashedBytes);
      if (bytes.byteLength === 0 || !this.#hasEnough() || this.#isClosed) break;
      await readFully(this.#handle, bytes, this.#hashedBytes, this.#file);
      this.#hashedBytes += bytes.byteLength;
      this.#hash.add(bytes);
    }
    this.#isReading = false;
  }
}
