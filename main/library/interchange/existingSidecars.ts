/**
 * @file The sidecars that a photo has already, under whichever of the names that programs give them: `IMG.jpg.xmp`
 * (digiKam, Immich, darktable), `IMG.xmp` (Lightroom, for raw files), each in any case of the extension. Main process, CLI.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { hasPhotoExtension, isRawPhoto } from '../photos/photoKinds.ts';
import { withoutExtension } from './captionNames.ts';

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
  const photoName = path.basename(photo);
  const there = await names.in(folder);
  const neighbours = (await names.in(path.dirname(photo))).filter(
    (name) => name !== photoName && hasPhotoExtension(name),
  );
  const sidecars = there.filter((name) => /\.xmp$/i.test(name)).map((name) => ({ name, of: name.slice(0, -4) }));
  const exact = sidecars.filter(({ of }) => of === photoName);
  // On a disk that tells a.JPG from a.jpg, each has its own.
  const folded = sidecars.filter(
    ({ of }) => of !== photoName && sameButForExtensionCase(of, photoName) && !neighbours.includes(of),
  );
  const short = sharesStem(photoName, neighbours)
    ? []
    : sidecars.filter(({ of }) => of === withoutExtension(photoName));
  const preferred = path.basename(file);
  return [...exact, ...folded, ...short]
    .map(({ name }) => name)
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

function sameButForExtensionCase(a: string, b: string): boolean {
  return withoutExtension(a) === withoutExtension(b) && path.extname(a).toLowerCase() === path.extname(b).toLowerCase();
}

/** `IMG.xmp` beside `IMG.jpg` and `IMG.cr2` is the raw file's; beside `IMG.jpg` and `IMG.png` it is nobody's for sure. */
function sharesStem(photoName: string, neighbours: readonly string[]): boolean {
  const rivals = neighbours.filter((name) => withoutExtension(name) === withoutExtension(photoName));
  return isRawPhoto(photoName) ? rivals.some(isRawPhoto) : rivals.length > 0;
}
