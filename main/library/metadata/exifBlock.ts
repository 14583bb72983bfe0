/**
 * @file Reads the plain kind of EXIF block without ExifTool, some fifty times as fast. It gives up at the first
 * oddity, and ExifTool, which knows what every camera got wrong, is asked instead. Pure; any process.
 */
import { isUtf8 } from 'node:buffer';
import {
  directorySizes,
  lastClassicType,
  readFieldCount,
  readFields,
  readTiffHeader,
  type TiffField,
  type TiffLayout,
  viewOfBytes,
} from '../../../native-models/preprocess/tiffFields.ts';
import { NotPlain } from './notPlain.ts';

interface Reader extends TiffLayout {
  readonly view: DataView;
  readonly firstDirectory: number;
}

const textTags: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  IFD0: { 270: 'ImageDescription', 271: 'Make', 272: 'Model', 315: 'Artist', 33432: 'Copyright' },
  ExifIFD: {
    36867: 'DateTimeOriginal',
    36868: 'CreateDate',
    36881: 'OffsetTimeOriginal',
    36882: 'OffsetTimeDigitized',
    37521: 'SubSecTimeOriginal',
    37522: 'SubSecTimeDigitized',
    42036: 'LensModel',
  },
};
/** Of Windows, in UTF-16 whatever the byte order of the block. */
const windowsTags: Readonly<Record<number, string>> = {
  40091: 'XPTitle',
  40092: 'XPComment',
  40093: 'XPAuthor',
  40094: 'XPKeywords',
};
const windowsSubject = 40095;
const numberTags: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  IFD0: { 274: 'Orientation', 18246: 'Rating', 18249: 'RatingPercent' },
  ExifIFD: { 33434: 'ExposureTime', 33437: 'FNumber', 34855: 'ISO', 37386: 'FocalLength' },
};
/** The copyright: what belongs into the first directory is numbered below, but for a few. */
const lastTopTag = 0x8298;
const packedXmp = 0x02bc;
const exifPointer = 0x8769;
const gpsPointer = 0x8825;
/** The two pointers, print settings, padding, and what Windows adds. */
const harmlessTopTags: readonly number[] = [
  ...[exifPointer, gpsPointer, 0xc4a5, 0xea1c],
  ...[windowsSubject, ...Object.keys(windowsTags).map(Number)],
];
/** MakerNote, LensInfo, Photoshop's Lens. */
const lensTags: readonly number[] = [0x927c, 0xa432, 0xfdea];
const maxEntries = 200;

export interface ExifBlock {
  /** As ExifTool names and writes them. */
  readonly values: ReadonlyMap<string, string | number>;
  /** A lens may be named where only ExifTool finds it: in the maker's notes, or by its numbers. */
  readonly mayNameLens: boolean;
}

/** `block` begins with the TIFF header. Undefined where anything about it is out of the ordinary. */
export function readPlainExif(block: Uint8Array): ExifBlock | undefined {
  try {
    const reader = readerOf(block);
    const values = new Map<string, string | number>();
    const top = entriesOf(reader, reader.firstDirectory);
    collect(reader, 'IFD0', top, values);
    const exif = subDirectory(reader, top, exifPointer);
    collect(reader, 'ExifIFD', exif, values);
    const gps = subDirectory(reader, top, gpsPointer);
    collectPosition(reader, gps, values);
    return { values, mayNameLens: exif.some(({ tag }) => lensTags.includes(tag)) };
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

function readerOf(block: Uint8Array): Reader {
  const view = viewOfBytes(block);
  const header = readTiffHeader(view);
  if (!header.isClassic) throw new NotPlain();
  return { view, ...header };
}

function entriesOf(reader: Reader, at: number): TiffField[] {
  const { countBytes, fieldBytes } = directorySizes(reader);
  const count = readFieldCount(partOf(reader, at, countBytes), reader);
  if (at < 8 || count === 0 || count > maxEntries) throw new NotPlain();
  const fields = readFields(
    partOf(reader, at + countBytes, count * fieldBytes),
    at + countBytes,
    reader,
    lastClassicType,
  );
  const seen = new Set<number>();
  for (const { tag, count, valueBytes, at } of fields) {
    const bytes = count * valueBytes;
    const isInside = bytes > 0 && at >= 8 && at + bytes <= reader.view.byteLength;
    if (!isInside || seen.has(tag)) throw new NotPlain();
    seen.add(tag);
  }
  return fields;
}

/** @throws NotPlain where it does not lie within the block */
function partOf({ view }: Reader, at: number, length: number): DataView {
  if (at + length > view.byteLength) throw new NotPlain();
  return new DataView(view.buffer, view.byteOffset + at, length);
}

function subDirectory(reader: Reader, entries: readonly TiffField[], pointer: number): TiffField[] {
  const entry = entries.find(({ tag }) => tag === pointer);
  if (entry === undefined) return [];
  if (entry.type !== 4 || entry.count !== 1) throw new NotPlain();
  return entriesOf(reader, reader.view.getUint32(entry.at, reader.littleEndian));
}

function collect(
  reader: Reader,
  group: 'IFD0' | 'ExifIFD',
  entries: readonly TiffField[],
  values: Map<string, string | number>,
): void {
  for (const entry of entries) {
    if (isMisplaced(group, entry.tag)) throw new NotPlain();
    const textName = textTags[group]?.[entry.tag];
    const numberName = numberTags[group]?.[entry.tag];
    const windowsName = group === 'IFD0' ? windowsTags[entry.tag] : undefined;
    if (windowsName !== undefined) values.set(`${group}:${windowsName}`, windowsText(reader, entry));
    if (textName !== undefined) values.set(`${group}:${textName}`, textIn(reader, entry));
    if (numberName !== undefined) values.set(`${group}:${numberName}`, numbersIn(reader, entry, 1)[0] ?? 0);
  }
}

/** Tags of one directory in the other, and in the first one whatever programs add: XMP, IPTC. */
function isMisplaced(group: 'IFD0' | 'ExifIFD', tag: number): boolean {
  return group === 'IFD0'
    ? (tag > lastTopTag && !harmlessTopTags.includes(tag)) || tag === packedXmp
    : [textTags.IFD0, numberTags.IFD0, windowsTags].some((tags) => tags?.[tag] !== undefined);
}

/** What ExifTool calls composite: degrees with a sign. */
function collectPosition(reader: Reader, entries: readonly TiffField[], values: Map<string, string | number>): void {
  const find = (tag: number) => entries.find((entry) => entry.tag === tag);
  const axes = [
    { name: 'GPSLatitude', reference: find(1), value: find(2), negative: 'S', positive: 'N' },
    { name: 'GPSLongitude', reference: find(3), value: find(4), negative: 'W', positive: 'E' },
  ];
  for (const { name, reference, value, negative, positive } of axes) {
    if (reference === undefined && value === undefined) continue;
    if (reference === undefined || value === undefined) throw new NotPlain();
    const side = textIn(reader, reference);
    if (side !== negative && side !== positive) throw new NotPlain();
    const [degrees = 0, minutes = 0, seconds = 0] = numbersIn(reader, value, 3);
    const angle = degrees + minutes / 60 + seconds / 3600;
    values.set(`Composite:${name}`, side === negative ? -angle : angle);
  }
  const [reference, altitude] = [find(5), find(6)];
  if (altitude === undefined) return;
  if (reference === undefined || reference.type !== 1) throw new NotPlain();
  const below = numbersIn(reader, reference, 1)[0];
  if (below !== 0 && below !== 1) throw new NotPlain();
  const metres = numbersIn(reader, altitude, 1)[0] ?? 0;
  values.set('Composite:GPSAltitude', below === 1 ? -metres : metres);
}

/** Up to the first zero byte; what is no UTF-8 is left to ExifTool. */
function textIn({ view }: Reader, { tag, type, count, at: valueAt }: TiffField): string {
  if (type !== 2) throw new NotPlain();
  const bytes = Buffer.from(view.buffer, view.byteOffset + valueAt, count);
  const end = bytes.indexOf(0);
  // A copyright may go on behind a zero byte, with the editor's.
  if (tag === lastTopTag && bytes.some((byte, index) => index > end && end !== -1 && byte > 0x20)) throw new NotPlain();
  const text = bytes.subarray(0, end === -1 ? count : end);
  if (!isUtf8(text)) throw new NotPlain();
  return sound(text.toString('utf8'));
}

/** Up to the first zero. */
function windowsText({ view }: Reader, { type, count, at: valueAt }: TiffField): string {
  if (type !== 1 || count % 2 !== 0) throw new NotPlain();
  const text = Buffer.from(view.buffer, view.byteOffset + valueAt, count).toString('utf16le');
  const end = text.indexOf('\0');
  return sound(end === -1 ? text : text.slice(0, end));
}

/** @throws NotPlain for characters that no person types, and halves of others */
function sound(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\ufeff\ufffd-\uffff]/.test(text) || !text.isWellFormed()) throw new NotPlain();
  return text;
}

function numbersIn(reader: Reader, { type, count, at: valueAt }: TiffField, wanted: number): number[] {
  if (count !== wanted) throw new NotPlain();
  const { view, littleEndian } = reader;
  return Array.from({ length: count }, (_, i) => {
    switch (type) {
      case 1:
        return view.getUint8(valueAt + i);
      case 3:
        return view.getUint16(valueAt + i * 2, littleEndian);
      case 4:
        return view.getUint32(valueAt + i * 4, littleEndian);
      case 5: {
        const divisor = view.getUint32(valueAt + i * 8 + 4, littleEndian);
        if (divisor === 0) throw new NotPlain();
        return view.getUint32(valueAt + i * 8, littleEndian) / divisor;
      }
      default:
        throw new NotPlain();
    }
  });
}
