/**
 * @file The metadata of plain JPEG files from their first bytes, under ExifTool's names. Most photos as cameras
 * and phones write them are plain; for anything else the answer is undefined, and ExifTool is asked. Pure; any process.
 */
import { colourProfileName } from './colourProfileName.ts';
import { readPlainExif } from './exifBlock.ts';
import { isNamed } from './interpretTags.ts';
import { plainIptcTags } from './iptcTags.ts';
import type { TagValues } from './tagValues.ts';
import { withXmp } from './xmp/withXmp.ts';

/** `more`: what there is looks plain, but the picture has not begun yet. */
export type QuickTags = TagValues | 'more' | undefined;

export const exifMark = 'Exif\0\0';
const profileMark = 'ICC_PROFILE\0';
const xmpMark = 'http://ns.adobe.com/xap/1.0/\0';
const photoshopMark = 'Photoshop 3.0\0';

const onlyOnce = [
  ['exif', 0xe1, exifMark],
  ['xmp', 0xe1, xmpMark],
  ['photoshop', 0xed, photoshopMark],
] as const;

interface JpegParts {
  exif: Buffer | undefined;
  xmp: Buffer | undefined;
  /** Photoshop's resources, IPTC among them. */
  photoshop: Buffer | undefined;
  readonly profile: Map<number, Buffer>;
  profileParts: number;
}

export function quickJpegTags(head: Uint8Array): QuickTags {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const parts: JpegParts = {
    exif: undefined,
    xmp: undefined,
    photoshop: undefined,
    profile: new Map(),
    profileParts: 0,
  };
  let size: string | undefined;
  let at = 2;
  for (;;) {
    if (at + 4 > bytes.byteLength) return 'more';
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9)) return undefined;
    const length = bytes.readUInt16BE(at + 2);
    if (marker === 0xda) return size === undefined ? undefined : tagsOf(parts, size);
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (at + 2 + length > bytes.byteLength) return 'more';
    if (isFrame(marker)) {
      if (size !== undefined || body.byteLength < 5) return undefined;
      const [height, width] = [body.readUInt16BE(1), body.readUInt16BE(3)];
      // A height that only the first scan tells is legal, and nobody writes it.
      if (height === 0 || width === 0) return undefined;
      size = `${width} ${height}`;
    } else if (!takeSegment(marker, body, parts)) {
      return undefined;
    }
    at += 2 + length;
  }
}

function isFrame(marker: number): boolean {
  return marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** False where the segment may hold what only ExifTool reads: XMP in several parts, a second EXIF block, the oldest cameras' own. */
function takeSegment(marker: number, body: Buffer, parts: JpegParts): boolean {
  for (const [part, itsMarker, mark] of onlyOnce) {
    if (marker !== itsMarker || body.toString('latin1', 0, mark.length) !== mark) continue;
    if (parts[part] !== undefined) return false;
    parts[part] = body.subarray(mark.length);
    return true;
  }
  if (marker === 0xe2 && body.toString('latin1', 0, 12) === profileMark) {
    const number = body[12] ?? 0;
    if (number === 0 || parts.profile.has(number)) return false;
    parts.profile.set(number, body.subarray(14));
    parts.profileParts = body[13] ?? 0;
    return true;
  }
  const name = body.toString('latin1', 0, 4);
  switch (marker) {
    case 0xe0:
      return name === 'JFIF' || name === 'JFXX';
    case 0xe2:
      return name === 'MPF\0';
    case 0xec:
      // How Photoshop compressed it for the web.
      return name === 'Duck';
    case 0xee:
      return name === 'Adob';
    default:
      // Tables and comments, but no other application's segment.
      return marker < 0xe0 || marker >= 0xf0;
  }
}

/** Of a plain EXIF block; undefined also where only ExifTool knows the lens. */
export function exifTags(exif: Uint8Array): TagValues | undefined {
  const block = readPlainExif(exif);
  if (block === undefined) return undefined;
  const lens = block.values.get('ExifIFD:LensModel');
  return block.mayNameLens && !isNamed(typeof lens === 'string' ? lens.trim() : null) ? undefined : block.values;
}

function tagsOf(parts: JpegParts, size: string): TagValues | undefined {
  const tags = new Map<string, unknown>([['Composite:ImageSize', size]]);
  if (parts.exif !== undefined) {
    const found = exifTags(parts.exif);
    if (found === undefined) return undefined;
    for (const [key, value] of found) tags.set(key, value);
  }
  if (parts.photoshop !== undefined) {
    const found = plainIptcTags(parts.photoshop);
    if (found === undefined) return undefined;
    for (const [key, value] of found) tags.set(key, value);
  }
  if (parts.profile.size > 0) {
    if (parts.profile.size !== parts.profileParts) return undefined;
    const pieces = [...parts.profile].sort(([a], [b]) => a - b).map(([, piece]) => piece);
    const name = colourProfileName(Buffer.concat(pieces));
    if (name === undefined) return undefined;
    tags.set('ICC_Profile:ProfileDescription', name);
  }
  return parts.xmp === undefined ? tags : withXmp(tags, parts.xmp);
}
