/** @file Which XMP files are a photo's sidecars: `IMG.jpg.xmp` (digiKam, Immich, darktable), `IMG.xmp` (Lightroom, for raw files), each in any case of the extension. Pure. */
import path from 'node:path';
import { isRawPhoto } from './photoKinds.ts';

export function isXmpName(name: string): boolean {
  return /\.xmp$/i.test(name);
}

/**
 * The ones that programs look at first before the others.
 *
 * @param there names of files where sidecars lie
 * @param photosBeside names of photos in the photo's folder
 */
export function xmpOfPhoto(
  photoName: string,
  there: readonly string[],
  photosBeside: readonly string[],
): readonly string[] {
  const neighbours = photosBeside.filter((name) => name !== photoName);
  const sidecars = there.filter(isXmpName).map((name) => ({ name, of: name.slice(0, -'.xmp'.length) }));
  const exact = sidecars.filter(({ of }) => of === photoName);
  // On a disk that tells a.JPG from a.jpg, each has its own.
  const folded = sidecars.filter(
    ({ of }) => of !== photoName && sameButForExtensionCase(of, photoName) && !neighbours.includes(of),
  );
  const short = sharesStem(photoName, neighbours) ? [] : sidecars.filter(({ of }) => of === stemOf(photoName));
  return [...exact, ...folded, ...short].map(({ name }) => name);
}

/** A name without its extension; dots in front are no beginning of one. */
export function stemOf(name: string): string {
  return path.parse(name).name;
}

export function sameButForExtensionCase(a: string, b: string): boolean {
  return stemOf(a) === stemOf(b) && path.extname(a).toLowerCase() === path.extname(b).toLowerCase();
}

/** `IMG.xmp` beside `IMG.jpg` and `IMG.cr2` is the raw file's; beside `IMG.jpg` and `IMG.png` it is nobody's for sure. */
function sharesStem(photoName: string, neighbours: readonly string[]): boolean {
  const rivals = neighbours.filter((name) => stemOf(name) === stemOf(photoName));
  return isRawPhoto(photoName) ? rivals.some(isRawPhoto) : rivals.length > 0;
}
