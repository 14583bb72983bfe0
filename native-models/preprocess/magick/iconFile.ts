/** @file The pictures of a Windows icon (ICO): the largest of them, as a file of its own. Pure. */
import { ImageError } from '../imageError.ts';
import { bufferOf, endsEarly } from '../structure.ts';

export interface Icon {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Bitmaps lack the header that they have as files. */
  readonly kind: 'png' | 'bitmap';
  /** The file's statement about it. */
  readonly entry: Buffer;
  readonly body: Buffer;
}

const headerBytes = 6;
const entryBytes = 16;
const entryAt = { length: 8, offset: 12 } as const;
const pngMark = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Of a bitmap's header, and of a PNG up to its number of bits. */
const shortestBody = 40;

/** The one with the most pixels, and of equal ones that with the most colours. Undefined where there is none. */
export function largestIcon(bytes: Uint8Array): Icon | undefined {
  const icons = iconsOf(bufferOf(bytes));
  return icons.toSorted((a, b) => b.width * b.height - a.width * a.height || b.bits - a.bits)[0];
}

function iconsOf(file: Buffer): Icon[] {
  const icons: Icon[] = [];
  if (file.length < headerBytes) return icons;
  const count = file.readUInt16LE(4);
  for (
    let at = headerBytes;
    at < headerBytes + count * entryBytes && at + entryBytes <= file.length;
    at += entryBytes
  ) {
    const entry = file.subarray(at, at + entryBytes);
    const offset = entry.readUInt32LE(entryAt.offset);
    const body = file.subarray(offset, offset + entry.readUInt32LE(entryAt.length));
    if (body.length >= shortestBody) icons.push({ entry, body, ...shapeOf(body) });
  }
  return icons;
}

function shapeOf(body: Buffer): Pick<Icon, 'width' | 'height' | 'bits' | 'kind'> {
  if (body.subarray(0, pngMark.length).equals(pngMark)) {
    return { kind: 'png', width: body.readUInt32BE(16), height: body.readUInt32BE(20), bits: 4 * (body[24] ?? 0) };
  }
  // Twice as high as it is, for the mask below it.
  const height = Math.floor(Math.abs(body.readInt32LE(8)) / 2);
  return { kind: 'bitmap', width: Math.abs(body.readInt32LE(4)), height, bits: body.readUInt16LE(14) };
}

/** @returns a PNG, or an icon of nothing but the largest. @throws ImageError */
export function iconFile(bytes: Uint8Array): Pick<Icon, 'kind'> & { readonly bytes: Uint8Array } {
  const icon = largestIcon(bytes);
  if (icon === undefined) throw damaged('the icon ends early');
  const { kind, entry, body } = icon;
  if (kind === 'png') {
    if (endsEarly('png', body)) throw damaged('the PNG in the icon ends early');
    return { kind, bytes: body };
  }
  const head = Buffer.concat([bufferOf(bytes).subarray(0, headerBytes), entry]);
  head.writeUInt16LE(1, 4);
  head.writeUInt32LE(body.length, headerBytes + entryAt.length);
  head.writeUInt32LE(head.length, headerBytes + entryAt.offset);
  return { kind, bytes: Buffer.concat([head, body]) };
}

function damaged(reason: string): ImageError {
  return new ImageError('IMAGE_CORRUPT', `This file is damaged (${reason}).`, { details: { format: 'Windows icon' } });
}
