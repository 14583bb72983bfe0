/**
 * @file The sidecars that a photo has already, under whichever of the names that programs give them. Main process, CLI.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { hasPhotoExtension } from '../photos/photoKinds.ts';
import { isXmpName, sameButForExtensionCase, stemOf, xmpOfPhoto } from '../photos/xmpNames.ts';

/** By what they are named after: a photo's own name without its extension. */
type NamesByStem = Map<string, string[]>;

/** Names in folders, listed once: whoever gives ten thousand photos a sidecar does not list their folder as often. */
export class FolderNames {
  readonly #folders = new Map<string, Promise<NamesByStem>>();

  /** Those that a photo with this stem may share with its sidecars. Empty where there is no such folder. */
  async named(folder: string, stem: string): Promise<readonly string[]> {
    return (await this.#in(folder)).get(stem) ?? [];
  }

  /** The folder has the file from now on. */
  async add(file: string): Promise<void> {
    addName(await this.#in(path.dirname(file)), path.basename(file));
  }

  async #in(folder: string): Promise<NamesByStem> {
    const known = this.#folders.get(folder);
    if (known !== undefined) return await known;
    const listed = namesIn(folder);
    this.#folders.set(folder, listed);
    // A failure is not remembered: the next photo may fare better.
    listed.catch(() => this.#folders.delete(folder));
    return await listed;
  }
}

async function namesIn(folder: string): Promise<NamesByStem> {
  const byStem: NamesByStem = new Map();
  try {
    for (const name of await readdir(folder)) addName(byStem, name);
  } catch (error) {
    if (fileSystemCode(error) !== 'ENOENT') throw error;
  }
  return byStem;
}

/** `IMG.jpg.xmp` is named after `IMG.jpg`, and belongs to `IMG` as `IMG.xmp` does. */
function addName(byStem: NamesByStem, name: string): void {
  const stem = stemOf(name);
  for (const key of new Set(isXmpName(name) ? [stem, stemOf(stem)] : [stem])) {
    const names = byStem.get(key);
    if (names === undefined) byStem.set(key, [name]);
    else if (!names.includes(name)) names.push(name);
  }
}

/**
 * Those that are there, absolute, the one that programs look at first before the others. `file` itself is among them only
 * if it was there when its folder was listed.
 *
 * @param photo the photo's file, absolute
 * @param file where a new sidecar would go: the photo's whole name and the format's extension
 */
export async function existingXmp(names: FolderNames, photo: string, file: string): Promise<string[]> {
  const folder = path.dirname(file);
  const stem = stemOf(path.basename(photo));
  const there = await names.named(folder, stem);
  const photosBeside = (await names.named(path.dirname(photo), stem)).filter(hasPhotoExtension);
  const preferred = path.basename(file);
  return xmpOfPhoto(path.basename(photo), there, photosBeside)
    .toSorted((a, b) => Number(b === preferred) - Number(a === preferred))
    .map((name) => path.join(folder, name));
}

/** A text sidecar under its own name in another case of the extension; undefined where there is none. */
export async function existingText(names: FolderNames, file: string): Promise<string | undefined> {
  const name = path.basename(file);
  const named = await names.named(path.dirname(file), stemOf(name));
  const there = named.filter((other) => sameButForExtensionCase(other, name));
  const found = there.includes(name) ? name : there[0];
  return found === undefined ? undefined : path.join(path.dirname(file), found);
}
