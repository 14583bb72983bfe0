/** @file Where the picture is coded in TIFF files, and in the raw files of cameras that are made like them. Main process, CLI. */
import { type ByteRange, type FileBytes, maxPieces } from './fileBytes.ts';

/** Directories of one file: pages, previews, the raw picture. */
const maxDirectories = 64;
const maxEntries = 1024;

/** By type, in bytes; TIFF 6.0 and its supplements. */
const valueBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

/**
 * Size, bits, compression, photometric interpretation, samples, planes, predictor, colour map, tile size, kinds of samples,
 * JPEG tables, subsampling, colour profile.
 */
const pictureTags: ReadonlySet<number> = new Set([
  256, 257, 258, 259, 262, 277, 284, 317, 320, 322, 323, 338, 339, 347, 530, 34675,
]);
const subDirectories = 330;
/** Where the data lies, and how long each piece is: of strips and of tiles. */
const pieceTags = [
  { offsets: 273, counts: 279 },
  { offsets: 324, counts: 325 },
] as const;

interface Entry {
  readonly type: number;
  readonly count: number;
  readonly values: ByteRange;
}

export function isTiff(head: Buffer): boolean {
  return ['II*\0', 'MM\0*'].includes(head.toString('latin1', 0, 4));
}

/** Undefined where a directory does not keep to the format, or none has a picture. */
export async function codedTiff(bytes: FileBytes): Promise<ByteRange[] | undefined> {
  const head = Buffer.from(await bytes.at(0, 8));
  const reader = new TiffBytes(bytes, head.toString('latin1', 0, 2) === 'II');
  const waiting = [reader.number(head, 4, 4)];
  const seen = new Set<number>();
  const ranges: ByteRange[] = [];
  let pictures = 0;
  for (let offset = waiting.shift(); offset !== undefined; offset = waiting.shift()) {
    if (offset === 0 || seen.has(offset)) continue;
    seen.add(offset);
    if (seen.size > maxDirectories) return undefined;
    const directory = await reader.directory(offset);
    if (directory === undefined) return undefined;
    for (const [tag, { values }] of directory.entries) if (pictureTags.has(tag)) ranges.push(values);
    const pieces = await reader.pieces(directory.entries);
    if (pieces === undefined || ranges.length + pieces.length > maxPieces) return undefined;
    for (const piece of pieces) ranges.push(piece);
    if (pieces.length > 0) pictures += 1;
    const below = directory.entries.get(subDirectories);
    waiting.push(...(below === undefined ? [] : await reader.numbers(below)), directory.next);
  }
  return pictures > 0 ? ranges : undefined;
}

class TiffBytes {
  readonly #bytes: FileBytes;
  readonly #isLittleEndian: boolean;

  constructor(bytes: FileBytes, isLittleEndian: boolean) {
    this.#bytes = bytes;
    this.#isLittleEndian = isLittleEndian;
  }

  number(buffer: Buffer, at: number, count: number): number {
    return this.#isLittleEndian ? buffer.readUIntLE(at, count) : buffer.readUIntBE(at, count);
  }

  async directory(offset: number): Promise<{ entries: ReadonlyMap<number, Entry>; next: number } | undefined> {
    const counted = await this.#bytes.at(offset, 2);
    if (counted.length < 2) return undefined;
    const count = this.number(counted, 0, 2);
    if (count > maxEntries) return undefined;
    const body = Buffer.from(await this.#bytes.at(offset + 2, count * 12 + 4));
    if (body.length < count * 12) return undefined;
    const entries = new Map<number, Entry>();
    for (let at = 0; at < count * 12; at += 12) {
      const [type, values] = [this.number(body, at + 2, 2), this.number(body, at + 4, 4)];
      const size = (valueBytes[type] ?? 0) * values;
      const start = size > 4 ? this.number(body, at + 8, 4) : offset + 2 + at + 8;
      if (start + size > this.#bytes.sizeBytes) return undefined;
      entries.set(this.number(body, at, 2), { type, count: values, values: { start, end: start + size } });
    }
    return { entries, next: body.length < count * 12 + 4 ? 0 : this.number(body, count * 12, 4) };
  }

  /** Of whole numbers of two or four bytes; none of another type. */
  async numbers({ type, count, values }: Entry): Promise<number[]> {
    const size = valueBytes[type] ?? 0;
    if ((size !== 2 && size !== 4) || count > maxPieces) return [];
    const numbers: number[] = [];
    for (let at = values.start; at < values.end; at += size) {
      numbers.push(this.number(Buffer.from(await this.#bytes.at(at, size)), 0, size));
    }
    return numbers;
  }

  async pieces(entries: ReadonlyMap<number, Entry>): Promise<ByteRange[] | undefined> {
    const ranges: ByteRange[] = [];
    for (const { offsets, counts } of pieceTags) {
      const [where, long] = [entries.get(offsets), entries.get(counts)];
      if (where === undefined) continue;
      const starts = await this.numbers(where);
      const sizes = long === undefined ? [] : await this.numbers(long);
      if (starts.length === 0 || starts.length !== sizes.length) return undefined;
      for (const [index, start] of starts.entries()) {
        const end = start + (sizes[index] ?? 0);
        if (end > this.#bytes.sizeBytes) return undefined;
        ranges.push({ start, end });
      }
    }
    return ranges;
  }
}
