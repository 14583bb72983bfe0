/**
 * @file Reads of a TIFF's directories what tells which page is the picture, and what no decoder here can make of it:
 * the tags that are asked for, a few values of each, and a bounded number of directories, whatever the file claims.
 */
import type { ByteSource } from './byteSource.ts';

/** One directory (IFD) of a TIFF file. Tags that are absent have the standard's default, lists are then empty. */
export interface TiffDirectory {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: readonly number[];
  readonly compression: number;
  readonly photometric: number | undefined;
  /** 1 chunky, 2 a plane for each channel. */
  readonly planarConfiguration: number;
  readonly tiled: boolean;
  /** One entry for each channel beyond the colours: 0 unspecified, 1 premultiplied alpha, 2 alpha. */
  readonly extraSamples: readonly number[];
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: readonly number[];
  readonly hasOrientation: boolean;
  /** The directory holds a smaller version of another. */
  readonly reducedResolution: boolean;
  readonly dng: boolean;
  readonly make: boolean;
  readonly subDirectories: readonly number[];
  /** Where the lists of the strips or tiles stand: their places, and their lengths in the same order. */
  readonly dataLists: readonly { readonly offsets: TiffList; readonly byteCounts: TiffList }[];
}

/** Whole numbers in a file, one after the other; they are read only where they are wanted. */
export interface TiffList {
  readonly at: number;
  readonly count: number;
  readonly valueBytes: number;
  readonly littleEndian: boolean;
}

const tag = {
  newSubfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  make: 271,
  stripOffsets: 273,
  orientation: 274,
  stripByteCounts: 279,
  planarConfiguration: 284,
  tileWidth: 322,
  tileOffsets: 324,
  tileByteCounts: 325,
  subIfds: 330,
  extraSamples: 338,
  sampleFormat: 339,
  dngVersion: 50706,
} as const;

/** How many values of a tag are kept; of the tags that are not named here none is read. */
const valuesKept: ReadonlyMap<number, number> = new Map([
  [tag.newSubfileType, 1],
  [tag.width, 1],
  [tag.height, 1],
  [tag.bitsPerSample, 8],
  [tag.compression, 1],
  [tag.photometric, 1],
  [tag.planarConfiguration, 1],
  [tag.subIfds, 64],
  [tag.extraSamples, 64],
  [tag.sampleFormat, 1],
]);

/** Bytes of one value of each field type that holds whole numbers (BYTE, SHORT, LONG, IFD, LONG8, IFD8). */
const integerBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };
const maxEntries = 4096;
/** Of the strips or tiles of one page; a picture of 268 megapixels has some hundred thousand at most. */
const maxListed = 1_000_000;
const listedAtOnce = 16_384;

interface Layout {
  readonly littleEndian: boolean;
  /** BigTIFF: 64-bit offsets and counts. */
  readonly big: boolean;
}

interface Entry {
  readonly list: TiffList;
  readonly values: readonly number[];
}

/** Reads the directories of one file, 64 of the main chain and 64 others at most, each once. */
export class TiffDirectories {
  readonly #source: ByteSource;
  readonly #seen = new Set<number>();
  #layout: Layout = { littleEndian: true, big: false };
  #pagesLeft = 64;
  #othersLeft = 64;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The directories of the main chain, first to last; a loop ends it. Nothing here throws for what a file holds: what
   * cannot be read is left out, and the decoder has the last word on whether the file is whole.
   */
  async pages(): Promise<TiffDirectory[]> {
    const header = await viewOf(this.#source, 0, 16);
    if (header.byteLength < 8) return [];
    const littleEndian = header.getUint8(0) === 0x49;
    this.#layout = { littleEndian, big: header.getUint16(2, littleEndian) === 43 };
    const { big } = this.#layout;
    if (big && header.byteLength < 16) return [];
    let offset = big ? Number(header.getBigUint64(8, littleEndian)) : header.getUint32(4, littleEndian);
    const pages: TiffDirectory[] = [];
    while (offset !== 0 && !this.#seen.has(offset) && this.#pagesLeft > 0) {
      this.#pagesLeft -= 1;
      const { directory, next } = await this.#read(offset);
      if (directory === undefined) break;
      pages.push(directory);
      offset = next;
    }
    return pages;
  }

  /** The directories that a page points at (a raw file keeps its sensor data there); after `pages`. */
  async inside(page: TiffDirectory): Promise<TiffDirectory[]> {
    const found: TiffDirectory[] = [];
    for (const offset of page.subDirectories) {
      if (this.#othersLeft === 0) break;
      if (this.#seen.has(offset)) continue;
      this.#othersLeft -= 1;
      const { directory } = await this.#read(offset);
      if (directory !== undefined) found.push(directory);
    }
    return found;
  }

  async #read(offset: number): Promise<{ directory: TiffDirectory | undefined; next: number }> {
    this.#seen.add(offset);
    const { littleEndian, big } = this.#layout;
    const countBytes = big ? 8 : 2;
    const entryBytes = big ? 20 : 12;
    const head = await viewOf(this.#source, offset, countBytes);
    if (head.byteLength < countBytes) return { directory: undefined, next: 0 };
    const count = big ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian);
    if (count === 0 || count > maxEntries) return { directory: undefined, next: 0 };
    const linkBytes = big ? 8 : 4;
    const table = await viewOf(this.#source, offset + countBytes, count * entryBytes + linkBytes);
    const entries = new Map<number, Entry>();
    for (let at = 0; at + entryBytes <= Math.min(table.byteLength, count * entryBytes); at += entryBytes) {
      const id = table.getUint16(at, littleEndian);
      if (wanted.has(id) && !entries.has(id)) {
        entries.set(id, await this.#entry(id, table, at, offset + countBytes));
      }
    }
    const linkAt = count * entryBytes;
    let next = 0;
    if (table.byteLength >= linkAt + linkBytes) {
      next = big ? Number(table.getBigUint64(linkAt, littleEndian)) : table.getUint32(linkAt, littleEndian);
    }
    return { directory: directoryOf(entries), next };
  }

  /** Without values where it holds text, fractions, or points outside the file. */
  async #entry(id: number, table: DataView, at: number, tableAt: number): Promise<Entry> {
    const { littleEndian, big } = this.#layout;
    const valueBytes = integerBytes[table.getUint16(at + 2, littleEndian)] ?? 0;
    const declared = big ? Number(table.getBigUint64(at + 4, littleEndian)) : table.getUint32(at + 4, littleEndian);
    const valueAt = at + (big ? 12 : 8);
    const isElsewhere = declared * valueBytes > (big ? 8 : 4);
    const pointer = big ? Number(table.getBigUint64(valueAt, littleEndian)) : table.getUint32(valueAt, littleEndian);
    const count = valueBytes === 0 ? 0 : declared;
    const list = { at: isElsewhere ? pointer : tableAt + valueAt, count, valueBytes, littleEndian };
    const kept = Math.min(count, valuesKept.get(id) ?? 0);
    return { list, values: kept === 0 ? [] : await readList(this.#source, list, 0, kept) };
  }
}

/** Whether a strip or tile ends beyond the file, or the lists of them do not fit together. */
export async function endsBeyondFile(source: ByteSource, { dataLists }: TiffDirectory): Promise<boolean> {
  for (const { offsets, byteCounts } of dataLists) {
    const count = Math.min(offsets.count, byteCounts.count, maxListed);
    for (let first = 0; first < count; first += listedAtOnce) {
      const length = Math.min(listedAtOnce, count - first);
      const starts = await readList(source, offsets, first, length);
      const lengths = await readList(source, byteCounts, first, length);
      if (starts.some((start, i) => start + (lengths[i] ?? 0) > source.sizeBytes)) return true;
      // The lists themselves end with the file.
      if (starts.length < length || lengths.length < length) return true;
    }
  }
  return false;
}

async function readList(
  source: ByteSource,
  { at, valueBytes, littleEndian }: TiffList,
  first: number,
  count: number,
): Promise<number[]> {
  const view = await viewOf(source, at + first * valueBytes, count * valueBytes);
  const values: number[] = [];
  for (let position = 0; position + valueBytes <= view.byteLength; position += valueBytes) {
    if (valueBytes === 1) values.push(view.getUint8(position));
    else if (valueBytes === 2) values.push(view.getUint16(position, littleEndian));
    else if (valueBytes === 4) values.push(view.getUint32(position, littleEndian));
    else values.push(Number(view.getBigUint64(position, littleEndian)));
  }
  return values;
}

async function viewOf(source: ByteSource, offset: number, length: number): Promise<DataView> {
  const bytes = await source.read(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const wanted: ReadonlySet<number> = new Set(Object.values(tag));

function directoryOf(entries: ReadonlyMap<number, Entry>): TiffDirectory {
  const values = (id: number): readonly number[] => entries.get(id)?.values ?? [];
  const first = (id: number): number | undefined => values(id)[0];
  const lists = [
    [entries.get(tag.stripOffsets), entries.get(tag.stripByteCounts)],
    [entries.get(tag.tileOffsets), entries.get(tag.tileByteCounts)],
  ] as const;
  return {
    width: first(tag.width) ?? 0,
    height: first(tag.height) ?? 0,
    bitsPerSample: values(tag.bitsPerSample),
    compression: first(tag.compression) ?? 1,
    photometric: first(tag.photometric),
    planarConfiguration: first(tag.planarConfiguration) ?? 1,
    tiled: entries.has(tag.tileWidth),
    extraSamples: values(tag.extraSamples),
    sampleFormat: values(tag.sampleFormat),
    hasOrientation: entries.has(tag.orientation),
    reducedResolution: ((first(tag.newSubfileType) ?? 0) & 1) === 1,
    dng: entries.has(tag.dngVersion),
    make: entries.has(tag.make),
    subDirectories: values(tag.subIfds),
    dataLists: lists.flatMap(([offsets, byteCounts]) =>
      offsets === undefined || byteCounts === undefined ? [] : [{ offsets: offsets.list, byteCounts: byteCounts.list }],
    ),
  };
}
