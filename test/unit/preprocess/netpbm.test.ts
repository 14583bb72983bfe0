/** @file Netpbm and QOI: every kind has the numbers that its definition says; what is cut off or contradicts itself is refused. */
import { describe, expect, it } from 'vitest';
import { type DecodedImage, decodeImage } from '../../../native-models/preprocess/decodeImage.ts';

function netpbm(header: string, samples: readonly number[] | string): Buffer {
  return Buffer.concat([Buffer.from(header), Buffer.from(samples as number[])]);
}

const qoiEnd = [0, 0, 0, 0, 0, 0, 0, 1];

function qoi(width: number, height: number, channels: number, chunks: readonly number[]): Buffer {
  const head = Buffer.alloc(14);
  head.write('qoif', 'latin1');
  head.writeUInt32BE(width, 4);
  head.writeUInt32BE(height, 8);
  head.writeUInt8(channels, 12);
  return Buffer.concat([head, Buffer.from(chunks)]);
}

function shown({ format, width, height, pixels }: DecodedImage) {
  return { format, width, height, pixels: [...pixels] };
}

const grey = (...values: number[]) => values.flatMap((value) => [value, value, value]);

/** By the definitions of netpbm.sourceforge.net: in a bitmap 1 is black, and other samples are parts of the largest. */
const pictures: readonly (readonly [string, Buffer, width: number, height: number, pixels: number[]])[] = [
  ['a plain bitmap (P1)', netpbm('P1\n2 2\n', '0 1\n1 0\n'), 2, 2, grey(255, 0, 0, 255)],
  ['a plain graymap (P2)', netpbm('P2\n# made by hand\n2 2\n15\n', '0 5 10 15\n'), 2, 2, grey(0, 85, 170, 255)],
  ['a plain pixmap (P3)', netpbm('P3 2 1 255 ', '255 0 0 10 20 30'), 2, 1, [255, 0, 0, 10, 20, 30]],
  ['a bitmap with bits to spare in a row (P4)', netpbm('P4\n2 2\n', [0x40, 0x80]), 2, 2, grey(255, 0, 0, 255)],
  ['a graymap of 16 bits (P5)', netpbm('P5\n3 1\n65535\n', [255, 255, 128, 0, 0, 0]), 3, 1, grey(255, 128, 0)],
  ['a pixmap (P6)', netpbm('P6\n2 1\n255\n', [255, 0, 0, 10, 20, 30]), 2, 1, [255, 0, 0, 10, 20, 30]],
  ['a pixmap up to 100 (P6)', netpbm('P6\n1 1\n100\n', [100, 50, 33]), 1, 1, [255, 128, 84]],
  [
    'an arbitrary map, which is transparent (P7)',
    netpbm('P7\nWIDTH 2\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n', [255, 0, 0, 255, 0, 0, 0, 0]),
    2,
    1,
    [255, 0, 0, 255, 255, 255],
  ],
  ['the first of several', netpbm('P6\n1 1\n255\n', [1, 2, 3, ...Buffer.from('P6\n1 1\n255\n456')]), 1, 1, [1, 2, 3]],
];

describe('a Netpbm picture', () => {
  it.for(pictures)('is read: %s', async ([, file, width, height, pixels]) => {
    expect(shown(await decodeImage(file))).toEqual({ format: 'Netpbm', width, height, pixels });
  });

  it.for([
    ['cut off', netpbm('P6\n2 2\n255\n', [1, 2, 3]), 'IMAGE_CORRUPT'],
    ['cut off in plain text', netpbm('P3\n2 2\n255\n', '1 2 3'), 'IMAGE_CORRUPT'],
    ['without rows', netpbm('P5\n2 0\n255\n', []), 'IMAGE_CORRUPT'],
    ['without a largest value', netpbm('P5\n1 1\n0\n', [0]), 'IMAGE_CORRUPT'],
    ['said to be larger than its file', netpbm('P6\n200000 200000\n255\n', [1]), 'IMAGE_CORRUPT'],
  ] as const)('is refused: %s', async ([, file, code]) => {
    await expect(decodeImage(file)).rejects.toMatchObject({ code });
  });
});

describe('a QOI picture', () => {
  it('has its colours, over white where it is transparent', async () => {
    const chunks = [0xff, 255, 0, 0, 255, 0xff, 0, 0, 255, 0, ...qoiEnd];
    const expected = { format: 'QOI', width: 2, height: 1, pixels: [255, 0, 0, 255, 255, 255] };
    expect(shown(await decodeImage(qoi(2, 1, 4, chunks)))).toEqual(expected);
  });

  it('is refused where it is cut off or too large', async () => {
    await expect(decodeImage(qoi(2, 2, 4, [0xff, 255, 0, 0, 255]))).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' });
    const large = qoi(100_000, 100_000, 3, [0xfe, 1, 2, 3, ...qoiEnd]);
    await expect(decodeImage(large)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});
