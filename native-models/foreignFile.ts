/**
 * @file The one way to open and read a file that somebody else may have put there: a pipe keeps nobody waiting, a device
 * or an endless file does not fill the memory. Any process.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/**
 * Something is there, but nothing that can be read so. The message begins with its verb: "is a folder". The codes are
 * those that systems have for it, so that whoever is prepared for their errors is prepared for this one.
 */
export class ForeignFileError extends Error {
  readonly code: 'EISDIR' | 'EFTYPE' | 'EFBIG' | 'EBUSY';

  constructor(code: ForeignFileError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export interface ForeignFile extends AsyncDisposable {
  readonly handle: FileHandle;
  /** Of what was opened, whatever has the name by now. */
  readonly stats: Stats;
}

/**
 * Without O_NONBLOCK, opening a pipe would wait for somebody to write to it, and without O_NOCTTY, a terminal could
 * become ours. Windows has neither flag, and its pipes lie in no folder.
 */
const withoutWaiting = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const readFlags = constants.O_RDONLY | withoutWaiting;

/**
 * Links are followed.
 *
 * @param mode `r+` where it is to be written, too
 * @throws ForeignFileError for what is no regular file; the file system's error
 */
export async function openForeignFile(file: string, mode: 'r' | 'r+' = 'r'): Promise<ForeignFile> {
  const flags = mode === 'r' ? readFlags : constants.O_RDWR | withoutWaiting;
  // Opening a device can have consequences; and what was looked at may be something else by the time that it is opened.
  assertRegularFile(await stat(file));
  const handle = await open(file, flags).catch((error: unknown) => {
    throw explained(error);
  });
  try {
    const stats = await handle.stat();
    assertRegularFile(stats);
    return { handle, stats, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The whole file, which has `maxBytes` at most.
 *
 * @throws ForeignFileError for what is no regular file, or larger; the file system's error, of which ENOENT says that
 *   there is nothing
 */
export async function readForeignFile(file: string, maxBytes: number): Promise<Buffer> {
  await using opened = await openForeignFile(file);
  const content = new ContentWithin(maxBytes, opened.stats.size);
  for (;;) {
    const { bytesRead } = await opened.handle.read(content.room());
    if (bytesRead === 0) return content.whole();
    content.grewBy(bytesRead);
  }
}

/** As `readForeignFile`. */
export function readForeignFileSync(file: string, maxBytes: number): Buffer {
  const descriptor = openForeignFileSync(file);
  try {
    const stats = fstatSync(descriptor);
    assertRegularFile(stats);
    const content = new ContentWithin(maxBytes, stats.size);
    for (;;) {
      const bytesRead = readSync(descriptor, content.room());
      if (bytesRead === 0) return content.whole();
      content.grewBy(bytesRead);
    }
  } finally {
    closeSync(descriptor);
  }
}

function openForeignFileSync(file: string): number {
  assertRegularFile(statSync(file));
  try {
    return openSync(file, readFlags);
  } catch (error) {
    throw explained(error);
  }
}

/** For files that do not say how large they are. */
const minBytes = 4096;

/** Collects up to a number of bytes. What the size of a file says is a guess: it may grow, and some systems say 0. */
class ContentWithin {
  readonly #maxBytes: number;
  #buffer: Buffer;
  #filledBytes = 0;

  constructor(maxBytes: number, sizeBytes: number) {
    this.#maxBytes = maxBytes;
    if (sizeBytes > maxBytes) throw this.#tooLarge();
    // One more, so that the end is met without another allocation.
    this.#buffer = Buffer.allocUnsafe(Math.min(Math.max(sizeBytes, minBytes), maxBytes) + 1);
  }

  /** Where the next bytes go to; never empty. */
  room(): Buffer {
    if (this.#filledBytes === this.#buffer.length) {
      const moreBytes = Math.min(this.#buffer.length, this.#maxBytes + 1 - this.#buffer.length);
      this.#buffer = Buffer.concat([this.#buffer, Buffer.allocUnsafe(moreBytes)]);
    }
    return this.#buffer.subarray(this.#filledBytes);
  }

  grewBy(bytes: number): void {
    this.#filledBytes += bytes;
    if (this.#filledBytes > this.#maxBytes) throw this.#tooLarge();
  }

  whole(): Buffer {
    return this.#buffer.subarray(0, this.#filledBytes);
  }

  #tooLarge(): ForeignFileError {
    return new ForeignFileError('EFBIG', `has more than the ${this.#maxBytes} bytes allowed`);
  }
}

/** @throws ForeignFileError */
export function assertRegularFile(stats: Stats): void {
  if (stats.isDirectory()) throw new ForeignFileError('EISDIR', 'is a folder');
  if (!stats.isFile()) throw new ForeignFileError('EFTYPE', 'is not a regular file');
}

/** A socket, and a device that is not there, cannot even be opened. */
function explained(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENXIO' || code === 'ENODEV' ? new ForeignFileError('EFTYPE', 'is not a regular file', error) : error;
}

/** Whether there is anything at a path; false also for what may not be looked at. */
export function pathExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
