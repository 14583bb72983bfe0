/** @file Reads a file of limited size that somebody else may have put there: a pipe does not block, a device does not fill the memory. Any process. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The file is there, but nothing that is read whole; the message begins with what it is, for a sentence about it. */
export class NoSmallFileError extends Error {}

/**
 * @throws NoSmallFileError for what is no regular file or has more than `maxBytes`; the file system's error, of which
 *   ENOENT says that there is nothing
 */
export async function readSmallFile(file: string, maxBytes: number): Promise<Buffer> {
  // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it. Windows has neither.
  await using handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const about = await handle.stat();
  if (!about.isFile()) throw new NoSmallFileError(about.isDirectory() ? 'is a folder' : 'is not a regular file');
  if (about.size > maxBytes) throw new NoSmallFileError(`has ${about.size} bytes, more than the ${maxBytes} allowed`);
  return handle.readFile();
}
