/**
 * @file Whether a photo says nothing of itself that a sidecar would have to say, too, seen without ExifTool, which takes a
 * hundred times as long: most photos are JPEGs as cameras write them. Main process, CLI.
 */
import { openForeignFile } from '../../../native-models/foreignFile.ts';
import {
  directorySizes,
  lastClassicType,
  readFieldCount,
  readFields,
  readTiffHeader,
  type TiffField,
  viewOfBytes,
} from '../../../native-models/preprocess/tiffFields.ts';
import { exifMark } from '../metadata/jpegParts.ts';
import { isCameraText } from '../text/cameraText.ts';

const headBytes = 128 * 1024;
/** Cameras fill files up with zeros. */
const endBytes = 4096;

/** Segments without a person's words, by how they begin: size and resolution, colour profile, further pictures, compression. */
const wordless: Readonly<Record<number, readonly string[]>> = {
  224: ['JFIF\0', 'JFXX\0'],
  226: ['ICC_PROFILE\0', 'MPF\0'],
  236: ['Ducky'],
  238: ['Adobe'],
};

const [description, exifPointer, userComment] = [0x010e, 0x8769, 0x9286];
/** Artist, copyright, Windows' title; XMP, IPTC and Photoshop's resources as TIFF files have them. */
const spoken: ReadonlySet<number> = new Set([0x013b, 0x8298, 0x9c9b, 0x02bc, 0x83bb, 0x8649]);
/** Stars and percentages. */
const ratings: ReadonlySet<number> = new Set([0x4746, 0x4749]);
/** Those whose words `readPlainExif` has. */
export const textTagsOfExif: ReadonlySet<number> = new Set([description, 0x013b, 0x8298, 0x9c9b, ...ratings]);
const noTags: ReadonlySet<number> = new Set();

/**
 * The file as far as the picture's own bytes, of a JPEG behind whose picture nothing follows. Undefined for anything else.
 * @throws the file system's errors; ForeignFileError
 */
export async function headOfJpeg(photo: string): Promise<Buffer | undefined> {
  await using opened = await openForeignFile(photo);
  const head = Buffer.alloc(Math.min(headBytes, opened.stats.size));
  const { bytesRead } = await opened.handle.read(head, 0, head.length, 0);
  if (bytesRead < 2 || head.readUInt16BE(0) !== 0xffd8) return undefined;
  const end = Buffer.alloc(Math.min(endBytes, opened.stats.size));
  await opened.handle.read(end, 0, end.length, opened.stats.size - end.length);
  return endsAsPicture(end) ? head.subarray(0, bytesRead) : undefined;
}

/** Some programs keep IPTC behind it. */
function endsAsPicture(end: Buffer): boolean {
  const last = end.findLastIndex((byte) => byte !== 0);
  return last > 0 && end.readUInt16BE(last - 1) === 0xffd9;
}

/** @param head of the file, as far as the picture's own bytes */
export function isSilentJpeg(head: Buffer): boolean {
  try {
    if (head.readUInt16BE(0) !== 0xffd8) return false;
    for (let at = 2; ; at += 2 + head.readUInt16BE(at + 2)) {
      const marker = head.readUInt8(at + 1);
      if (head[at] !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9)) return false;
      if (marker === 0xda) return true;
      const body = head.subarray(at + 4, at + 2 + head.readUInt16BE(at + 2));
      const begins = (mark: string) => body.toString('latin1', 0, mark.length) === mark;
      const isApplications = marker >= 0xe0 && marker <= 0xef;
      if (marker === 0xe1 && begins(exifMark)) {
        if (!isSilentExif(body.subarray(exifMark.length))) return false;
      } else if (isApplications && !(wordless[marker] ?? []).some(begins)) return false;
    }
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * @param except tags that do not count
 * @throws RangeError where something lies outside of the block
 */
export function isSilentExif(block: Buffer, except: ReadonlySet<number> = noTags): boolean {
  const view = viewOfBytes(block);
  const layout = readTiffHeader(view);
  if (!layout.isClassic) return false;
  const { countBytes, fieldBytes } = directorySizes(layout);
  const fieldsAt = (at: number) => {
    const count = readFieldCount(new DataView(view.buffer, view.byteOffset + at, countBytes), layout);
    const table = new DataView(view.buffer, view.byteOffset + at + countBytes, count * fieldBytes);
    return readFields(table, at + countBytes, layout, lastClassicType);
  };
  const top = fieldsAt(layout.firstDirectory);
  const below = top
    .filter(({ tag }) => tag === exifPointer)
    .flatMap(({ at }) => fieldsAt(view.getUint32(at, layout.littleEndian)));
  return [...top, ...below].every((field) => except.has(field.tag) || isSilentField(block, field));
}

function isSilentField(block: Buffer, { tag, count, valueBytes, at }: TiffField): boolean {
  if (tag !== description && tag !== userComment && !spoken.has(tag) && !ratings.has(tag)) return true;
  const value = block.subarray(at, at + count * valueBytes);
  if (value.length !== count * valueBytes) return false;
  if (ratings.has(tag)) return value.every((byte) => byte === 0);
  // Of a comment, its first eight bytes say how it is written.
  const text = value
    .toString('latin1', tag === userComment ? 8 : 0)
    .replaceAll(/[\0 ]+/g, ' ')
    .trim();
  return text === '' || (tag === description && isCameraText(text));
}
