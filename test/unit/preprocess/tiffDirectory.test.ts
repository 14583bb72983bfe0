/** @file What is read of a TIFF’s directories is bounded, whatever the file claims. */
import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../../native-models/preprocess/byteSource.ts';
import { TiffDirectories } from '../../../native-models/preprocess/tiffDirectory.ts';
import { inspectTiff } from '../../../native-models/preprocess/tiffPicture.ts';

const tags = { bitsPerSample: 258, stripOffsets: 273, stripByteCounts: 279, subIfds: 330, unknown: 60_000 } as const;
const long = 4;
const headerBytes = 8;

type Entry = readonly [tag: number, count: number, value: number];

/** Pages of the same entries, all of which point at the same values, which follow the last page. */
function tiff(pages: number, entriesOf: (valuesAt: number) => readonly Entry[], valuesBytes: number): Buffer {
  const pageBytes = 2 + entriesOf(0).length * 12 + 4;
  const valuesAt = headerBytes + pages * pageBytes;
  const file = Buffer.alloc(valuesAt + valuesBytes, 1);
  file.write('II*\0\x08\0\0\0', 0, 'latin1');
  for (let page = 0; page < pages; page++) {
    const entries = entriesOf(valuesAt);
    const at = headerBytes + page * pageBytes;
    file.writeUInt16LE(entries.length, at);
    for (const [index, [tag, count, value]] of entries.entries()) {
      const entryAt = at + 2 + index * 12;
      file.writeUInt16LE(tag, entryAt);
      file.writeUInt16LE(long, entryAt + 2);
      file.writeUInt32LE(count, entryAt + 4);
      file.writeUInt32LE(value, entryAt + 8);
    }
    file.writeUInt32LE(page === pages - 1 ? 0 : at + pageBytes, at + pageBytes - 4);
  }
  return file;
}

function counting(bytes: Buffer): { source: ByteSource; readBytes: () => number; reads: () => number } {
  let [readBytes, reads] = [0, 0];
  const source: ByteSource = {
    sizeBytes: bytes.byteLength,
    input: bytes,
    read: async (offset, length) => {
      const part = bytes.subarray(Math.min(offset, bytes.byteLength), offset + length);
      readBytes += part.byteLength;
      reads += 1;
      return part;
    },
    close: async () => undefined,
  };
  return { source, readBytes: () => readBytes, reads: () => reads };
}

describe('the directories of a TIFF', () => {
  it('are read without the values of tags that nobody asks for', async () => {
    const entries = (at: number): Entry[] => Array.from({ length: 200 }, (_, i) => [tags.unknown + i, 65_536, at]);
    const file = tiff(10, entries, 65_536 * 4);
    const { source, readBytes } = counting(file);
    expect(await new TiffDirectories(source).pages()).toHaveLength(10);
    expect(readBytes()).toBeLessThan(10 * 200 * 12 + 1000);
  });

  it('keep a few values of those that are asked for, and of a tag that is repeated the first', async () => {
    const entries = (at: number): Entry[] => [
      ...Array.from({ length: 200 }, (): Entry => [tags.bitsPerSample, 65_536, at]),
      ...Array.from({ length: 200 }, (): Entry => [tags.subIfds, 65_536, at]),
    ];
    const { source, readBytes } = counting(tiff(64, entries, 65_536 * 4));
    const pages = await new TiffDirectories(source).pages();
    expect(pages).toHaveLength(64);
    expect(Math.max(...pages.map(({ bitsPerSample }) => bitsPerSample.length))).toBe(8);
    expect(Math.max(...pages.map(({ subDirectories }) => subDirectories.length))).toBe(64);
    expect(readBytes()).toBeLessThan(64 * (400 * 12 + 1000));
  });

  it('are 64 in a row and 64 others at most, counted over the whole file', async () => {
    // Every page names 64 sub-directories, each at a place of its own.
    const entries = (at: number): Entry[] => [[tags.subIfds, 64, at]];
    const file = tiff(100, entries, 64 * 4 + 6400);
    const valuesAt = file.byteLength - 64 * 4 - 6400;
    for (let i = 0; i < 64; i++) file.writeUInt32LE(valuesAt + 64 * 4 + i * 16, valuesAt + i * 4);
    const { source, reads } = counting(file);
    await inspectTiff(source).catch(() => undefined);
    // The header; a count, a table and a list for each page; a count and a table for each other directory.
    expect(reads()).toBeLessThanOrEqual(2 + 64 * 3 + 64 * 2);
  });

  it('tell that a strip lies beyond the end of the file, in whichever of many', async () => {
    const strips = 40_000;
    const entries = (at: number): Entry[] => [
      [tags.stripOffsets, strips, at],
      [tags.stripByteCounts, strips, at + strips * 4],
    ];
    const file = tiff(1, entries, strips * 8);
    const valuesAt = file.byteLength - strips * 8;
    for (let i = 0; i < strips; i++) {
      file.writeUInt32LE(100, valuesAt + i * 4);
      file.writeUInt32LE(10, valuesAt + (strips + i) * 4);
    }
    expect(await inspectTiff(counting(file).source)).toMatchObject({ endsEarly: false });
    file.writeUInt32LE(file.byteLength - 5, valuesAt + (strips - 1) * 4);
    expect(await inspectTiff(counting(file).source)).toMatchObject({ endsEarly: true });
  });
});
