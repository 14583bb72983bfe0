/**
 * @file Looks at the structure of a JPEG 2000 file for what its decoder does not say: whether it ends early, where the
 * decoder would paint grey, and how the picture must be turned. Pure.
 */
import { exifOrientation, xmpOrientation } from '../orientation.ts';
import { bufferOf } from '../structure.ts';
import { boxesOf } from './boxes.ts';

export interface Jpeg2000File {
  /** EXIF's 1 to 8; 1 where nothing is said. */
  readonly orientation: number;
  readonly endsEarly: boolean;
  /** What colours the decoder would take for red, green and blue: “CMYK”. */
  readonly foreignColours: string | undefined;
}

/** ExifTool's, then Photoshop's. */
const exifUuids: readonly string[] = ['4a706754696666457869662d3e4a5032', '0537cdab9d0c4431a72afa561f2a113e'];
const xmpUuid = 'be7acfcb97a942e89c71999491e3afac';
const uuidBytes = 16;

const startOfCodestream = 0xff4f;
const startOfTilePart = 0xff90;
const endOfCodestream = 0xffd9;

/** Of boxes, or of nothing but the codestream. */
export function inspectJpeg2000(bytes: Uint8Array): Jpeg2000File {
  const file = bufferOf(bytes);
  if (file.length >= 2 && file.readUInt16BE(0) === startOfCodestream) {
    return { orientation: 1, endsEarly: codestreamEndsEarly(file), foreignColours: undefined };
  }
  let exif: number | undefined;
  let xmp: number | undefined;
  let endsEarly = true;
  let foreignColours: string | undefined;
  for (const { type, body, isWhole } of boxesOf(file)) {
    if (type === 'jp2c') endsEarly = !isWhole || codestreamEndsEarly(body);
    if (type === 'jp2h') foreignColours = foreignColoursOf(body);
    if (type !== 'uuid') continue;
    const uuid = body.toString('hex', 0, uuidBytes);
    const block = body.subarray(uuidBytes);
    if (exifUuids.includes(uuid)) exif ??= exifOrientation(block);
    if (uuid === xmpUuid) xmp ??= xmpOrientation(block);
  }
  return { orientation: exif ?? xmp ?? 1, endsEarly, foreignColours };
}

/** By the standard's numbers. */
const foreignSpaces: Readonly<Record<number, string>> = { 12: 'CMYK', 14: 'CIELab' };
const byNumber = 1;
/** Of an ICC profile, behind the three bytes that the box begins with. */
const profileSpaceAt = 3 + 16;

/** The first statement counts, as for the decoder. */
function foreignColoursOf(header: Buffer): string | undefined {
  for (const { type, body } of boxesOf(header)) {
    if (type !== 'colr') continue;
    if (body[0] === byNumber) return body.length < 7 ? undefined : foreignSpaces[body.readUInt32BE(3)];
    const space = body.toString('latin1', profileSpaceAt, profileSpaceAt + 4).trim();
    return ['', 'RGB', 'GRAY'].includes(space) ? undefined : space;
  }
  return undefined;
}

/** Walks the marker segments and the tile-parts up to the end marker, without which the decoder does not answer. */
function codestreamEndsEarly(stream: Buffer): boolean {
  let at = 2;
  while (at + 4 <= stream.length) {
    const marker = stream.readUInt16BE(at);
    if (marker === endOfCodestream) return false;
    if (marker !== startOfTilePart) {
      at += 2 + stream.readUInt16BE(at + 2);
      continue;
    }
    if (at + 12 > stream.length) return true;
    const length = stream.readUInt32BE(at + 6);
    // 0: up to the end marker.
    if (length === 0) return stream.lastIndexOf(Buffer.from([0xff, 0xd9])) < at;
    at += length;
  }
  return at + 2 > stream.length || stream.readUInt16BE(at) !== endOfCodestream;
}
