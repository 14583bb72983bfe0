/**
 * @file Names as a catalog has them, before paths are made of them. A catalog may come from somebody else, and a name such
 * as "../../x" would lead out of the folder that it is said to lie in. Pure.
 */

/** Stands for a name that no folder can hold: nothing is found there, and what is written stays in its folder. */
const noName = '\ufffd';

/** @param platform on Windows, a backslash parts names and a colon leads to another drive */
export function soundName(name: string, platform: NodeJS.Platform = process.platform): string {
  if (name === '' || name === '.' || name === '..') return noName;
  const parting = platform === 'win32' ? /[/\\:\0]/ : /[/\0]/;
  return parting.test(name) ? noName : name;
}

/** Of a folder in its root, or of a file in its folder: names with `/` between them, or nothing at all. */
export function soundPath(relativePath: string, platform: NodeJS.Platform = process.platform): string {
  if (relativePath === '') return '';
  return relativePath
    .split('/')
    .map((name) => soundName(name, platform))
    .join('/');
}
