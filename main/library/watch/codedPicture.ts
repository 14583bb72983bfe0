/** @file Where in a file the picture itself is coded, apart from what is written about it. Main process, CLI. */
import type { OpenFile } from './disk.ts';

export interface ByteRange {
  readonly start: number;
  /** The first byte after it. */
  readonly end: number;
}

/** More than any sound file has: what goes on for longer is taken as it is. */
const mostPieces = 1_000_000;
const windowBytes = 64 * 1024;

/** Reads here and there in a file, a window at a time. */
class Bytes {
  readonly sizeBytes: number;
  readonly #file: OpenFile;
  readonly #window = Buffer.allocUnsafe(windowBytes);
  #start = 0;
  #filled = 0;

  constructor(file: OpenFile, sizeBytes: number) {
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  /** Up to so many bytes (a window at most): fewer only at the end of the file. */
  async at(position: number, count: number): Promise<Buffer> {
    if (position < this.#start || position + count > this.#start + this.#filled) {
      this.#start = position;
      this.#filled = await this.#file.read(this.#window, position);
    }
    const offset = position - this.#start;
    return this.#window.subarray(offset, Math.min(offset + count, this.#filled));
  }

  /** The first byte 0xFF from the position on; the end of the file where there is none. */
  async nextMarker(position: number): Promise<number> {
    for (let from = position; ; ) {
      const bytes = await this.at(from, 1);
      if (bytes.length === 0) return this.sizeBytes;
      const rest = await this.at(from, Math.max(1, Math.min(windowBytes, this.#start + this.#filled - from)));
      const found = rest.indexOf(0xff);
      if (found >= 0) return from + found;
      from += rest.length;
    }
  }
}

/**
 * The parts that decide what is seen, colour profiles included; undefined for a format that is not taken apart, or a
 * file that does not keep to its own. How the picture is to be turned is not among them: that is metadata, of which the
 * catalog keeps its own account.
 */
export async function codedPicture(file: OpenFile, sizeBytes: number): Promise<ByteRange[] | undefined> {
  const bytes = new Bytes(file, sizeBytes);
  const head = Buffer.from(await bytes.at(0, 12));
  if (head.subarray(0, 3).equals(jpegStart)) return await jpegPicture(bytes);
  if (head.subarray(0, 8).equals(pngStart)) return await pngPicture(bytes);
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') {
    return await webpPicture(bytes);
  }
  return undefined;
}

const jpegStart = Buffer.from([0xff, 0xd8, 0xff]);
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * From ITU-T T.81: all segments but the applications' and comments, up to the end of the image; what follows it (previews
 * of the multi-picture format, films) belongs to no decoder.
 */
async function jpegPicture(bytes: Bytes): Promise<ByteRange[] | undefined> {
  const ranges: ByteRange[] = [];
  for (let position = 2, pieces = 0; pieces < mostPieces; pieces += 1) {
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

async function endOfScan(bytes: Bytes, from: number): Promise<number> {
  for (let position = from; ; position += 2) {
    position = await bytes.nextMarker(position);
    if (position >= bytes.sizeBytes) return bytes.sizeBytes;
    const [, marker] = await bytes.at(position, 2);
    if (marker === undefined) return bytes.sizeBytes;
    const isInScan = marker === 0 || (marker >= 0xd0 && marker <= 0xd7);
    if (!isInScan) return position;
  }
}

async function isPartOfJpeg(bytes: Bytes, start: number, marker: number): Promise<boolean> {
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

async function pngPicture(bytes: Bytes): Promise<ByteRange[] | undefined> {
  const ranges: ByteRange[] = [];
  for (let position = 8, pieces = 0; pieces < mostPieces; pieces += 1) {
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

async function webpPicture(bytes: Bytes): Promise<ByteRange[] | undefined> {
  const ranges: ByteRange[] = [];
  for (let position = 12, pieces = 0; pieces < mostPieces; pieces += 1) {
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
