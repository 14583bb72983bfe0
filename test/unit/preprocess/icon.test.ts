/** @file Icons of Windows: the largest picture, as a bitmap or a PNG; what is cut off or contradicts itself is refused. */
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import sharp from '../../../native-models/preprocess/sharp.ts';
import { refusal } from './codecPictures.ts';
import { randomBytes } from './pictures.ts';

interface Part {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly body: Buffer;
}

/** @param pixels blue, green, red, and the mask: rows from below, each of a multiple of 4 bytes */
function bitmap(width: number, height: number, bits: number, pixels: readonly number[]): Part {
  const head = Buffer.alloc(40);
  head.writeUInt32LE(40, 0);
  head.writeInt32LE(width, 4);
  head.writeInt32LE(2 * height, 8);
  head.writeUInt16LE(1, 12);
  head.writeUInt16LE(bits, 14);
  return { width, height, bits, body: Buffer.concat([head, Buffer.from(pixels)]) };
}

async function png(side: number, background: string): Promise<Part> {
  const body = await sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toBuffer();
  return { width: side, height: side, bits: 32, body };
}

function icon(...parts: readonly Part[]): Buffer {
  const head = Buffer.alloc(6 + 16 * parts.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(parts.length, 4);
  let offset = head.length;
  for (const [index, { width, height, bits, body }] of parts.entries()) {
    const at = 6 + 16 * index;
    head[at] = width % 256;
    head[at + 1] = height % 256;
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(bits, at + 6);
    head.writeUInt32LE(body.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += body.length;
  }
  return Buffer.concat([head, ...parts.map(({ body }) => body)]);
}

const twoColours = [1, 2, 3, 0, 40, 50, 60, 0];
const small = bitmap(1, 1, 24, [7, 8, 9, 0, 0, 0, 0, 0]);

const pictures: readonly (readonly [string, Buffer, width: number, height: number, pixels: number[]])[] = [
  ['of 24 bits', icon(bitmap(2, 1, 24, [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0])), 2, 1, [3, 2, 1, 6, 5, 4]],
  [
    'with a mask, over white',
    icon(bitmap(2, 1, 24, [1, 2, 3, 4, 5, 6, 0, 0, 0x40, 0, 0, 0])),
    2,
    1,
    [3, 2, 1, 255, 255, 255],
  ],
  [
    'of 32 bits, with transparency',
    icon(bitmap(2, 1, 32, [1, 2, 3, 255, 4, 5, 6, 0, 0, 0, 0, 0])),
    2,
    1,
    [3, 2, 1, 255, 255, 255],
  ],
  ['of two colours', icon(bitmap(2, 1, 1, [...twoColours, 0x40, 0, 0, 0, 0, 0, 0, 0])), 2, 1, [3, 2, 1, 60, 50, 40]],
  [
    'with the lowest row first',
    icon(bitmap(1, 2, 24, [1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    1,
    2,
    [6, 5, 4, 3, 2, 1],
  ],
  [
    'the largest of several',
    icon(small, bitmap(2, 1, 24, [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0])),
    2,
    1,
    [3, 2, 1, 6, 5, 4],
  ],
  [
    'the one of most colours among equals',
    icon(bitmap(1, 1, 1, [...twoColours, 0, 0, 0, 0, 0, 0, 0, 0]), small),
    1,
    1,
    [9, 8, 7],
  ],
];

describe('an icon', () => {
  it.for(pictures)('is read: %s', async ([, file, width, height, pixels]) => {
    const image = await decodeImage(file);
    expect({ ...image, pixels: [...image.pixels] }).toMatchObject({ format: 'Windows icon', width, height, pixels });
  });

  it('has the PNG in it where that is the largest', async () => {
    const { width, height, pixels } = await decodeImage(icon(small, await png(300, '#0a141e')));
    expect({ width, height, pixel: [...pixels.subarray(0, 3)] }).toEqual({
      width: 300,
      height: 300,
      pixel: [10, 20, 30],
    });
  });

  it.for([
    ['without pictures', async () => icon()],
    ['of nothing but its statement', async () => icon(small).subarray(0, 22)],
    ['cut off', async () => icon(small).subarray(0, -6)],
    ['with a PNG cut off', async () => icon(await png(30, '#123')).subarray(0, -20)],
    ['with a picture elsewhere than in the file', async () => elsewhere()],
  ] as const)('is refused: %s', async ([, file]) => {
    expect((await refusal(await file())).code).toBe('IMAGE_CORRUPT');
  });

  function elsewhere(): Buffer {
    const file = icon(small);
    file.writeUInt32LE(0xff_ff_ff_f0, 18);
    return file;
  }

  it('that claims to be enormous is refused before it is decoded', async () => {
    const file = icon(bitmap(60_000, 60_000, 24, [1, 2, 3, 0]));
    expect(['IMAGE_TOO_LARGE', 'IMAGE_CORRUPT']).toContain((await refusal(file)).code);
  });

  it('that is damaged anywhere is read or refused', async () => {
    const file = icon(small, bitmap(2, 1, 1, [...twoColours, 0x40, 0, 0, 0, 0, 0, 0, 0]));
    const places = randomBytes(2 * 24, 5);
    for (let i = 0; i < 24; i++) {
      const damaged = Buffer.from(file);
      const at = (places[2 * i] ?? 0) % damaged.length;
      damaged[at] = (damaged[at] ?? 0) ^ (1 << ((places[2 * i + 1] ?? 0) & 7));
      const outcome = await decodeImage(damaged).catch((error: unknown) => error);
      if (!(outcome instanceof ImageError)) expect(outcome).toMatchObject({ orientation: 1 });
    }
  }, 60_000);
});
