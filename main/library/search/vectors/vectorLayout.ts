/**
 * @file Where things lie in the files of vectors. Main process, scan workers, CLI.
 *
 * A model's folder has up to three files, each with a header of 4 KiB. A photo has one slot, the same in all of them.
 *
 * ```
 * exact   slot after slot: V vectors of D float16. What is answered comes from here.
 * scan    blocks of 256 slots: 256 × (scale, error: float32), then 256 × V rows of D bytes, padded to a multiple of 16
 * pooled  the same with one row a photo, the mean of its vectors; only where V > 1
 * ```
 * The files of codes are made from the exact ones (quantize.ts): a scan reads half as much, and needs no floats.
 */
import { crc32 } from 'node:zlib';
import { roundUp, rowAlignment } from './scanKernel.ts';
import { VectorError } from './vectorError.ts';

/** What a model gives for a photo. */
export interface VectorShape {
  /** How many vectors. */
  readonly vectors: number;
  /** Values of one. */
  readonly size: number;
}

/** Raised when an older Vignette would misread the files. */
const formatVersion = 1;
const magic = 'VGNTVECT';
export const headerBytes = 4096;
const headerUsedBytes = 44;

export const fileKinds = ['exact', 'scan', 'pooled'] as const;
export type FileKind = (typeof fileKinds)[number];

export const fileNames: Readonly<Record<FileKind, string>> = {
  exact: 'exact.f16',
  scan: 'scan.i8',
  pooled: 'pooled.i8',
};

/** Files that a model of this shape has. */
export function kindsOf({ vectors }: VectorShape): readonly FileKind[] {
  return vectors > 1 ? fileKinds : ['exact', 'scan'];
}

export const exactBytes = ({ vectors, size }: VectorShape): number => 2 * vectors * size;

export const exactPosition = (shape: VectorShape, slot: number): number => headerBytes + slot * exactBytes(shape);

/** Slots of one block of codes. */
export const blockSlots = 256;
/** Of one slot: its scale and its error. */
export const headBytes = 8;

/** How a file of codes is laid out. */
export interface CodeLayout {
  readonly rows: number;
  readonly rowBytes: number;
  readonly slotBytes: number;
  readonly blockBytes: number;
}

export function codeLayout({ vectors, size }: VectorShape): CodeLayout {
  const rowBytes = roundUp(size, rowAlignment);
  const slotBytes = vectors * rowBytes;
  return { rows: vectors, rowBytes, slotBytes, blockBytes: blockSlots * (headBytes + slotBytes) };
}

/** Of one photo, in all files together. */
export function photoBytes(shape: VectorShape): number {
  const codeBytes = (layout: CodeLayout) => headBytes + layout.slotBytes;
  const pooled = shape.vectors > 1 ? codeBytes(codeLayout({ ...shape, vectors: 1 })) : 0;
  return exactBytes(shape) + codeBytes(codeLayout(shape)) + pooled;
}

export function headPosition({ blockBytes }: CodeLayout, slot: number): number {
  return headerBytes + Math.floor(slot / blockSlots) * blockBytes + (slot % blockSlots) * headBytes;
}

export function codesPosition({ blockBytes, slotBytes }: CodeLayout, slot: number): number {
  const block = headerBytes + Math.floor(slot / blockSlots) * blockBytes;
  return block + blockSlots * headBytes + (slot % blockSlots) * slotBytes;
}

/** How many slots a file of this length holds whole. */
export function slotsWithin(kind: FileKind, shape: VectorShape, fileBytes: number): number {
  if (kind === 'exact') return Math.max(0, Math.floor((fileBytes - headerBytes) / exactBytes(shape)));
  const { blockBytes, slotBytes } = codeLayout(kind === 'pooled' ? { ...shape, vectors: 1 } : shape);
  const contentBytes = Math.max(0, fileBytes - headerBytes);
  const beyondHeads = (contentBytes % blockBytes) - blockSlots * headBytes;
  return Math.floor(contentBytes / blockBytes) * blockSlots + Math.max(0, Math.floor(beyondHeads / slotBytes));
}

export interface FileHeader {
  readonly kind: FileKind;
  readonly shape: VectorShape;
  /** The same in all files of a folder, and in no other. */
  readonly setId: string;
}

/** @param setId 32 hexadecimal digits */
export function encodeHeader({ kind, shape, setId }: FileHeader): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 0, 'latin1');
  header.writeUInt32LE(formatVersion, 8);
  header.writeUInt32LE(fileKinds.indexOf(kind), 12);
  header.writeUInt32LE(shape.vectors, 16);
  header.writeUInt32LE(shape.size, 20);
  header.write(setId, 24, 'hex');
  header.writeUInt32LE(crc32(header.subarray(0, headerUsedBytes - 4)), headerUsedBytes - 4);
  return header;
}

/** @throws VectorError VECTORS_DAMAGED or VECTORS_NEWER */
export function decodeHeader(header: Buffer, file: string): FileHeader {
  const damaged = () => new VectorError('VECTORS_DAMAGED', `The file ${file} is damaged.`, { file });
  if (header.length < headerUsedBytes || header.toString('latin1', 0, 8) !== magic) throw damaged();
  const version = header.readUInt32LE(8);
  const isWhole = crc32(header.subarray(0, headerUsedBytes - 4)) === header.readUInt32LE(headerUsedBytes - 4);
  if (!isWhole) throw damaged();
  if (version > formatVersion) {
    throw new VectorError('VECTORS_NEWER', `The file ${file} was written by a newer Vignette.`, { file, version });
  }
  const kind = fileKinds[header.readUInt32LE(12)];
  const shape = { vectors: header.readUInt32LE(16), size: header.readUInt32LE(20) };
  if (kind === undefined || shape.vectors === 0 || shape.size === 0) throw damaged();
  return { kind, shape, setId: header.toString('hex', 24, 40) };
}
