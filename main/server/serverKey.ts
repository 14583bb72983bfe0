/** @file The secret that the page's address is made of, kept in the library so that the address outlives a restart. Server only. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileSystemCode } from '../library/files/fileSystemError.ts';
import { writePrivately } from '../library/files/privateFiles.ts';

const keyBytes = 32;

/** Read, or made where there is none or a damaged one. A library that cannot be written has one for this start. */
export async function serverKey(libraryFolder: string): Promise<Uint8Array> {
  const file = path.join(libraryFolder, 'serve.key');
  try {
    const key = await readFile(file);
    if (key.byteLength === keyBytes) return key;
  } catch (error) {
    if (fileSystemCode(error) !== 'ENOENT') return randomBytes(keyBytes);
  }
  const key = randomBytes(keyBytes);
  await writePrivately(file, key).catch(() => undefined);
  return key;
}
