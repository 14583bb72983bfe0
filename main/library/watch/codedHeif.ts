/** @file Where the pictures are coded in HEIF files: HEIC and AVIF (ISO/IEC 23008-12, 14496-12). Main process, CLI. */
import { type ByteRange, type FileBytes, maxPieces } from './fileBytes.ts';

/** Boxes and items of one file. */
const maxBoxes = 10_000;
/** Larger than any that lists the tiles of a picture. */
const maxListBytes = 16 * 1024 * 1024;
/** Items that are written about the picture: EXIF, XMP, addresses. */
const wordTypes: ReadonlySet<string> = new Set(['Exif', 'mime', 'uri ']);

interface Box {
  readonly type: string;
  /** Where its content begins. */
  readonly start: number;
  readonly end: number;
}

export function isHeif(head: Buffer): boolean {
  return (
    head.toString('latin1', 4, 8) === 'ftyp' &&
    /^(?:hei[cfmsx]|hevc|mif1|msf1|avi[fs])/.test(head.toString('latin1', 8, 12))
  );
}

/** Undefined where the boxes do not keep to the format, and of films and sequences. */
export async function codedHeif(bytes: FileBytes): Promise<ByteRange[] | undefined> {
  const top = await boxesIn(bytes, { start: 0, end: bytes.sizeBytes });
  const meta = top?.find(({ type }) => type === 'meta');
  if (top === undefined || meta === undefined || top.some(({ type }) => type === 'moov')) return undefined;
  // A full box: version and flags come first.
  const parts = await boxesIn(bytes, { start: meta.start + 4, end: meta.end });
  const part = (type: string) => parts?.find((box) => box.type === type);
  const [infos, places, properties] = [part('iinf'), part('iloc'), part('iprp')];
  if (infos === undefined || places === undefined || properties === undefined) return undefined;
  const types = await itemTypes(bytes, infos);
  const extents = await itemExtents(bytes, places, part('idat')?.start);
  if (types === undefined || extents === undefined) return undefined;
  const ranges: ByteRange[] = [{ start: properties.start, end: properties.end }];
  for (const [id, pieces] of [...extents].toSorted(([a], [b]) => a - b)) {
    const type = types.get(id);
    if (type === undefined || pieces.some(({ end }) => end > bytes.sizeBytes)) return undefined;
    if (!wordTypes.has(type)) ranges.push(...pieces);
  }
  return ranges.length > 1 ? ranges : undefined;
}

async function boxesIn(bytes: FileBytes, { start, end }: ByteRange): Promise<Box[] | undefined> {
  const boxes: Box[] = [];
  for (let position = start; position < end; ) {
    const head = Buffer.from(await bytes.at(position, 16));
    if (head.length < 8 || boxes.length === maxBoxes) return undefined;
    const short = head.readUInt32BE(0);
    if (short === 1 && head.length < 16) return undefined;
    const sizeBytes = short === 0 ? end - position : short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    const header = short === 1 ? 16 : 8;
    if (sizeBytes < header || position + sizeBytes > end) return undefined;
    boxes.push({ type: head.toString('latin1', 4, 8), start: position + header, end: position + sizeBytes });
    position += sizeBytes;
  }
  return boxes;
}

async function itemTypes(bytes: FileBytes, { start, end }: Box): Promise<Map<number, string> | undefined> {
  const [version] = await bytes.at(start, 1);
  const entries = await boxesIn(bytes, { start: start + (version === 0 ? 6 : 8), end });
  if (entries === undefined) return undefined;
  const types = new Map<number, string>();
  for (const entry of entries) {
    const head = Buffer.from(await bytes.at(entry.start, 14));
    const idBytes = head[0] === 2 ? 2 : 4;
    if (entry.type !== 'infe' || head.length < 14 || (head[0] !== 2 && head[0] !== 3)) return undefined;
    types.set(head.readUIntBE(4, idBytes), head.toString('latin1', 6 + idBytes, 10 + idBytes));
  }
  return types;
}

/** By item, where its data lies. @param dataStart of the data within the list itself */
async function itemExtents(
  bytes: FileBytes,
  { start, end }: Box,
  dataStart: number | undefined,
): Promise<Map<number, ByteRange[]> | undefined> {
  if (end - start > maxListBytes) return undefined;
  const cursor = new Cursor(bytes, start, end);
  const version = await cursor.number(1);
  await cursor.number(3);
  const sizes = await cursor.number(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const idBytes = version === 2 ? 4 : 2;
  const items = new Map<number, ByteRange[]>();
  let pieces = 0;
  for (let left = await cursor.number(idBytes); left > 0; left -= 1) {
    const id = await cursor.number(idBytes);
    const method = version === 0 ? 0 : (await cursor.number(2)) & 15;
    const elsewhere = await cursor.number(2);
    const base = await cursor.number(baseBytes);
    const origin = method === 0 ? 0 : method === 1 ? dataStart : undefined;
    const extents: ByteRange[] = [];
    for (let extent = await cursor.number(2); extent > 0; extent -= 1) {
      await cursor.number(indexBytes);
      const from = (origin ?? 0) + base + (await cursor.number(offsetBytes));
      extents.push({ start: from, end: from + (await cursor.number(lengthBytes)) });
      pieces += 1;
    }
    if (elsewhere !== 0 || origin === undefined || cursor.isPast || pieces > maxPieces) return undefined;
    items.set(id, extents);
  }
  return items;
}

class Cursor {
  readonly #bytes: FileBytes;
  readonly #end: number;
  #position: number;

  constructor(bytes: FileBytes, start: number, end: number) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  /** More was asked for than there is: the numbers since were 0. */
  get isPast(): boolean {
    return this.#position > this.#end;
  }

  async number(count: number): Promise<number> {
    this.#position += count;
    if (count === 0 || this.isPast) return 0;
    const read = await this.#bytes.at(this.#position - count, count);
    if (read.length < count) return 0;
    return count === 8 ? Number(read.readBigUInt64BE(0)) : read.readUIntBE(0, count);
  }
}
