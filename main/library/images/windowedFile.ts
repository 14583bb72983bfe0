/** @file Reads a picture's metadata here and there in its file, and of the picture itself as little as may be. Picture process. */
import { NotPlain } from '../metadata/notPlain.ts';

export interface FileToRead {
  readonly sizeBytes: number;
  /** What was read of it already. */
  readonly head: Buffer;
  /** Fewer at the end of the file. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
}

/** Several of the small chunks that most encoders of PNG cut the picture into. */
const windowBytes = 64 * 1024;
/** A picture in so many small chunks is read as fast by ExifTool. */
const maxWindows = 256;
/** In more of it ExifTool finds its way, within its time. */
const maxMetadataBytes = 1024 * 1024;

export class WindowedFile {
  readonly sizeBytes: number;
  readonly #file: FileToRead;
  #window: Buffer;
  #windowAt = 0;
  #windowsLeft = maxWindows;

  constructor(file: FileToRead) {
    this.sizeBytes = file.sizeBytes;
    this.#file = file;
    this.#window = file.head;
  }

  /** @throws NotPlain where the file ends before, for more than metadata need, and for too many pieces */
  async bytes(from: number, length: number): Promise<Buffer> {
    if (length > maxMetadataBytes) throw new NotPlain();
    const isInWindow = from >= this.#windowAt && from + length <= this.#windowAt + this.#window.byteLength;
    if (!isInWindow) {
      if (this.#windowsLeft === 0) throw new NotPlain();
      this.#windowsLeft -= 1;
      this.#windowAt = from;
      this.#window = await this.#file.read(from, Math.max(windowBytes, length));
      if (this.#window.byteLength < length) throw new NotPlain();
    }
    return this.#window.subarray(from - this.#windowAt, from - this.#windowAt + length);
  }
}
