/** @file The SHA-256 of a file's bytes, read in pieces so that the size does not matter. */
import { sha256OfFile } from '../../../native-models/compiler/fileHash.ts';

/** @throws ForeignFileError for what is no regular file, or grows while it is read; the file system's errors */
export async function contentSha256(file: string, signal?: AbortSignal): Promise<string> {
  return (await sha256OfFile(file, { signal })).sha256;
}
