/** @file Decodes Windows and OS/2 bitmaps (BMP), which libvips cannot; transparency is laid over white. */
import { ImageError } from './imageError.ts';
import type { RgbImage } from './resizeBicubic.ts';

interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly dataOffset: number;
  readonly palette: Uint8Array;
  readonly paletteEntryBytes: number;
  /** Red, green, blue, alpha; a mask of 0 means that there is no such channel. */
  readonly masks: readonly [number, number, number, number];
}

/** Before the pixels stand headers of some hundred bytes and at most a thousand bytes of colours. */
const farthestData = 16_000_000;

const compressions = { rgb: 0, rle8: 1, rle4: 2, bitFields: 3, alphaBitFields: 6 } as const;

/** Width and height as the header states them, before anything is allocated, and how much of the file may belong to it. */
export function bmpExtent(bytes: Uint8Array): { width: number; height: number; maxBytes: number } {
  const { width, height, dataOffset } = readHeader(bytes);
  if (dataOffset > farthestData) throw damaged('the BMP has its pixels far behind its header');
  // Four bytes a pixel and rows filled up to four; runs take two bytes a pixel at worst, and two more a row.
  return { width, height, maxBytes: dataOffset + 4 * (width * height + height + 1) };
}

export function decodeBmp(bytes: Uint8Array): RgbImage {
  const header = readHeader(bytes);
  const { compression, bits } = header;
  if (compression === compressions.rle8 || compression === compressions.rle4) return decodeRuns(bytes, header);
  return bits <= 8 ? decodeIndexed(bytes, header) : decodeDirect(bytes, header);
}

function damaged(what: string): ImageError {
  return new ImageError('IMAGE_CORRUPT', `This file is damaged (${what}).`);
}

function unsupported(what: string): ImageError {
  return new ImageError(
    'IMAGE_UNSUPPORTED',
    `This BMP ${what}; Vignette cannot read that: save a copy as PNG or JPEG.`,
  );
}

function readHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 26) throw damaged('the BMP ends within its header');
  const dataOffset = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  const core = headerBytes === 12;
  if (!core && headerBytes < 16) throw damaged('the BMP has a header of an unknown kind');
  if (bytes.byteLength < 14 + Math.min(headerBytes, 40)) throw damaged('the BMP ends within its header');
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = headerBytes >= 20 ? view.getUint32(30, true) : compressions.rgb;
  if (width === 0 || signedHeight === 0) throw new ImageError('IMAGE_EMPTY', 'This picture has no pixels.');
  if (width < 0) throw damaged('the BMP states a negative width');
  checkCombination(bits, compression, headerBytes);
  const paletteEntryBytes = core ? 3 : 4;
  const withMasks = compression === compressions.bitFields || compression === compressions.alphaBitFields;
  const maskBytes = withMasks && headerBytes === 40 ? (compression === compressions.alphaBitFields ? 16 : 12) : 0;
  const paletteAt = 14 + headerBytes + maskBytes;
  const declared = headerBytes >= 36 ? view.getUint32(46, true) : 0;
  const colours = bits > 8 ? 0 : Math.min(declared === 0 ? 2 ** bits : declared, 2 ** bits);
  return {
    width,
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    bits,
    compression,
    dataOffset,
    palette: bytes.subarray(paletteAt, paletteAt + colours * paletteEntryBytes),
    paletteEntryBytes,
    masks: readMasks(view, bits, withMasks, headerBytes, compression),
  };
}

function checkCombination(bits: number, compression: number, headerBytes: number): void {
  if (compression === 4 || compression === 5) throw unsupported('holds a JPEG or PNG inside');
  // In OS/2 headers (64 bytes) the numbers 3 and 4 mean Huffman and 24-bit runs.
  if (headerBytes === 64 && compression >= 3) throw unsupported('uses an OS/2 compression');
  const fits =
    (compression === compressions.rgb && [1, 2, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === compressions.rle8 && bits === 8) ||
    (compression === compressions.rle4 && bits === 4) ||
    ((compression === compressions.bitFields || compression === compressions.alphaBitFields) &&
      [16, 32].includes(bits));
  if (!fits) throw unsupported(`has ${bits} bits a pixel with compression ${compression}`);
}

function readMasks(
  view: DataView,
  bits: number,
  withMasks: boolean,
  headerBytes: number,
  compression: number,
): [number, number, number, number] {
  if (!withMasks) return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0];
  const hasAlpha = headerBytes >= 56 || (headerBytes === 40 && compression === compressions.alphaBitFields);
  if (view.byteLength < (hasAlpha ? 70 : 66)) throw damaged('the BMP ends within its header');
  const mask = (at: number) => view.getUint32(at, true);
  return [mask(54), mask(58), mask(62), hasAlpha ? mask(66) : 0];
}

/** Where row `y` (counted from the top) begins in the output. */
function outputRow(header: BmpHeader, fileRow: number): number {
  return (header.topDown ? fileRow : header.height - 1 - fileRow) * header.width * 3;
}

function rowsOf(bytes: Uint8Array, header: BmpHeader): { data: Uint8Array; stride: number } {
  const stride = Math.ceil((header.width * header.bits) / 32) * 4;
  const data = bytes.subarray(header.dataOffset);
  // The padding of the last row is often left away.
  const needed = stride * (header.height - 1) + Math.ceil((header.width * header.bits) / 8);
  if (data.byteLength < needed) throw damaged('the BMP ends early');
  return { data, stride };
}

function putColour(header: BmpHeader, index: number, output: Uint8Array, to: number): void {
  const at = index * header.paletteEntryBytes;
  output[to] = header.palette[at + 2] ?? 0;
  output[to + 1] = header.palette[at + 1] ?? 0;
  output[to + 2] = header.palette[at] ?? 0;
}

function decodeIndexed(bytes: Uint8Array, header: BmpHeader): RgbImage {
  const { width, height, bits } = header;
  const { data, stride } = rowsOf(bytes, header);
  const pixels = new Uint8Array(width * height * 3);
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  for (let y = 0; y < height; y++) {
    let to = outputRow(header, y);
    for (let x = 0; x < width; x++) {
      const packed = data[y * stride + Math.floor(x / perByte)] ?? 0;
      putColour(header, (packed >> (8 - bits * ((x % perByte) + 1))) & mask, pixels, to);
      to += 3;
    }
  }
  return { pixels, width, height };
}

/** How a masked channel is read: shifted down, then stretched to 0 … 255. */
function channelOf(mask: number): { shift: number; scale: number } {
  if (mask === 0) return { shift: 0, scale: 0 };
  const shift = 31 - Math.clz32(mask & -mask);
  return { shift, scale: 255 / (mask >>> shift) };
}

function decodeDirect(bytes: Uint8Array, header: BmpHeader): RgbImage {
  const { width, height, bits, masks } = header;
  const { data, stride } = rowsOf(bytes, header);
  const pixels = new Uint8Array(width * height * 3);
  const pixelBytes = bits / 8;
  const channels = masks.map(channelOf);
  const alphaMask = masks[3];
  const alpha = channels[3];
  // Some programs promise an alpha channel and leave it at zero throughout: such a picture is meant to be seen.
  const blend = alphaMask !== 0 && hasAnyBit(data, alphaMask, pixelBytes);
  for (let y = 0; y < height; y++) {
    let to = outputRow(header, y);
    for (let x = 0; x < width; x++) {
      const value = wordAt(data, y * stride + x * pixelBytes, pixelBytes);
      const opacity = blend && alpha !== undefined ? (((value & alphaMask) >>> alpha.shift) * alpha.scale) / 255 : 1;
      for (let c = 0; c < 3; c++) {
        const channel = channels[c] ?? { shift: 0, scale: 0 };
        const level = ((value & (masks[c] ?? 0)) >>> channel.shift) * channel.scale;
        pixels[to + c] = Math.round(level * opacity + 255 * (1 - opacity));
      }
      to += 3;
    }
  }
  return { pixels, width, height };
}

function hasAnyBit(data: Uint8Array, mask: number, pixelBytes: number): boolean {
  for (let at = 0; at + pixelBytes <= data.byteLength; at += pixelBytes) {
    if ((wordAt(data, at, pixelBytes) & mask) !== 0) return true;
  }
  return false;
}

function wordAt(data: Uint8Array, at: number, pixelBytes: number): number {
  let value = 0;
  for (let i = pixelBytes - 1; i >= 0; i--) value = (value << 8) | (data[at + i] ?? 0);
  return value;
}

/** RLE4 and RLE8. What the runs leave out keeps colour 0, as elsewhere; runs that leave the picture are cut. */
function decodeRuns(bytes: Uint8Array, header: BmpHeader): RgbImage {
  const { width, height, bits } = header;
  const data = bytes.subarray(header.dataOffset);
  const indices = new Uint8Array(width * height);
  const nibble = (byte: number, i: number) => (bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
  let x = 0;
  let y = 0;
  let at = 0;
  const put = (index: number) => {
    if (x < width && y < height) indices[y * width + x] = index;
    x++;
  };
  while (y < height) {
    if (at + 2 > data.byteLength) throw damaged('the BMP ends early');
    const count = data[at] ?? 0;
    const value = data[at + 1] ?? 0;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(nibble(value, i));
    } else if (value === 0) {
      x = 0;
      y++;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += data[at] ?? 0;
      y += data[at + 1] ?? 0;
      at += 2;
    } else {
      for (let i = 0; i < value; i++) put(nibble(data[at + (bits === 8 ? i : i >> 1)] ?? 0, i));
      // A literal run is padded to an even number of bytes.
      at += 2 * Math.ceil(value / (bits === 8 ? 2 : 4));
    }
  }
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const to = outputRow(header, row);
    for (let i = 0; i < width; i++) putColour(header, indices[row * width + i] ?? 0, pixels, to + i * 3);
  }
  return { pixels, width, height };
}
