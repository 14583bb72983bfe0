/** @file How EXIF and XMP say that a stored picture must be turned. Pure. */
import {
  directorySizes,
  lastClassicType,
  readFieldCount,
  readFields,
  readIntegers,
  readTiffHeader,
  viewOfBytes,
} from './tiffFields.ts';

const orientationTag = 274;

/** Of an EXIF block, from its byte order on; undefined where it says nothing, 1 where that is invalid. */
export function exifOrientation(block: Uint8Array): number | undefined {
  if (block.byteLength < 8) return undefined;
  const layout = readTiffHeader(viewOfBytes(block));
  const { countBytes, fieldBytes } = directorySizes(layout);
  const tableAt = layout.firstDirectory + countBytes;
  if (!layout.isClassic || tableAt > block.byteLength) return undefined;
  const count = readFieldCount(viewOfBytes(block.subarray(layout.firstDirectory, tableAt)), layout);
  const table = viewOfBytes(block.subarray(tableAt, tableAt + count * fieldBytes));
  const field = readFields(table, tableAt, layout, lastClassicType).find(({ tag }) => tag === orientationTag);
  if (field === undefined || field.valueBytes === 0) return undefined;
  const { at, valueBytes } = field;
  const value = viewOfBytes(block.subarray(at, at + valueBytes));
  const [orientation] = readIntegers(value, { at, count: 1, valueBytes, littleEndian: layout.littleEndian });
  return validOrientation(orientation ?? 1);
}

/** Undefined where it says nothing. */
export function xmpOrientation(xmp: Buffer | undefined): number | undefined {
  const found = xmp?.toString('utf8').match(/tiff:Orientation(?:="|>)\s*([1-8])/);
  return found === null || found === undefined ? undefined : Number(found[1]);
}

/** 1 for what is none of EXIF's 1 to 8. */
export function validOrientation(orientation: number): number {
  return Number.isInteger(orientation) && orientation >= 1 && orientation <= 8 ? orientation : 1;
}
