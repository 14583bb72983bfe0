/** @file Reads here and there in a file of unknown make. Main process, CLI. */
import type { OpenFile } from '../photos/disk.ts';

export interface ByteRange {
  readonly start: number;
  /** The first byte after it. */
  readonly end: number;
}

/** More than any sound file has: what goes on for longer is taken as it is. */
export const maxPieces = 1_000_000;
const windowBytes = 64 * 1024;

/** A window at a time. */
export class FileBytes {
  readonly sizeBytes: number;
  readonly #file: OpenFile;
  readonly #window = Buffer.allocUnsafe(windowBytes);
  #start = 0;
  #filled = 0;

  constructor(file: OpenFile, sizeBytes: number) {
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  /** Up to so many bytes (a window at most): fewer only at the end of the file. */
  async at(position: number, count: number): Promise<Buffer> {
    if (position < this.#start || position + count > this.#start + this.#filled) {
      this.#start = position;
      this.#filled = await this.#file.read(this.#window, position);
    }
    const offset = position - this.#start;
    return this.#window.subarray(offset, Math.min(offset + count, this.#filled));
  }

  /** The first byte 0xFF from the position on; the end of the file where there is none. */
  async nextMarker(position: number): Promise<number> {
    for (let from = position; ; ) {
      const bytes = await this.at(from, 1);
      if (bytes.length === 0) return this.sizeBytes;
      const rest = await this.at(from, Math.max(1, Math.min(windowBytes, this.#start + this.#filled - from)));
      const found = rest.indexOf(0xff);
      if (found >= 0) return from + found;
      from += rest.length;
    }
  }
}
