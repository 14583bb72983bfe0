/** @file The SHA-256 of a file's bytes, read in pieces so that the size does not matter. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

export async function contentSha256(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(file, signal === undefined ? {} : { signal });
  for await (const chunk of stream) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}
