/** @file TGA: every kind has the numbers that its definition says, from every corner; what is cut off is refused, and what only looks like one is none. */
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { imageFormatOf } from '../../../native-models/preprocess/imageFormat.ts';
import { refusal } from './codecPictures.ts';
import { randomBytes } from './pictures.ts';

interface Targa {
  readonly kind: number;
  readonly bits: number;
  readonly width: number;
  readonly height?: number;
  /** 0x20: the first row is the uppermost; 0x10: the first pixel is the rightmost; with the bits of transparency. */
  readonly descriptor?: number;
  /** Blue, green, red of each colour. */
  readonly palette?: readonly number[];
  readonly comment?: string;
  readonly data: readonly number[];
}

function targa({ kind, bits, width, height = 1, descriptor = 0x20, palette = [], comment = '', data }: Targa): Buffer {
  const head = Buffer.alloc(18);
  head[0] = comment.length;
  head[2] = kind;
  if (palette.length > 0) {
    head[1] = 1;
    head.writeUInt16LE(palette.length / 3, 5);
    head[7] = 24;
  }
  head.writeUInt16LE(width, 12);
  head.writeUInt16LE(height, 14);
  head[16] = bits;
  head[17] = descriptor;
  return Buffer.concat([head, Buffer.from(comment), Buffer.from([...palette, ...data])]);
}

const palette = [1, 2, 3, 40, 50, 60];
const rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const grey = (...values: number[]) => values.flatMap((value) => [value, value, value]);

const pictures: readonly (readonly [string, Targa, pixels: number[]])[] = [
  ['colours', { kind: 2, bits: 24, width: 2, data: [1, 2, 3, 4, 5, 6] }, [3, 2, 1, 6, 5, 4]],
  ['colours in runs', { kind: 10, bits: 24, width: 3, data: [0x81, 1, 2, 3, 0, 4, 5, 6] }, [3, 2, 1, 3, 2, 1, 6, 5, 4]],
  ['colours of 5 bits', { kind: 2, bits: 16, width: 2, data: [0x1f, 0, 0, 0x7c] }, [0, 0, 255, 255, 0, 0]],
  ['colours behind a comment', { kind: 2, bits: 24, width: 1, comment: 'a boat', data: [1, 2, 3] }, [3, 2, 1]],
  ['a palette', { kind: 1, bits: 8, width: 2, palette, data: [1, 0] }, [60, 50, 40, 3, 2, 1]],
  ['a palette in runs', { kind: 9, bits: 8, width: 2, palette, data: [0x81, 1] }, [60, 50, 40, 60, 50, 40]],
  ['grey', { kind: 3, bits: 8, width: 2, data: [5, 200] }, grey(5, 200)],
  ['grey in runs', { kind: 11, bits: 8, width: 3, data: [0x81, 9, 0, 4] }, grey(9, 9, 4)],
  [
    'transparency, over white',
    { kind: 2, bits: 32, width: 2, descriptor: 0x28, data: [1, 2, 3, 255, 4, 5, 6, 0] },
    [3, 2, 1, 255, 255, 255],
  ],
  [
    'a fourth byte that is said to be no transparency',
    { kind: 2, bits: 32, width: 2, data: [1, 2, 3, 0, 4, 5, 6, 0] },
    [3, 2, 1, 6, 5, 4],
  ],
  ['grey with transparency', { kind: 3, bits: 16, width: 2, descriptor: 0x28, data: [5, 255, 200, 0] }, grey(5, 255)],
  [
    'grey with transparency in runs',
    { kind: 11, bits: 16, width: 4, descriptor: 0x28, data: [0x81, 5, 255, 1, 9, 255, 200, 0] },
    grey(5, 5, 9, 255),
  ],
  [
    'the lowest row first',
    { kind: 2, bits: 24, width: 2, height: 2, descriptor: 0, data: rows },
    [9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4],
  ],
  [
    'the lowest row first, from the right',
    { kind: 2, bits: 24, width: 2, height: 2, descriptor: 0x10, data: rows },
    [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
  ],
];

describe('a TGA', () => {
  it.for(pictures)('is read: %s', async ([, picture, pixels]) => {
    const { format, width, height, orientation, pixels: decoded } = await decodeImage(targa(picture));
    expect({ format, width, height, orientation, pixels: [...decoded] }).toEqual({
      ...{ format: 'TGA', width: picture.width, height: picture.height ?? 1, orientation: 1 },
      pixels,
    });
  });

  it.for([
    ['in the middle of its colours', targa({ kind: 2, bits: 24, width: 3, data: [1, 2, 3, 4] })],
    ['in a run', targa({ kind: 10, bits: 24, width: 300, data: [0xff, 1, 2, 3, 0xff, 1] })],
    ['of grey with transparency', targa({ kind: 3, bits: 16, width: 3, descriptor: 0x28, data: [1, 2, 3] })],
    ['in a run of it', targa({ kind: 11, bits: 16, width: 300, descriptor: 0x28, data: [0xff, 1, 2] })],
    ['before a colour of its palette', targa({ kind: 1, bits: 8, width: 1, palette, data: [7] })],
  ] as const)('that ends early is refused: %s', async ([, file]) => {
    expect((await refusal(file)).code).toBe('IMAGE_CORRUPT');
  });

  it('that claims to be enormous is refused before it is decoded', async () => {
    const file = targa({ kind: 2, bits: 24, width: 65_535, height: 65_535, data: [1, 2, 3] });
    expect((await refusal(file)).code).toBe('IMAGE_TOO_LARGE');
  });

  it('that is damaged anywhere is read or refused', async () => {
    const file = targa({ kind: 9, bits: 8, width: 40, height: 4, palette, data: Array(8).fill([0x93, 1]).flat() });
    const places = randomBytes(2 * 24, 3);
    for (let i = 0; i < 24; i++) {
      const damaged = Buffer.from(file);
      const at = (places[2 * i] ?? 0) % damaged.length;
      damaged[at] = (damaged[at] ?? 0) ^ (1 << ((places[2 * i + 1] ?? 0) & 7));
      const outcome = await decodeImage(damaged).catch((error: unknown) => error);
      if (!(outcome instanceof ImageError)) expect(outcome).toMatchObject({ orientation: 1 });
    }
  }, 60_000);
});

describe('the header of a TGA', () => {
  const sound = targa({ kind: 2, bits: 24, width: 2, data: [1, 2, 3, 4, 5, 6] });
  const edited = (...bytes: readonly (readonly [at: number, value: number])[]) => {
    const file = Buffer.from(sound);
    for (const [at, value] of bytes) file[at] = value;
    return file;
  };

  it('is told from a cursor of Windows, which begins in the same way', () => {
    expect(imageFormatOf(sound)?.name).toBe('TGA');
    expect(imageFormatOf(edited([4, 1]))?.name).toBe('Windows cursor');
  });

  it.for([
    ['a kind that there is not', [2, 5]],
    ['pixels of 12 bits', [16, 12]],
    ['no width', [12, 0]],
    ['no height', [14, 0]],
    ['rows in an order that there is no more', [17, 0x40]],
    ['more transparency than 8 bits', [17, 0x2f]],
    ['a palette of no colours', [1, 1]],
    ['a palette of a kind that there is not', [1, 2]],
  ] as const)('that contradicts itself is none: %s', ([, edit]) => {
    expect(imageFormatOf(edited(edit))?.name).not.toBe('TGA');
  });

  it('that is cut off is none', () => {
    expect(imageFormatOf(sound.subarray(0, 17))?.name).not.toBe('TGA');
  });
});
