/**
 * @file What photos' files say of themselves, as XMP sidecars, many photos at a time: their own packets as they are, with
 * whatever other programs keep in them, and what they say in other places. Main process, CLI.
 */
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool } from 'exiftool-vendored';
import { pathExists } from '../../../native-models/foreignFile.ts';
import { readIfPresent } from '../files/atomicWrite.ts';
import { runExifTool } from '../files/exifToolCommands.ts';
import type { EmbeddedSource } from './embeddedSources.ts';

/** So many photos share their commands. On Windows, where links need a privilege, names as they are may be the same. */
export const maxPhotosTogether = process.platform === 'win32' ? 1 : 16;

interface Source {
  /** As ExifTool sees it. */
  readonly file: string;
  /** The sidecar's name. */
  readonly name: string;
}

/**
 * Undefined for a photo that says nothing, or that ExifTool does not read.
 *
 * @param folder empty; nothing in it is needed afterwards
 * @param copied of what they say in other places
 */
export async function embeddedXmp(
  exifTool: ExifTool,
  folder: string,
  photos: readonly string[],
  copied: readonly EmbeddedSource[],
): Promise<(Buffer | undefined)[]> {
  const [packets, sidecars] = [path.join(folder, 'packets'), path.join(folder, 'sidecars')];
  for (const made of [packets, sidecars]) await mkdir(made);
  const sources = await Promise.all(photos.map((photo, index) => sourceOf(photo, index, folder)));
  const inPackets = `${escaped(packets)}${path.sep}%f.xmp`;
  await runExifTool(exifTool, [['-binary', '-XMP', '-w!', inPackets, ...sources.map(({ file }) => file)]]);
  const commands: string[][] = [];
  for (const [pattern, alike] of Map.groupBy(sources, ({ file }) => photosLike(file))) {
    const copying = [
      '-use',
      'MWG',
      '-wm',
      'cg',
      '-tagsFromFile',
      pattern,
      ...copied.map(([field, source]) => `-${field}<${source}`),
    ];
    const withPacket: string[] = [];
    const without: string[] = [];
    for (const { name } of alike) {
      const packet = path.join(packets, name);
      if (await pathExists(packet)) withPacket.push(packet);
      else without.push(path.join(sidecars, name));
    }
    // Written anew by ExifTool, whatever the photo says besides: one that cannot be read is no sidecar.
    const anew = ['-XMP-x:XMPToolkit=Image::ExifTool', '-o', `${escaped(sidecars)}${path.sep}%f.xmp`];
    if (withPacket.length > 0) commands.push([...anew, ...copying, ...withPacket]);
    if (without.length > 0) commands.push([...copying, ...without]);
  }
  await runExifTool(exifTool, commands);
  return await Promise.all(sources.map(({ name }) => readIfPresent(path.join(sidecars, name))));
}

async function sourceOf(photo: string, index: number, folder: string): Promise<Source> {
  if (process.platform === 'win32') return { file: photo, name: `${path.parse(photo).name}.xmp` };
  const link = path.join(folder, `${index}${path.extname(photo).replaceAll(/[^.\w]/g, '')}`);
  await symlink(photo, link);
  return { file: link, name: `${index}.xmp` };
}

/** The photo of a sidecar, for all photos with the same extension in the same folder. */
function photosLike(file: string): string {
  return `${escaped(path.dirname(file))}${path.sep}%f${escaped(path.extname(file))}`;
}

/** In a pattern for names, `%` begins what ExifTool puts in. */
function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}
