/** @file Reads the directories of a TIFF: which page is the picture, and what no decoder here can make of it. */
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
  readonly dataOffsets: readonly number[];
  readonly dataByteCounts: readonly number[];
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

/** Bytes of one value of each field type that holds whole numbers (BYTE, SHORT, LONG, IFD, LONG8, IFD8). */
const integerBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };
const maxDirectories = 64;
const maxEntries = 4096;
const maxValues = 65_536;

interface Layout {
  readonly littleEndian: boolean;
  /** BigTIFF: 64-bit offsets and counts. */
  readonly big: boolean;
}

/**
 * The directories of the main chain, first to last (64 at most; a loop ends it). Nothing here throws: what cannot be
 * read is left out, and the decoder has the last word on whether the file is whole.
 */
export async function readTiffDirectories(source: ByteSource): Promise<TiffDirectory[]> {
  const header = await viewOf(source, 0, 16);
  if (header.byteLength < 8) return [];
  const littleEndian = header.getUint8(0) === 0x49;
  const layout = { littleEndian, big: header.getUint16(2, littleEndian) === 43 };
  if (layout.big && header.byteLength < 16) return [];
  let offset = layout.big ? Number(header.getBigUint64(8, littleEndian)) : header.getUint32(4, littleEndian);
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  while (offset !== 0 && !seen.has(offset) && directories.length < maxDirectories) {
    seen.add(offset);
    const { directory, next } = await readDirectory(source, layout, offset);
    if (directory === undefined) break;
    directories.push(directory);
    offset = next;
  }
  return directories;
}

/** The directories that `parent` points at (a raw file keeps its sensor data there). */
export async function readSubDirectories(source: ByteSource, parent: TiffDirectory): Promise<TiffDirectory[]> {
  const header = await viewOf(source, 0, 4);
  if (header.byteLength < 4) return [];
  const littleEndian = header.getUint8(0) === 0x49;
  const layout = { littleEndian, big: header.getUint16(2, littleEndian) === 43 };
  const found: TiffDirectory[] = [];
  for (const offset of parent.subDirectories.slice(0, maxDirectories)) {
    const { directory } = await readDirectory(source, layout, offset);
    if (directory !== undefined) found.push(directory);
  }
  return found;
}

async function viewOf(source: ByteSource, offset: number, length: number): Promise<DataView> {
  const bytes = await source.read(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function readDirectory(
  source: ByteSource,
  layout: Layout,
  offset: number,
): Promise<{ directory: TiffDirectory | undefined; next: number }> {
  const { littleEndian, big } = layout;
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const head = await viewOf(source, offset, countBytes);
  if (head.byteLength < countBytes) return { directory: undefined, next: 0 };
  const count = big ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian);
  if (count === 0 || count > maxEntries) return { directory: undefined, next: 0 };
  const linkBytes = big ? 8 : 4;
  const entries = await viewOf(source, offset + countBytes, count * entryBytes + linkBytes);
  const values = new Map<number, number[]>();
  for (let at = 0; at + entryBytes <= Math.min(entries.byteLength, count * entryBytes); at += entryBytes) {
    const id = entries.getUint16(at, littleEndian);
    values.set(id, await readValues(source, layout, entries, at));
  }
  const linkAt = count * entryBytes;
  let next = 0;
  if (entries.byteLength >= linkAt + linkBytes) {
    next = big ? Number(entries.getBigUint64(linkAt, littleEndian)) : entries.getUint32(linkAt, littleEndian);
  }
  return { directory: directoryOf(values), next };
}

/** The whole numbers of one entry; none where it holds text, fractions, or points outside the file. */
async function readValues(source: ByteSource, layout: Layout, entries: DataView, at: number): Promise<number[]> {
  const { littleEndian, big } = layout;
  const size = integerBytes[entries.getUint16(at + 2, littleEndian)];
  if (size === undefined) return [];
  const declared = big ? Number(entries.getBigUint64(at + 4, littleEndian)) : entries.getUint32(at + 4, littleEndian);
  const count = Math.min(declared, maxValues);
  const valueAt = at + (big ? 12 : 8);
  let view = entries;
  let start = valueAt;
  if (declared * size > (big ? 8 : 4)) {
    const offset = big ? Number(entries.getBigUint64(valueAt, littleEndian)) : entries.getUint32(valueAt, littleEndian);
    view = await viewOf(source, offset, count * size);
    start = 0;
  }
  const values: number[] = [];
  for (let i = 0; i < count && start + (i + 1) * size <= view.byteLength; i++) {
    const position = start + i * size;
    if (size === 1) values.push(view.getUint8(position));
    else if (size === 2) values.push(view.getUint16(position, littleEndian));
    else if (size === 4) values.push(view.getUint32(position, littleEndian));
    else values.push(Number(view.getBigUint64(position, littleEndian)));
  }
  return values;
}

function directoryOf(values: ReadonlyMap<number, readonly number[]>): TiffDirectory {
  const list = (id: number): readonly number[] => values.get(id) ?? [];
  const first = (id: number): number | undefined => list(id)[0];
  return {
    width: first(tag.width) ?? 0,
    height: first(tag.height) ?? 0,
    bitsPerSample: list(tag.bitsPerSample),
    compression: first(tag.compression) ?? 1,
    photometric: first(tag.photometric),
    planarConfiguration: first(tag.planarConfiguration) ?? 1,
    tiled: values.has(tag.tileWidth),
    extraSamples: list(tag.extraSamples),
    sampleFormat: list(tag.sampleFormat),
    hasOrientation: values.has(tag.orientation),
    reducedResolution: ((first(tag.newSubfileType) ?? 0) & 1) === 1,
    dng: values.has(tag.dngVersion),
    make: values.has(tag.make),
    subDirectories: list(tag.subIfds),
    dataOffsets: [...list(tag.stripOffsets), ...list(tag.tileOffsets)],
    dataByteCounts: [...list(tag.stripByteCounts), ...list(tag.tileByteCounts)],
  };
}
