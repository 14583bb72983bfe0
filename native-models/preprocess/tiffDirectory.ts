/**
 * @file Reads of a TIFF's directories what tells which page is the picture, and what no decoder here can make of it:
 * the tags that are asked for, a few values of each, and a bounded number of directories, whatever the file claims.
 */
import type { ByteSource } from './byteSource.ts';
import {
  directorySizes,
  readFieldCount,
  readFields,
  readIntegers,
  readOffset,
  readTiffHeader,
  type TiffField,
  type TiffLayout,
  type TiffList,
  viewOfBytes,
} from './tiffFields.ts';

/** One directory (IFD) of a TIFF file. Tags that are absent have the standard's default, lists are then empty. */
export interface TiffDirectory {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: readonly number[];
  readonly compression: number;
  readonly photometric: number | undefined;
  /** Where the file says so. */
  readonly photometricList: TiffList | undefined;
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

/** Field types that hold whole numbers: BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const integerTypes: readonly number[] = [1, 3, 4, 13, 16, 18];
const lastType = 18;
const maxEntries = 4096;
/** Of the strips or tiles of one page; a picture of 268 megapixels has some hundred thousand at most. */
const maxListed = 1_000_000;
const listedAtOnce = 16_384;

interface Entry {
  readonly list: TiffList;
  readonly values: readonly number[];
}

/** Reads the directories of one file, 64 of the main chain and 64 others at most, each once. */
export class TiffDirectories {
  readonly #source: ByteSource;
  readonly #seen = new Set<number>();
  #layout: TiffLayout = { littleEndian: true, big: false };
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
    const { littleEndian, big, firstDirectory } = readTiffHeader(header);
    this.#layout = { littleEndian, big };
    let offset = firstDirectory;
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
    const layout = this.#layout;
    const { countBytes, fieldBytes, linkBytes } = directorySizes(layout);
    const head = await viewOf(this.#source, offset, countBytes);
    if (head.byteLength < countBytes) return { directory: undefined, next: 0 };
    const count = readFieldCount(head, layout);
    if (count === 0 || count > maxEntries) return { directory: undefined, next: 0 };
    const linkAt = count * fieldBytes;
    const bytes = await this.#source.read(offset + countBytes, linkAt + linkBytes);
    const entries = new Map<number, Entry>();
    const table = viewOfBytes(bytes.subarray(0, linkAt));
    for (const field of readFields(table, offset + countBytes, layout, lastType)) {
      if (wanted.has(field.tag) && !entries.has(field.tag)) entries.set(field.tag, await this.#entry(field));
    }
    const next = bytes.byteLength < linkAt + linkBytes ? 0 : readOffset(viewOfBytes(bytes), linkAt, layout);
    return { directory: directoryOf(entries), next };
  }

  /** Without values where it holds text, fractions, or points outside the file. */
  async #entry({ tag, type, count, valueBytes, at }: TiffField): Promise<Entry> {
    const isList = integerTypes.includes(type);
    const { littleEndian } = this.#layout;
    const list = { at, count: isList ? count : 0, valueBytes: isList ? valueBytes : 0, littleEndian };
    const kept = Math.min(list.count, valuesKept.get(tag) ?? 0);
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

async function readList(source: ByteSource, list: TiffList, first: number, count: number): Promise<number[]> {
  const { at, valueBytes } = list;
  return readIntegers(await viewOf(source, at + first * valueBytes, count * valueBytes), list);
}

async function viewOf(source: ByteSource, offset: number, length: number): Promise<DataView> {
  return viewOfBytes(await source.read(offset, length));
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
    photometricList: entries.get(tag.photometric)?.list,
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
