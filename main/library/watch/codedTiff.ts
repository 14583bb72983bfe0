/** @file Where the picture is coded in TIFF files, and in the raw files of cameras that are made like them. Main process, CLI. */
import {
  directorySizes,
  lastClassicType,
  readFieldCount,
  readFields,
  readIntegers,
  readOffset,
  readTiffHeader,
  type TiffLayout,
  viewOfBytes,
} from '../../../native-models/preprocess/tiffFields.ts';
import { type ByteRange, type FileBytes, maxPieces } from './fileBytes.ts';

/** Directories of one file: pages, previews, the raw picture. */
const maxDirectories = 64;
const maxEntries = 1024;

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
  readonly count: number;
  readonly valueBytes: number;
  readonly values: ByteRange;
}

export function isTiff(head: Buffer): boolean {
  return ['II*\0', 'MM\0*'].includes(head.toString('latin1', 0, 4));
}

/** Undefined where a directory does not keep to the format, or none has a picture. */
export async function codedTiff(bytes: FileBytes): Promise<ByteRange[] | undefined> {
  const { littleEndian, firstDirectory } = readTiffHeader(viewOfBytes(await bytes.at(0, 8)));
  const reader = new TiffBytes(bytes, { littleEndian, big: false });
  const waiting = [firstDirectory];
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
  readonly #layout: TiffLayout;

  constructor(bytes: FileBytes, layout: TiffLayout) {
    this.#bytes = bytes;
    this.#layout = layout;
  }

  async directory(offset: number): Promise<{ entries: ReadonlyMap<number, Entry>; next: number } | undefined> {
    const { countBytes, fieldBytes, linkBytes } = directorySizes(this.#layout);
    const counted = viewOfBytes(await this.#bytes.at(offset, countBytes));
    if (counted.byteLength < countBytes) return undefined;
    const count = readFieldCount(counted, this.#layout);
    if (count > maxEntries) return undefined;
    const linkAt = count * fieldBytes;
    const body = await this.#bytes.at(offset + countBytes, linkAt + linkBytes);
    if (body.length < linkAt) return undefined;
    const next = body.length < linkAt + linkBytes ? 0 : readOffset(viewOfBytes(body), linkAt, this.#layout);
    const entries = new Map<number, Entry>();
    const table = viewOfBytes(body.subarray(0, linkAt));
    for (const { tag, count, valueBytes, at } of readFields(
      table,
      offset + countBytes,
      this.#layout,
      lastClassicType,
    )) {
      const end = at + count * valueBytes;
      if (end > this.#bytes.sizeBytes) return undefined;
      entries.set(tag, { count, valueBytes, values: { start: at, end } });
    }
    return { entries, next };
  }

  /** Of whole numbers of two or four bytes; none of another type. */
  async numbers({ count, valueBytes, values }: Entry): Promise<number[]> {
    if ((valueBytes !== 2 && valueBytes !== 4) || count > maxPieces) return [];
    const list = { at: values.start, count, valueBytes, littleEndian: this.#layout.littleEndian };
    const numbers: number[] = [];
    for (let at = values.start; at < values.end; at += valueBytes) {
      numbers.push(...readIntegers(viewOfBytes(await this.#bytes.at(at, valueBytes)), list));
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
