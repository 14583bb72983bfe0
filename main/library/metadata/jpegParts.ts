/** @file What plain JPEG files hold before their picture: EXIF, XMP, Photoshop's resources, a profile. Pure; any process. */

const photoshopMark = 'Photoshop 3.0\0';
const profileMark = 'ICC_PROFILE\0';
export const exifMark = 'Exif\0\0';
const xmpMark = 'http://ns.adobe.com/xap/1.0/\0';

const onlyOnce = [
  ['exif', 0xe1, exifMark],
  ['xmp', 0xe1, xmpMark],
  ['photoshop', 0xed, photoshopMark],
] as const;

export interface JpegParts {
  readonly width: number;
  readonly height: number;
  readonly exif: Buffer | undefined;
  readonly xmp: Buffer | undefined;
  /** Photoshop's resources, IPTC among them. */
  readonly photoshop: Buffer | undefined;
  /** Its pieces by their numbers, and how many there should be. */
  readonly profile: ReadonlyMap<number, Buffer>;
  readonly profileParts: number;
}

interface FoundParts {
  exif: Buffer | undefined;
  xmp: Buffer | undefined;
  photoshop: Buffer | undefined;
  readonly profile: Map<number, Buffer>;
  profileParts: number;
}

/** `more` where the picture has not begun yet; undefined for what may hold more than is read here. */
export function jpegParts(head: Uint8Array): JpegParts | 'more' | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const parts: FoundParts = {
    exif: undefined,
    xmp: undefined,
    photoshop: undefined,
    profile: new Map(),
    profileParts: 0,
  };
  let size: Pick<JpegParts, 'width' | 'height'> | undefined;
  let at = 2;
  for (;;) {
    if (at + 4 > bytes.byteLength) return 'more';
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9)) return undefined;
    const length = bytes.readUInt16BE(at + 2);
    if (marker === 0xda) return size === undefined ? undefined : { ...size, ...parts };
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (at + 2 + length > bytes.byteLength) return 'more';
    if (isFrame(marker)) {
      if (size !== undefined || body.byteLength < 5) return undefined;
      const [height, width] = [body.readUInt16BE(1), body.readUInt16BE(3)];
      // A height that only the first scan tells is legal, and nobody writes it.
      if (height === 0 || width === 0) return undefined;
      size = { width, height };
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
function takeSegment(marker: number, body: Buffer, parts: FoundParts): boolean {
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
