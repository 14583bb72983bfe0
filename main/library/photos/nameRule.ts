/** @file Finds out how a folder's file system compares names, by looking and without writing. Main process, CLI. */
import path from 'node:path';
import type { Disk } from './disk.ts';
import { type NameRule, nameKey } from './nameKey.ts';

/** Some names are looked up in another spelling; more would not say more. */
const triedNames = 20;

/**
 * Where no name there can be spelled in two ways, the platform's usual rule is taken.
 *
 * @throws Node's errors of listing the folder
 */
export async function detectNameRule(disk: Disk, folder: string, platform: NodeJS.Platform): Promise<NameRule> {
  const places = (await disk.list(folder)).map(({ name }) => ({ folder, name }));
  // The folder's own name will do, unless a drive begins with it.
  const above = path.dirname(folder);
  if (above !== folder && (await isSameDevice(disk, folder, above))) {
    places.push({ folder: above, name: path.basename(folder) });
  }
  if (await isFoundAs(disk, places, swapCase)) return 'caseless';
  const usual = platform === 'win32' ? 'caseless' : platform === 'darwin' ? 'normalised' : 'exact';
  const saidCaseless = places.some(({ name }) => swapCase(name) !== name);
  if (usual === 'caseless' && !saidCaseless) return 'caseless';
  if (await isFoundAs(disk, places, recompose)) return 'normalised';
  const saidNormalised = places.some(({ name }) => recompose(name) !== name);
  return usual === 'normalised' && !saidNormalised ? 'normalised' : 'exact';
}

async function isSameDevice(disk: Disk, a: string, b: string): Promise<boolean> {
  try {
    return (await disk.state(a)).device === (await disk.state(b)).device;
  } catch {
    return false;
  }
}

/** Whether an entry answers to another spelling of its name, and that is not simply another entry. */
async function isFoundAs(
  disk: Disk,
  places: readonly { readonly folder: string; readonly name: string }[],
  respell: (name: string) => string,
): Promise<boolean> {
  const listed = new Set(places.map(({ folder, name }) => path.join(folder, name)));
  const spelledTwice = places.filter(
    ({ folder, name }) => respell(name) !== name && !listed.has(path.join(folder, respell(name))),
  );
  for (const { folder, name } of spelledTwice.slice(0, triedNames)) {
    try {
      const [one, other] = await Promise.all([
        disk.state(path.join(folder, name)),
        disk.state(path.join(folder, respell(name))),
      ]);
      if (one.inode === other.inode && one.device === other.device) return true;
    } catch {
      // Not there in the other spelling, or a link that leads nowhere: the next name may say more.
    }
  }
  return false;
}

function swapCase(name: string): string {
  const lower = name.toLowerCase();
  return lower === name ? name.toUpperCase() : lower;
}

function recompose(name: string): string {
  const composed = nameKey('normalised', name);
  return composed === name ? name.normalize('NFD') : composed;
}
