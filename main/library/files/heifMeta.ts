/**
 * @file The lists at the beginning of HEIF files, HEIC and AVIF among them: which items there are and where each lies
 * (ISO/IEC 23008-12, 14496-12). Pure; any process.
 */

/** Boxes, items or pieces of one file: what goes on for longer was made to do harm. */
const maxEntries = 100_000;

export interface HeifBox {
  readonly type: string;
  /** Where its content begins. */
  readonly start: number;
  readonly end: number;
}

export interface HeifItem {
  readonly type: string;
  readonly isProtected: boolean;
  /** Of items of the type `mime`. */
  readonly contentType: string;
  readonly contentEncoding: string;
}

export interface HeifPlace {
  /** 0: offsets in the file; 1: in the data within the list; 2: in another item. */
  readonly method: number;
  /** 0: in this file. */
  readonly dataReference: number;
  readonly pieces: readonly { readonly offset: number; readonly length: number }[];
}

/** The boxes of a file, of which no more than their heads are read. Undefined where they do not fill it. */
export async function topBoxes(
  sizeBytes: number,
  at: (position: number, count: number) => Promise<Buffer>,
): Promise<HeifBox[] | undefined> {
  const boxes: HeifBox[] = [];
  for (let position = 0; position < sizeBytes; ) {
    const box = boxAt(await at(position, Math.min(16, sizeBytes - position)), position, sizeBytes);
    if (box === undefined || boxes.length === maxEntries) return undefined;
    boxes.push(box);
    position = box.end;
  }
  return boxes;
}

/** Those within a box. Undefined where they do not fill it. */
export function boxesIn(bytes: Buffer, start: number, end: number): HeifBox[] | undefined {
  const boxes: HeifBox[] = [];
  for (let position = start; position < end; ) {
    const box = boxAt(bytes.subarray(position, Math.min(position + 16, end)), position, end);
    if (box === undefined || boxes.length === maxEntries) return undefined;
    boxes.push(box);
    position = box.end;
  }
  return boxes;
}

/** @param head its first 16 bytes, fewer at the end */
function boxAt(head: Buffer, position: number, end: number): HeifBox | undefined {
  if (head.length < 8) return undefined;
  const short = head.readUInt32BE(0);
  if (short === 1 && head.length < 16) return undefined;
  const sizeBytes = short === 0 ? end - position : short === 1 ? Number(head.readBigUInt64BE(8)) : short;
  const headBytes = short === 1 ? 16 : 8;
  if (sizeBytes < headBytes || position + sizeBytes > end) return undefined;
  return { type: head.toString('latin1', 4, 8), start: position + headBytes, end: position + sizeBytes };
}

/** By their numbers, of the content of a box `iinf`. Undefined where it does not keep to the format. */
export function heifItems(iinf: Buffer): Map<number, HeifItem> | undefined {
  const entries = boxesIn(iinf, iinf[0] === 0 ? 6 : 8, iinf.length);
  if (entries === undefined) return undefined;
  const items = new Map<number, HeifItem>();
  for (const { type, start, end } of entries) {
    const body = iinf.subarray(start, end);
    const idBytes = body[0] === 2 ? 2 : 4;
    if (type !== 'infe' || body.length < 10 + idBytes || (body[0] !== 2 && body[0] !== 3)) return undefined;
    // A name, and the type and encoding of what is no picture, each with a zero byte behind it.
    const [, contentType = '', contentEncoding = ''] = body.toString('latin1', 10 + idBytes).split('\0');
    items.set(body.readUIntBE(4, idBytes), {
      type: body.toString('latin1', 6 + idBytes, 10 + idBytes),
      isProtected: body.readUInt16BE(4 + idBytes) !== 0,
      contentType,
      contentEncoding,
    });
  }
  return items;
}

/** By the numbers of the items, of the content of a box `iloc`. Undefined where it does not keep to the format. */
export function heifPlaces(iloc: Buffer): Map<number, HeifPlace> | undefined {
  const cursor = new Cursor(iloc);
  const version = cursor.number(1);
  cursor.number(3);
  const sizes = cursor.number(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const idBytes = version === 2 ? 4 : 2;
  const places = new Map<number, HeifPlace>();
  let pieceCount = 0;
  for (let left = cursor.number(idBytes); left > 0; left -= 1) {
    const id = cursor.number(idBytes);
    const method = version === 0 ? 0 : cursor.number(2) & 15;
    const dataReference = cursor.number(2);
    const base = cursor.number(baseBytes);
    const pieces = [];
    for (let piece = cursor.number(2); piece > 0; piece -= 1) {
      cursor.number(indexBytes);
      pieces.push({ offset: base + cursor.number(offsetBytes), length: cursor.number(lengthBytes) });
      pieceCount += 1;
    }
    if (cursor.isPast || pieceCount > maxEntries) return undefined;
    places.set(id, { method, dataReference, pieces });
  }
  return places;
}

/** Whole numbers one after the other. */
export class Cursor {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  /** More was asked for than there is: the numbers since were 0. */
  get isPast(): boolean {
    return this.#position > this.#bytes.length;
  }

  number(count: number): number {
    // Numbers of other lengths, no format has.
    this.#position += count === 7 || count > 8 ? Number.POSITIVE_INFINITY : count;
    if (count === 0 || this.isPast) return 0;
    const at = this.#position - count;
    return count === 8 ? Number(this.#bytes.readBigUInt64BE(at)) : this.#bytes.readUIntBE(at, count);
  }
}
