/** @file Bitmaps of every kind, written byte by byte. */
import { describe, expect, it } from 'vitest';
import { bmpExtent, decodeBmp } from '../../../native-models/preprocess/decodeBmp.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly data: readonly number[];
  readonly compression?: number;
  /** Blue, green, red and nothing, four bytes an entry. */
  readonly palette?: readonly number[];
  readonly masks?: readonly number[];
  readonly headerBytes?: number;
}

function bitmap({ width, height, bits, data, compression = 0, palette = [], masks = [], headerBytes = 40 }: Bitmap) {
  const inHeader = Math.min(masks.length * 4, headerBytes - 40);
  const head = Buffer.alloc(14 + headerBytes + masks.length * 4 - inHeader + palette.length);
  head.write('BM', 'latin1');
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(headerBytes, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  head.writeUInt32LE(palette.length / 4, 46);
  masks.forEach((mask, i) => {
    head.writeUInt32LE(mask >>> 0, 54 + i * 4);
  });
  head.set(palette, head.length - palette.length);
  return Buffer.concat([head, Buffer.from(data)]);
}

const blackRed = [0, 0, 0, 0, 0, 0, 255, 0];

function refusal(bytes: Uint8Array): ImageError {
  try {
    decodeBmp(bytes);
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error('it was decoded');
}

describe('a bitmap', () => {
  it('with 24 bits is read bottom up, its rows padded to four bytes', () => {
    const bytes = bitmap({ width: 1, height: 2, bits: 24, data: [1, 2, 3, 0, 4, 5, 6, 0] });
    expect([...decodeBmp(bytes).pixels]).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('with a negative height is read top down', () => {
    const bytes = bitmap({ width: 1, height: -2, bits: 24, data: [1, 2, 3, 0, 4, 5, 6, 0] });
    expect(decodeBmp(bytes)).toMatchObject({ width: 1, height: 2 });
    expect([...decodeBmp(bytes).pixels]).toEqual([3, 2, 1, 6, 5, 4]);
  });

  it.each([
    [1, [0b01000000, 0, 0, 0]],
    [4, [0x01, 0, 0, 0]],
    [8, [0, 1, 0, 0]],
  ])('with %i bits looks its colours up', (bits, data) => {
    const bytes = bitmap({ width: 2, height: 1, bits, data, palette: blackRed });
    expect([...decodeBmp(bytes).pixels]).toEqual([0, 0, 0, 255, 0, 0]);
  });

  it('with 16 bits stretches five and six bits to eight', () => {
    const plain = bitmap({ width: 2, height: 1, bits: 16, data: [0xff, 0x7f, 0x00, 0x7c] });
    expect([...decodeBmp(plain).pixels]).toEqual([255, 255, 255, 255, 0, 0]);
    const masked = { width: 2, height: 1, bits: 16, compression: 3, masks: [0xf800, 0x07e0, 0x001f] };
    const bytes = bitmap({ ...masked, data: [0xe0, 0x07, 0x00, 0x80] });
    expect([...decodeBmp(bytes).pixels]).toEqual([0, 255, 0, 132, 0, 0]);
  });

  it('with 32 bits and no alpha mask ignores the fourth byte', () => {
    const bytes = bitmap({ width: 1, height: 1, bits: 32, data: [10, 20, 30, 0] });
    expect([...decodeBmp(bytes).pixels]).toEqual([30, 20, 10]);
  });

  it('with an alpha mask is laid over white, unless every alpha is 0', () => {
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    const common = { width: 2, height: 1, bits: 32, compression: 3, headerBytes: 108, masks };
    const bytes = bitmap({ ...common, data: [0, 0, 0, 0, 10, 20, 30, 255] });
    expect([...decodeBmp(bytes).pixels]).toEqual([255, 255, 255, 30, 20, 10]);
    const forgotten = bitmap({ ...common, data: [1, 2, 3, 0, 10, 20, 30, 0] });
    expect([...decodeBmp(forgotten).pixels]).toEqual([3, 2, 1, 30, 20, 10]);
  });

  it('is unpacked from runs of 8 bits, with literals, jumps and ends of rows', () => {
    const data = [2, 1, 0, 0, 0, 3, 0, 1, 0, 0, 0, 1];
    const bytes = bitmap({ width: 3, height: 2, bits: 8, compression: 1, data, palette: blackRed });
    const reds = [...decodeBmp(bytes).pixels].filter((_, i) => i % 3 === 0);
    expect(reds).toEqual([0, 255, 0, 255, 255, 0]);
  });

  it('is unpacked from runs of 4 bits', () => {
    const bytes = bitmap({ width: 4, height: 1, bits: 4, compression: 2, data: [4, 0x01, 0, 1], palette: blackRed });
    expect([...decodeBmp(bytes).pixels].filter((_, i) => i % 3 === 0)).toEqual([0, 255, 0, 255]);
  });

  it('keeps within its picture whatever the runs say', () => {
    const data = [255, 1, 0, 2, 255, 0, 9, 1, 0, 1];
    const bytes = bitmap({ width: 2, height: 1, bits: 8, compression: 1, data, palette: blackRed });
    expect([...decodeBmp(bytes).pixels]).toEqual([255, 0, 0, 255, 0, 0]);
  });

  it('has as much of its file read as may belong to it, whatever stands behind', () => {
    const plain = bitmap({ width: 2, height: 1, bits: 32, data: [1, 2, 3, 0, 4, 5, 6, 0] });
    const { maxBytes } = bmpExtent(plain);
    expect(maxBytes).toBeGreaterThanOrEqual(plain.length);
    expect(maxBytes).toBeLessThan(200);
    const runs = bitmap({ width: 3, height: 2, bits: 8, compression: 1, data: Array(6).fill([1, 0]).flat() });
    expect(bmpExtent(runs).maxBytes).toBeGreaterThanOrEqual(runs.length);
    const far = Buffer.from(plain);
    far.writeUInt32LE(0xffff_fff0, 10);
    expect(() => bmpExtent(far)).toThrow('far behind its header');
  });

  it('that stops early, has no pixels or an unknown packing is refused with the reason', () => {
    const early = bitmap({ width: 9, height: 9, bits: 24, data: [1, 2, 3] });
    expect(refusal(early)).toMatchObject({
      code: 'IMAGE_CORRUPT',
      message: 'This file is damaged (the BMP ends early).',
    });
    expect(refusal(early.subarray(0, 20)).code).toBe('IMAGE_CORRUPT');
    expect(refusal(bitmap({ width: 0, height: 1, bits: 24, data: [] })).code).toBe('IMAGE_EMPTY');
    expect(refusal(bitmap({ width: 1, height: 1, bits: 24, compression: 4, data: [] })).code).toBe('IMAGE_UNSUPPORTED');
    expect(refusal(bitmap({ width: 1, height: 1, bits: 13, data: [0, 0, 0, 0] })).code).toBe('IMAGE_UNSUPPORTED');
  });
});
