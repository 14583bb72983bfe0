/**
 * @file Every read of a file goes through native-models/foreignFile.ts, which no pipe, device or endless file holds up:
 * what a folder of photos, a library or a checkpoint holds, others may have put there.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Files that read in Node's own ways, and what they read. */
const allowed: Readonly<Record<string, string>> = {
  'native-models/foreignFile.ts': 'it is the one that makes sure',
  'native-models/compiler/installedFiles.ts': 'a link to a file that was read just now, and was right',
  'main/api/downloads.ts': 'a file that it made itself, under a name chosen at random, in a folder of its own',
  'main/api/pageFiles.ts': 'the built page, which the program came with',
  'main/library/catalog/backups/backups.ts': 'a backup that SQLite has just read, which it found to be a regular file',
  'main/library/catalog/database.ts': 'a catalog that SQLite has just refused to open, and that was looked at before',
  'main/library/files/atomicWrite.ts': 'a folder, to sync it, and a file that was read before it is replaced',
  'main/library/images/process/residentMemory.ts': "the system's own files",
  'main/library/interchange/xmpFile.ts': "ExifTool's result in a temporary folder of its own",
  'main/library/queue/pauseGate.ts': "the system's own files",
  'main/library/watch/volumes.ts': "the system's own files",
};

/** Reading by name, and opening for reading by name. */
const readsByName =
  /\b(?:readFile|readFileSync|createReadStream|openAsBlob|copyFile|copyFileSync|cp|cpSync)\(\s*[^)\s]|\bopen(?:Sync)?\([^()]*(?:\([^()]*\)[^()]*)*,\s*'r\+?'/;

async function sources(): Promise<string[]> {
  const folders = await Promise.all(
    ['main', 'native-models', 'preload'].map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  );
  return folders
    .flat()
    .filter((entry) => entry.isFile() && /\.[cm]?ts$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name).split(path.sep).join('/'));
}

it('no file is read in any other way', async () => {
  const found: string[] = [];
  for (const file of await sources()) {
    if (file in allowed) continue;
    const text = await readFile(file, 'utf8');
    for (const { index, 0: call } of text.matchAll(new RegExp(readsByName, 'g'))) {
      found.push(`${file}:${text.slice(0, index).split('\n').length}: ${call}`);
    }
  }
  expect(found).toEqual([]);
});

it('the search for reads finds the ways that there are', () => {
  for (const line of [
    "await readFile(file, 'utf8')",
    'readFileSync(path.join(folder, name))',
    'createReadStream(file)',
    "await open(path.join(folder, name), 'r')",
    "openSync(file, 'r+')",
    "open(\n  path.join(folder, name),\n  'r',\n)",
    'await copyFile(file, backup)',
  ]) {
    expect(readsByName.test(line), line).toBe(true);
  }
  expect(readsByName.test('await handle.readFile()')).toBe(false);
});
