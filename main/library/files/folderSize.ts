/** @file How many bytes the files below a folder have. Main process and CLI. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const statsAtOnce = 64;

/** 0 for a folder that is not there; what vanishes meanwhile is not counted. */
export async function folderSize(folder: string, signal?: AbortSignal): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  let sizeBytes = 0;
  for (let start = 0; start < files.length; start += statsAtOnce) {
    signal?.throwIfAborted();
    const results = await Promise.allSettled(files.slice(start, start + statsAtOnce).map((file) => stat(file)));
    for (const result of results) {
      if (result.status === 'fulfilled') sizeBytes += result.value.size;
    }
  }
  return sizeBytes;
}
