/**
 * @file The sidecars that a photo has already, under whichever of the names that programs give them. Main process, CLI.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { hasPhotoExtension } from '../photos/photoKinds.ts';
import { sameButForExtensionCase, xmpOfPhoto } from '../photos/xmpNames.ts';

/** Names in folders, listed once: whoever gives ten thousand photos a sidecar does not list their folder as often. */
export class FolderNames {
  readonly #names = new Map<string, Promise<readonly string[]>>();

  /** Empty where there is no such folder. */
  async in(folder: string): Promise<readonly string[]> {
    const known = this.#names.get(folder);
    if (known !== undefined) return await known;
    const listed = readdir(folder).catch((error: unknown) => {
      if (fileSystemCode(error) === 'ENOENT') return [];
      throw error;
    });
    this.#names.set(folder, listed);
    // A failure is not remembered: the next photo may fare better.
    listed.catch(() => this.#names.delete(folder));
    return await listed;
  }

  /** The folder has the file from now on. */
  async add(file: string): Promise<void> {
    const folder = path.dirname(file);
    const names = await this.in(folder);
    const name = path.basename(file);
    if (!names.includes(name)) this.#names.set(folder, Promise.resolve([...names, name]));
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
  const there = await names.in(folder);
  const photosBeside = (await names.in(path.dirname(photo))).filter(hasPhotoExtension);
  const preferred = path.basename(file);
  return xmpOfPhoto(path.basename(photo), there, photosBeside)
    .toSorted((a, b) => Number(b === preferred) - Number(a === preferred))
    .map((name) => path.join(folder, name));
}

/** A text sidecar under its own name in another case of the extension; undefined where there is none. */
export async function existingText(names: FolderNames, file: string): Promise<string | undefined> {
  const name = path.basename(file);
  const there = (await names.in(path.dirname(file))).filter((other) => sameButForExtensionCase(other, name));
  const found = there.includes(name) ? name : there[0];
  return found === undefined ? undefined : path.join(path.dirname(file), found);
}
