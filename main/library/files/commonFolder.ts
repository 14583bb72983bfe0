/** @file Arithmetic on paths: the folder that holds several, and paths as seen from a folder. Pure. */
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

/** Of a path with `/` between the parts; empty for the top. */
export function parentOf(relativePath: string): string {
  return relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/')));
}

/** The path of what has this name in the folder. */
export function childPath(relativePath: string, name: string): string {
  return relativePath === '' ? name : `${relativePath}/${name}`;
}

/** Whether a path with `/` between the parts lies below the other, or is the same. */
export function isWithin(relativePath: string, above: string): boolean {
  return above === '' || relativePath === above || relativePath.startsWith(`${above}/`);
}
