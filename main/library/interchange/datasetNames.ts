/** @file What pictures are called in a dataset folder, where all lie side by side. Pure. */
import { nameKey } from '../photos/nameKey.ts';
import { fileNameOf, withoutExtension } from './captionNames.ts';

/**
 * What `datasets` looks for when it loads an imagefolder, of those that a library may hold: it passes over other files.
 * https://github.com/huggingface/datasets, src/datasets/packaged_modules/imagefolder
 */
const openedExtensions: ReadonlySet<string> = new Set(
  [
    'jpg jpeg jpe jfif png apng webp tif tiff gif bmp dib jp2 j2k jpc jpf jpx j2c psd ico icns tga pcx ppm pgm pbm',
    'pnm dds',
  ].flatMap((extensions) => extensions.split(' ')),
);

/** In lower case, without the dot. */
export function extensionOf(file: string): string {
  const name = fileNameOf(file);
  return name.slice(withoutExtension(name).length + 1).toLowerCase();
}

export function isOpenedByDatasets(file: string): boolean {
  return openedExtensions.has(extensionOf(file));
}

/** Of a disk that holds the dataset, in bytes of UTF-8; a number may still be added. */
const maxNameBytes = 200;

/**
 * A name for each, in the same order: the file's own; with its folders in front where others have it, too; with a number
 * where that does not help. No disk takes two of them for one.
 *
 * Folders are not kept: one that is called `test` or `holiday dev` would be taken for a split.
 */
export function datasetNames(relativePaths: readonly string[]): string[] {
  const taken = new Set<string>();
  const take = (name: string): boolean => {
    const key = nameKey('caseless', name);
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  };
  return relativePaths.map((relativePath) => {
    const own = safeName(fileNameOf(relativePath));
    if (take(own)) return own;
    const withFolders = safeName(relativePath.replaceAll('/', '_'));
    if (take(withFolders)) return withFolders;
    const stem = withoutExtension(withFolders);
    for (let number = 2; ; number += 1) {
      const numbered = `${stem}-${number}${withFolders.slice(stem.length)}`;
      if (take(numbered)) return numbered;
    }
  });
}

/** Names that Windows keeps for devices, whatever follows the dot. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** One that every system can have, and that is not hidden, which `datasets` passes over. */
function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .toWellFormed()
    .replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_')
    .replace(/^\./, '_')
    .replace(deviceName, '$&_');
  const stem = withoutExtension(plain);
  return `${shortened(stem, maxNameBytes)}${plain.slice(stem.length)}`;
}

function shortened(text: string, maxBytes: number): string {
  let short = text;
  while (Buffer.byteLength(short) > maxBytes) short = [...short].slice(0, -1).join('');
  return short;
}
