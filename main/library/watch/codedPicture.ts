/** @file Where in a file the picture itself is coded, apart from what is written about it. Main process, CLI. */

import type { OpenFile } from '../photos/disk.ts';
import { codedHeif, isHeif } from './codedHeif.ts';
import { codedTiff, isTiff } from './codedTiff.ts';
import { type ByteRange, FileBytes, maxPieces } from './fileBytes.ts';

/**
 * The parts that decide what is seen, colour profiles included; undefined for a format that is not taken apart, or a
 * file that does not keep to its own. How the picture is to be turned is not among them: that is metadata, of which the
 * catalog keeps its own account.
 */
export async function codedPicture(file: OpenFile, sizeBytes: number): Promise<ByteRange[] | undefined> {
  const bytes = new FileBytes(file, sizeBytes);
  const head = Buffer.from(await bytes.at(0, 12));
  if (head.subarray(0, 3).equals(jpegStart)) return await jpegPicture(bytes);
  if (head.subarray(0, 8).equals(pngStart)) return await pngPicture(bytes);
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') {
    return await webpPicture(bytes);
  }
  if (/^GIF8[79]a/.test(head.toString('latin1'))) return await gifPicture(bytes);
  if (isTiff(head)) return await codedTiff(bytes);
  return isHeif(head) ? await codedHeif(bytes) : undefined;
}

const jpegStart = Buffer.from([0xff, 0xd8, 0xff]);
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * From ITU-T T.81: all segments but the applications' and comments, up to the end of the image; what follows it (previews
 * of the multi-picture format, films) belongs to no decoder.
 */
async function jpegPicture(bytes: FileBytes): Promise<ByteRange[] | undefined> {
  const ranges: ByteRange[] = [];
  for (let position = 2, pieces = 0; pieces < maxPieces; pieces += 1) {
    const start = position;
    const [prefix, marker, high, low] = await bytes.at(start, 4);
    if (prefix !== 0xff || marker === undefined) return undefined;
    if (marker === 0xff) {
      position += 1;
      continue;
    }
    if (marker === 0xd9) return ranges;
    if (high === undefined || low === undefined) return undefined;
    position += 2 + high * 256 + low;
    if (marker === 0xda) position = await endOfScan(bytes, position);
    if (await isPartOfJpeg(bytes, start, marker)) ranges.push({ start, end: position });
    // Cut off: what is there is the picture.
    if (position >= bytes.sizeBytes) return ranges;
  }
  return undefined;
}

async function endOfScan(bytes: FileBytes, from: number): Promise<number> {
  for (let position = from; ; position += 2) {
    position = await bytes.nextMarker(position);
    if (position >= bytes.sizeBytes) return bytes.sizeBytes;
    const [, marker] = await bytes.at(position, 2);
    if (marker === undefined) return bytes.sizeBytes;
    const isInScan = marker === 0 || (marker >= 0xd0 && marker <= 0xd7);
    if (!isInScan) return position;
  }
}

async function isPartOfJpeg(bytes: FileBytes, start: number, marker: number): Promise<boolean> {
  const isApplications = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
  if (!isApplications) return true;
  const name = (await bytes.at(start + 4, 12)).toString('latin1');
  // The colour profile, and Adobe's word on how colours are coded.
  return (marker === 0xe2 && name === 'ICC_PROFILE\0') || (marker === 0xee && name.startsWith('Adobe'));
}

/** Of APNG, too. */
const pngChunks: ReadonlySet<string> = new Set(
  'IHDR PLTE tRNS iCCP sRGB gAMA cHRM cICP acTL fcTL fdAT IDAT'.split(' '),
);

async function pngPicture(bytes: FileBytes): Promise<ByteRange[] | undefined> {
  const ranges: ByteRange[] = [];
  for (let position = 8, pieces = 0; pieces < maxPieces; pieces += 1) {
    const header = await bytes.at(position, 8);
    if (header.length < 8) return undefined;
    const type = header.toString('latin1', 4, 8);
    const start = position + 8;
    const end = start + header.readUInt32BE(0);
    if (type === 'IEND') return ranges;
    if (end > bytes.sizeBytes) return undefined;
    // How the data is cut into chunks is of no account.
    if (pngChunks.has(type)) ranges.push({ start: type === 'IDAT' ? start : start - 4, end });
    position = end + 4;
  }
  return undefined;
}

const webpChunks: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

async function webpPicture(bytes: FileBytes): Promise<ByteRange[] | undefined> {
  const ranges: ByteRange[] = [];
  for (let position = 12, pieces = 0; pieces < maxPieces; pieces += 1) {
    if (position >= bytes.sizeBytes) return ranges;
    const header = await bytes.at(position, 8);
    if (header.length < 8) return undefined;
    const end = position + 8 + header.readUInt32LE(4);
    if (end > bytes.sizeBytes) return undefined;
    if (webpChunks.has(header.toString('latin1', 0, 4))) ranges.push({ start: position, end });
    position = end + (end % 2);
  }
  return undefined;
}

/** All but comments and other programs' extensions. https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
async function gifPicture(bytes: FileBytes): Promise<ByteRange[] | undefined> {
  const colours = (flags: number) => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));
  const screen = await bytes.at(0, 13);
  const first = 13 + colours(screen[10] ?? 0);
  // Not the signature: a comment makes a GIF87a a GIF89a.
  const ranges: ByteRange[] = [{ start: 6, end: first }];
  for (let position = first, pieces = 0; pieces < maxPieces; pieces += 1) {
    const head = Buffer.from(await bytes.at(position, 14));
    const [block, label] = head;
    if (block === 0x3b) return ranges;
    if (head.length < 11) return undefined;
    const isImage = block === 0x2c;
    if (!isImage && block !== 0x21) return undefined;
    const data = position + (isImage ? 10 + colours(head[9] ?? 0) + 1 : 2);
    const end = await endOfBlocks(bytes, data);
    if (end === undefined) return undefined;
    const isLoop = label === 0xff && /^(?:NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(head.toString('latin1', 3, 14));
    if (isImage || label === 0xf9 || label === 0x01 || isLoop) ranges.push({ start: position, end });
    position = end;
  }
  return undefined;
}

async function endOfBlocks(bytes: FileBytes, from: number): Promise<number | undefined> {
  for (let position = from, pieces = 0; pieces < maxPieces; pieces += 1) {
    const [size] = await bytes.at(position, 1);
    if (size === undefined) return undefined;
    position += 1 + size;
    if (size === 0) return position;
  }
  return undefined;
}
