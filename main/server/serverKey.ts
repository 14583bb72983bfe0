/** @file The secret that the page's address is made of, kept in the library so that the address outlives a restart. Server only. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readForeignFile } from '../../native-models/foreignFile.ts';
import { fileSystemCode } from '../library/files/fileSystemError.ts';
import { writePrivately } from '../library/files/privateFiles.ts';

const keyBytes = 32;
const maxFileBytes = 4096;

/** Read, or made where there is none or a damaged one. A library that cannot be written has one for this start. */
export async function serverKey(libraryFolder: string): Promise<Uint8Array> {
  const file = path.join(libraryFolder, 'serve.key');
  try {
    const key = await readForeignFile(file, maxFileBytes);
    if (key.byteLength === keyBytes) return key;
  } catch (error) {
    if (fileSystemCode(error) !== 'ENOENT') return randomBytes(keyBytes);
  }
  const key = randomBytes(keyBytes);
  await writePrivately(file, key).catch(() => undefined);
  return key;
}
