/** @file Looks at a picture's outer structure to explain a refusal: no pixels, or an end that is missing. Pure. */
import type { DecodableFormat } from './imageFormat.ts';

const endOfImage = Buffer.from([0xff, 0xd9]);

/** Whether the header states a width or height of 0. False where it cannot be told. */
export function declaresNoPixels(format: DecodableFormat, bytes: Uint8Array): boolean {
  const buffer = bufferOf(bytes);
  if (format === 'png') return buffer.length >= 24 && (buffer.readUInt32BE(16) === 0 || buffer.readUInt32BE(20) === 0);
  if (format === 'gif') return buffer.length >= 10 && (buffer.readUInt16LE(6) === 0 || buffer.readUInt16LE(8) === 0);
  if (format === 'jpeg') {
    const frame = jpegSegments(buffer).frame;
    return frame !== undefined && (frame.width === 0 || frame.height === 0);
  }
  return false;
}

/** Whether the bytes stop before the format says that they should. False where it cannot be told. */
export function endsEarly(format: DecodableFormat, bytes: Uint8Array): boolean {
  const buffer = bufferOf(bytes);
  switch (format) {
    case 'jpeg': {
      const { scanAt } = jpegSegments(buffer);
      return scanAt === undefined || buffer.indexOf(endOfImage, scanAt) === -1;
    }
    case 'png':
      return pngLacksEnd(buffer);
    case 'gif':
      return buffer.subarray(13).lastIndexOf(0x3b) === -1 || buffer.at(-1) !== 0x3b;
    case 'webp':
      return buffer.length < 12 || buffer.readUInt32LE(4) + 8 > buffer.length;
    case 'avif':
      return boxesExceedFile(buffer);
    default:
      return false;
  }
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

interface JpegSegments {
  readonly frame: { readonly width: number; readonly height: number } | undefined;
  /** Where the first scan begins; a thumbnail's end marker lies before it. */
  readonly scanAt: number | undefined;
}

/** Walks the marker segments up to the first scan. */
function jpegSegments(buffer: Buffer): JpegSegments {
  let frame: JpegSegments['frame'];
  let at = 2;
  while (at + 4 <= buffer.length) {
    if (buffer[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = buffer[at + 1] ?? 0;
    const standsAlone = marker === 0xff || marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
    if (standsAlone) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === 0xda) return { frame, scanAt: at };
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame && at + 9 <= buffer.length) {
      frame = { height: buffer.readUInt16BE(at + 5), width: buffer.readUInt16BE(at + 7) };
    }
    at += 2 + buffer.readUInt16BE(at + 2);
  }
  return { frame, scanAt: undefined };
}

/** Walks the chunks: the last one that fits must be IEND. */
function pngLacksEnd(buffer: Buffer): boolean {
  let at = 8;
  while (at + 12 <= buffer.length) {
    if (buffer.toString('latin1', at + 4, at + 8) === 'IEND') return false;
    at += 12 + buffer.readUInt32BE(at);
  }
  return true;
}

/** Walks the top-level boxes of an ISO media file. */
function boxesExceedFile(buffer: Buffer): boolean {
  let at = 0;
  while (at + 8 <= buffer.length) {
    let size = buffer.readUInt32BE(at);
    if (size === 1 && at + 16 <= buffer.length) size = Number(buffer.readBigUInt64BE(at + 8));
    // Size 0 means “to the end of the file”; anything else below 8 is no box.
    if (size < 8) return false;
    at += size;
  }
  return at > buffer.length;
}
