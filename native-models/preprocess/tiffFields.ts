/**
 * @file The one reader of TIFF's structure: byte order, directories, fields and their whole numbers, in TIFF 6.0 and
 * BigTIFF, and in the EXIF blocks that are made like them. What a field means, and how much of a file is trusted, is for
 * its callers to say. Pure; any process.
 */

export interface TiffLayout {
  readonly littleEndian: boolean;
  /** BigTIFF: 64-bit offsets and counts. */
  readonly big: boolean;
}

export interface TiffHeader extends TiffLayout {
  /** Whether it begins as a file of TIFF 6.0 must. */
  readonly isClassic: boolean;
  /** Where the first directory stands; 0 where the header has no room for it. */
  readonly firstDirectory: number;
}

/** Whole numbers one after the other, in a file or a block. */
export interface TiffList {
  readonly at: number;
  readonly count: number;
  readonly valueBytes: number;
  readonly littleEndian: boolean;
}

export interface TiffField {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Bytes of one value; 0 where the type is not known. */
  readonly valueBytes: number;
  /** Where its values begin, from the beginning of the file or the block. */
  readonly at: number;
}

/** Of TIFF 6.0 and its supplements; those above, with 64 bits, came with BigTIFF. */
export const lastClassicType = 13;
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** @param head at least 8 bytes, 16 of a BigTIFF */
export function readTiffHeader(head: DataView): TiffHeader {
  const order = head.getUint16(0);
  const littleEndian = head.getUint8(0) === 0x49;
  const magic = head.getUint16(2, littleEndian);
  const big = magic === 43;
  const isClassic = (order === 0x4949 || order === 0x4d4d) && magic === 42;
  if (!big) return { littleEndian, big, isClassic, firstDirectory: head.getUint32(4, littleEndian) };
  const firstDirectory = head.byteLength < 16 ? 0 : Number(head.getBigUint64(8, littleEndian));
  return { littleEndian, big, isClassic, firstDirectory };
}

/** Bytes of the count that a directory begins with, of each field behind it, and of the link to the next at its end. */
export function directorySizes({ big }: TiffLayout): { countBytes: number; fieldBytes: number; linkBytes: number } {
  return big ? { countBytes: 8, fieldBytes: 20, linkBytes: 8 } : { countBytes: 2, fieldBytes: 12, linkBytes: 4 };
}

export function readFieldCount(counted: DataView, { littleEndian, big }: TiffLayout): number {
  return big ? Number(counted.getBigUint64(0, littleEndian)) : counted.getUint16(0, littleEndian);
}

/**
 * The fields of a directory, in its order.
 *
 * @param table whole fields, from byte `tableAt` of the file or the block; what is left over at its end is ignored
 * @param lastType types above count as unknown
 */
export function readFields(table: DataView, tableAt: number, layout: TiffLayout, lastType: number): TiffField[] {
  const { littleEndian, big } = layout;
  const { fieldBytes } = directorySizes(layout);
  const fields: TiffField[] = [];
  for (let at = 0; at + fieldBytes <= table.byteLength; at += fieldBytes) {
    const type = table.getUint16(at + 2, littleEndian);
    const count = readOffset(table, at + 4, layout);
    const valueBytes = type > lastType ? 0 : (typeBytes[type] ?? 0);
    const valueAt = at + (big ? 12 : 8);
    const isElsewhere = count * valueBytes > (big ? 8 : 4);
    fields.push({
      tag: table.getUint16(at, littleEndian),
      type,
      count,
      valueBytes,
      at: isElsewhere ? readOffset(table, valueAt, layout) : tableAt + valueAt,
    });
  }
  return fields;
}

/** A place in the file, as long as the layout makes them. */
export function readOffset(view: DataView, at: number, { littleEndian, big }: TiffLayout): number {
  return big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

/** As many whole numbers of 1, 2, 4 or 8 bytes as there are. */
export function readIntegers(view: DataView, { valueBytes, littleEndian }: TiffList): number[] {
  const values: number[] = [];
  for (let at = 0; at + valueBytes <= view.byteLength; at += valueBytes) {
    if (valueBytes === 1) values.push(view.getUint8(at));
    else if (valueBytes === 2) values.push(view.getUint16(at, littleEndian));
    else if (valueBytes === 4) values.push(view.getUint32(at, littleEndian));
    else values.push(Number(view.getBigUint64(at, littleEndian)));
  }
  return values;
}

export function viewOfBytes(bytes: Uint8Array): DataView<ArrayBufferLike> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
