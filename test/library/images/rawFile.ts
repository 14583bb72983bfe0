/** @file Builds small TIFF-based files for tests: camera raw with an embedded preview, and directories that misbehave. */

/** Value: numbers (two for each fraction of type 5), text, or bytes; or the offsets of blocks, by their indices. */
export type TiffValue = readonly number[] | string | Uint8Array | { readonly blocks: readonly number[] };

export interface TiffEntry {
  readonly tag: number;
  readonly type: 1 | 2 | 3 | 4 | 5 | 7;
  readonly value: TiffValue;
}

export type TiffBlock = readonly TiffEntry[] | Uint8Array;

const typeBytes = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 } as const;

/** Blocks follow one another; a list of entries is a directory, the first one is where the file begins. */
export function tiffFile(blocks: readonly TiffBlock[]): Buffer {
  const offsets: number[] = [];
  let size = 8;
  for (const block of blocks) {
    offsets.push(size);
    size += block instanceof Uint8Array ? block.byteLength + (block.byteLength % 2) : directoryBytes(block);
  }
  const file = Buffer.alloc(size);
  file.write('II*\0\x08\0\0\0', 0, 'latin1');
  for (const [i, block] of blocks.entries()) {
    const at = offsets[i] ?? 0;
    if (block instanceof Uint8Array) file.set(block, at);
    else writeDirectory(file, at, block, offsets);
  }
  return file;
}

/** A DNG as phones write it: a thumbnail first, the sensor's data and a JPEG preview in sub-directories. */
export function dngFile(preview: Uint8Array, orientation: number): Buffer {
  const thumbnail = new Uint8Array(12 * 8 * 3).fill(90);
  return tiffFile([
    [
      { tag: 254, type: 4, value: [1] },
      { tag: 256, type: 4, value: [12] },
      { tag: 257, type: 4, value: [8] },
      { tag: 258, type: 3, value: [8, 8, 8] },
      { tag: 259, type: 3, value: [1] },
      { tag: 262, type: 3, value: [2] },
      { tag: 271, type: 2, value: 'Testmaker' },
      { tag: 272, type: 2, value: 'Model R' },
      { tag: 273, type: 4, value: { blocks: [3] } },
      { tag: 274, type: 3, value: [orientation] },
      { tag: 277, type: 3, value: [3] },
      { tag: 278, type: 4, value: [8] },
      { tag: 279, type: 4, value: [thumbnail.byteLength] },
      { tag: 330, type: 4, value: { blocks: [1, 2] } },
      { tag: 34665, type: 4, value: { blocks: [5] } },
      { tag: 50706, type: 1, value: [1, 4, 0, 0] },
    ],
    [
      { tag: 254, type: 4, value: [1] },
      { tag: 256, type: 4, value: [800] },
      { tag: 257, type: 4, value: [600] },
      { tag: 258, type: 3, value: [8, 8, 8] },
      { tag: 259, type: 3, value: [7] },
      { tag: 262, type: 3, value: [6] },
      { tag: 273, type: 4, value: { blocks: [4] } },
      { tag: 277, type: 3, value: [3] },
      { tag: 278, type: 4, value: [600] },
      { tag: 279, type: 4, value: [preview.byteLength] },
    ],
    // The sensor: its data, not a word of which is read, are those of the preview.
    [
      { tag: 254, type: 4, value: [0] },
      { tag: 256, type: 4, value: [4000] },
      { tag: 257, type: 4, value: [3000] },
      { tag: 258, type: 3, value: [16] },
      { tag: 259, type: 3, value: [1] },
      { tag: 262, type: 3, value: [32803] },
      { tag: 273, type: 4, value: { blocks: [4] } },
      { tag: 277, type: 3, value: [1] },
      { tag: 278, type: 4, value: [3000] },
      { tag: 279, type: 4, value: [preview.byteLength] },
    ],
    thumbnail,
    preview,
    [{ tag: 0x9003, type: 2, value: '2023:07:01 08:09:10' }],
  ]);
}

function directoryBytes(entries: readonly TiffEntry[]): number {
  const outside = entries.reduce((sum, entry) => sum + outsideBytes(entry), 0);
  return 2 + entries.length * 12 + 4 + outside;
}

function outsideBytes(entry: TiffEntry): number {
  const bytes = countOf(entry) * typeBytes[entry.type];
  return bytes > 4 ? bytes + (bytes % 2) : 0;
}

function countOf({ type, value }: TiffEntry): number {
  if (typeof value === 'string') return value.length + 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if ('blocks' in value) return value.blocks.length;
  return type === 5 ? value.length / 2 : value.length;
}

function writeDirectory(file: Buffer, at: number, entries: readonly TiffEntry[], offsets: readonly number[]): void {
  file.writeUInt16LE(entries.length, at);
  let outsideAt = at + 2 + entries.length * 12 + 4;
  for (const [i, entry] of entries.entries()) {
    const entryAt = at + 2 + i * 12;
    file.writeUInt16LE(entry.tag, entryAt);
    file.writeUInt16LE(entry.type, entryAt + 2);
    file.writeUInt32LE(countOf(entry), entryAt + 4);
    let valueAt = entryAt + 8;
    if (outsideBytes(entry) > 0) {
      file.writeUInt32LE(outsideAt, valueAt);
      valueAt = outsideAt;
      outsideAt += outsideBytes(entry);
    }
    writeValue(file, valueAt, entry, offsets);
  }
}

function writeValue(file: Buffer, at: number, { type, value }: TiffEntry, offsets: readonly number[]): void {
  if (typeof value === 'string') file.write(`${value}\0`, at, 'latin1');
  else if (value instanceof Uint8Array) file.set(value, at);
  else {
    const numbers = 'blocks' in value ? value.blocks.map((block) => offsets[block] ?? 0) : value;
    for (const [i, number] of numbers.entries()) {
      if (type === 3) file.writeUInt16LE(number, at + i * 2);
      else if (type === 4 || type === 5) file.writeUInt32LE(number, at + i * 4);
      else file.writeUInt8(number, at + i);
    }
  }
}
