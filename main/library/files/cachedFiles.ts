/** @file Walks the files of a disk cache, and clears away what a process that was killed left half-written. */
import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { temporaryExtension } from '../../../native-models/cacheFolder.ts';

export interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was written or last read, to the hour. */
  readonly usedMs: number;
}

const abandonedAfterMs = 60 * 60 * 1000;

/** One folder after the other, so that a large cache neither fills the memory nor keeps the disk from others. */
export async function* cachedFiles(folder: string): AsyncGenerator<CachedFile> {
  for (const shard of await entriesOf(folder)) {
    if (!shard.isDirectory()) continue;
    const shardPath = path.join(folder, shard.name);
    for (const entry of await entriesOf(shardPath)) {
      const file = await cachedFile(path.join(shardPath, entry.name));
      if (file === undefined) continue;
      if (!entry.name.endsWith(temporaryExtension)) yield file;
      else if (Date.now() - file.usedMs > abandonedAfterMs) await rm(file.path, { force: true });
    }
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // Another process may have emptied the cache.
    return [];
  }
}

async function cachedFile(file: string): Promise<CachedFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(file);
    return { path: file, bytes: size, usedMs: mtimeMs };
  } catch {
    return undefined;
  }
}
