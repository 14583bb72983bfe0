/** @file Tells whether something that was made is still up to date: it is stamped with a hash of what it was made from. Contents, not times, which a clone does not keep. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

async function filesIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Of the names and the contents of all files at and below the paths. */
export async function contentHash(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesIn(path)) hash.update(`${file}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}

export async function isFresh(stampFile: string, hash: string): Promise<boolean> {
  return (await readFile(stampFile, 'utf8').catch(() => '')) === hash;
}

export async function stamp(stampFile: string, hash: string): Promise<void> {
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, hash);
}
