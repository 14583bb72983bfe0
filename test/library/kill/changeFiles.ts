/** @file Files that come, change, move and go. Each begins with a line that no other file ever had. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const maxFiles = 60;
const folders = ['', 'a', 'b', 'b/c'];

/** A few random changes. */
export async function changeFiles(folder: string, random: () => number): Promise<void> {
  const files = await filesBelow(folder);
  for (let change = 0; change < 3; change += 1) {
    const file = files[Math.floor(random() * files.length)];
    const kind = random();
    if (file === undefined || (kind < 0.3 && files.length < maxFiles))
      await writePhoto(path.join(folder, newName(random)), random);
    else if (kind < 0.6) await rename(file, path.join(folder, newName(random))).catch(() => undefined);
    else if (kind < 0.9) await writePhoto(file, random);
    else await rm(file, { force: true });
  }
}

export async function makeFiles(folder: string, count: number, random: () => number): Promise<void> {
  for (const name of folders) await mkdir(path.join(folder, name), { recursive: true });
  for (let index = 0; index < count; index += 1) await writePhoto(path.join(folder, newName(random)), random);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function writePhoto(file: string, random: () => number): Promise<void> {
  await writeFile(file, `content ${token(random)}\n${'.'.repeat(Math.floor(random() * 200))}`);
}

function newName(random: () => number): string {
  return path.join(folders[Math.floor(random() * folders.length)] ?? '', `${token(random)}.jpg`);
}

function token(random: () => number): string {
  return Math.floor(random() * 2 ** 48).toString(36);
}
