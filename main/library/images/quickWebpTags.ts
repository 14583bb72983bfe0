/**
 * @file The metadata of plain WebP files from their chunks, under ExifTool's names. What may hold more than is read here is
 * left to ExifTool: the answer is then undefined. Picture process.
 */

import { exifMark } from '../metadata/jpegParts.ts';
import { NotPlain } from '../metadata/notPlain.ts';
import { colourProfileName } from './colourProfileName.ts';
import { exifTags } from './quickTags.ts';
import type { TagValues } from './tagValues.ts';
import { type FileToRead, WindowedFile } from './windowedFile.ts';
import { withXmp } from './xmp/withXmp.ts';

const firstChunkAt = 12;
/** Its name and its length. */
const headerBytes = 8;
/** A picture has a few; an animation has one for each of its frames. */
const maxChunks = 10_000;
/** How the picture and its frames are stored. */
const neutralChunks: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF']);
const metadataChunks: ReadonlySet<string> = new Set(['ICCP', 'EXIF', 'XMP ']);

export async function quickWebpTags(file: FileToRead): Promise<TagValues | undefined> {
  try {
    return await tagsOf(new WindowedFile(file));
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

async function tagsOf(file: WindowedFile): Promise<TagValues | undefined> {
  const found = new Map<string, Buffer>();
  const start = await file.bytes(0, firstChunkAt);
  // What stands behind the end, ExifTool reads as well.
  if (start.readUInt32LE(4) + headerBytes !== file.sizeBytes) throw new NotPlain();
  const size = sizeIn(await file.bytes(firstChunkAt, headerBytes + 10));
  let chunks = 0;
  for (let at = firstChunkAt; at < file.sizeBytes; chunks += 1) {
    const header = await file.bytes(at, headerBytes);
    const [name, length] = [header.toString('latin1', 0, 4), header.readUInt32LE(4)];
    const bodyAt = at + headerBytes;
    at = bodyAt + length + (length % 2);
    if (at > file.sizeBytes || chunks === maxChunks) throw new NotPlain();
    if (metadataChunks.has(name)) {
      if (found.has(name)) throw new NotPlain();
      found.set(name, await file.bytes(bodyAt, length));
    } else if (!neutralChunks.has(name) && !(name === 'VP8X' && chunks === 0)) throw new NotPlain();
  }
  return together(size, found);
}

function together(size: string, found: ReadonlyMap<string, Buffer>): TagValues | undefined {
  const [profile, exif, xmp] = [found.get('ICCP'), found.get('EXIF'), found.get('XMP ')];
  const tags = new Map<string, unknown>([['Composite:ImageSize', size]]);
  if (profile !== undefined) {
    const name = colourProfileName(profile);
    if (name === undefined) return undefined;
    tags.set('ICC_Profile:ProfileDescription', name);
  }
  const ofExif = exif === undefined ? new Map<string, unknown>() : exifTags(withoutMark(exif));
  if (ofExif === undefined) return undefined;
  const all = new Map([...tags, ...ofExif]);
  return xmp === undefined ? all : withXmp(all, xmp);
}

/** Many programs begin the block as in a JPEG. */
function withoutMark(exif: Buffer): Buffer {
  return exif.toString('latin1', 0, exifMark.length) === exifMark ? exif.subarray(exifMark.length) : exif;
}

/** @param chunk the first one: of an extended file, of a lossy or of a lossless picture */
function sizeIn(chunk: Buffer): string {
  const body = chunk.subarray(headerBytes);
  switch (chunk.toString('latin1', 0, 4)) {
    case 'VP8X':
      return `${body.readUIntLE(4, 3) + 1} ${body.readUIntLE(7, 3) + 1}`;
    case 'VP8 ':
      if (body.toString('latin1', 3, 6) !== '\x9d\x01\x2a') throw new NotPlain();
      return `${body.readUInt16LE(6) & 0x3fff} ${body.readUInt16LE(8) & 0x3fff}`;
    case 'VP8L': {
      if (body[0] !== 0x2f) throw new NotPlain();
      const bits = body.readUInt32LE(1);
      return `${(bits & 0x3fff) + 1} ${((bits >>> 14) & 0x3fff) + 1}`;
    }
    default:
      throw new NotPlain();
  }
}
