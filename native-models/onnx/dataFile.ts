/** @file A graph's data file while it is being written, in whatever order. Compiler only. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { ForeignFileError, openForeignFile } from '../foreignFile.ts';

/** Every weight starts on such a boundary, so that the runtime can map it and read whole cache lines. */
export const alignmentBytes = 64;

const pieceBytes = 4 << 20;

/**
 * What was not written yet is zeros. What is written from the start on, without a gap, is hashed at once; only the rest is
 * read again for its checksum.
 */
export class DataFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #sizeBytes: number;
  #hashedBytes = 0;

  private constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
  }

  /** A new file. @throws the file system's error, EEXIST where there is one */
  static async create(file: string, sizeBytes: number): Promise<DataFile> {
    const handle = await open(file, 'wx+');
    try {
      await handle.truncate(sizeBytes);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new DataFile(handle, sizeBytes);
  }

  /** One that was begun earlier. @throws ForeignFileError where it is no such file; the file system's error */
  static async reopen(file: string, sizeBytes: number): Promise<DataFile> {
    const { handle, stats } = await openForeignFile(file, 'r+');
    if (stats.size === sizeBytes) return new DataFile(handle, sizeBytes);
    await handle.close();
    throw new ForeignFileError('EFTYPE', `has ${stats.size} bytes instead of ${sizeBytes}`);
  }

  async write(piece: Uint8Array, offsetBytes: number): Promise<void> {
    if (piece.byteLength === 0) return;
    const written = writeFully(this.#handle, piece, offsetBytes);
    const paddingBytes = offsetBytes - this.#hashedBytes;
    if (paddingBytes >= 0 && paddingBytes < alignmentBytes) {
      this.#hash.update(new Uint8Array(paddingBytes));
      this.#hash.update(piece); // while the write is under way on another thread
      this.#hashedBytes = offsetBytes + piece.byteLength;
    }
    await written;
  }

  /** Visits `sizeBytes` from `offsetBytes` on; a piece is overwritten after its visit. */
  async read(
    offsetBytes: number,
    sizeBytes: number,
    visit: (piece: Uint8Array) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const buffer = new Uint8Array(Math.min(sizeBytes, pieceBytes));
    let done = 0;
    while (done < sizeBytes) {
      signal?.throwIfAborted();
      const wanted = Math.min(buffer.length, sizeBytes - done);
      const { bytesRead } = await this.#handle.read(buffer, 0, wanted, offsetBytes + done);
      if (bytesRead === 0) throw new RangeError('the data file is shorter than what was written');
      visit(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
  }

  async sync(): Promise<void> {
    await this.#handle.sync();
  }

  /** To be asked for once, when all is written. */
  async checksum(signal?: AbortSignal): Promise<string> {
    const restBytes = this.#sizeBytes - this.#hashedBytes;
    await this.read(this.#hashedBytes, restBytes, (piece) => this.#hash.update(piece), signal);
    return this.#hash.digest('hex');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

async function writeFully(handle: FileHandle, piece: Uint8Array, positionBytes: number): Promise<void> {
  let done = 0;
  while (done < piece.byteLength) {
    done += (await handle.write(piece, done, piece.byteLength - done, positionBytes + done)).bytesWritten;
  }
}
