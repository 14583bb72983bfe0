/** @file Arithmetic on folder paths: the folder that holds several, and a path as seen from there. Pure. */
import path from 'node:path';

/** The deepest folder that holds all of them (or is one of them); undefined without any, or on different drives. */
export function commonFolder(folders: readonly string[]): string | undefined {
  const [first, ...others] = folders;
  if (first === undefined) {
    return undefined;
  }
  let common = first;
  for (const folder of others) {
    while (!holds(common, folder)) {
      const parent = path.dirname(common);
      if (parent === common) {
        return undefined;
      }
      common = parent;
    }
  }
  return common;
}

/** True when the file or folder is the folder itself or lies somewhere in it. */
export function holds(folder: string, file: string): boolean {
  const below = path.relative(folder, file);
  return below === '' || !(below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below));
}

/** The way from the folder to the file, with `/` between the parts; the whole path where it lies elsewhere. */
export function pathBelow(folder: string, file: string): string {
  const below = holds(folder, file) ? path.relative(folder, file) : file;
  return path.sep === '/' ? below : below.replaceAll(path.sep, '/');
}
