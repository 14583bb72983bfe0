/** @file A picture whose four corners tell how it was turned and what became of its colours, in any format. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { PhotoContent } from '../../../main/library/images/quarantine.ts';

export type Colour = readonly [number, number, number];

/** Of the upright picture: top left, top right, bottom left, bottom right. */
export const corners: readonly Colour[] = [
  [200, 60, 60],
  [60, 180, 60],
  [60, 60, 200],
  [220, 220, 220],
];

/** The upright picture of the corners, as a pipeline. */
export function cornersPicture(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = corners[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] ?? [0, 0, 0];
      pixels.set(corner, (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** How the upright picture is stored under each EXIF orientation, as sharp mirrors and rotates it. */
const storing: Readonly<Record<number, { readonly flop: boolean; readonly degrees: number }>> = {
  1: { flop: false, degrees: 0 },
  2: { flop: true, degrees: 0 },
  3: { flop: false, degrees: 180 },
  4: { flop: true, degrees: 180 },
  5: { flop: true, degrees: 270 },
  6: { flop: false, degrees: 270 },
  7: { flop: true, degrees: 90 },
  8: { flop: false, degrees: 90 },
};

/** The picture of the corners, stored turned, with the orientation that turns it back. */
export async function turnedPicture(width: number, height: number, orientation: number): Promise<Sharp> {
  const { flop, degrees } = storing[orientation] ?? { flop: false, degrees: 0 };
  const stored = cornersPicture(width, height).flop(flop).rotate(degrees);
  const { data, info } = await stored.raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return sharp(data, { raw }).withMetadata({ orientation });
}

/** The four corners of a picture as it is shown, and its size. */
export async function shown(
  picture: Uint8Array | string,
): Promise<{ width: number; height: number; corners: Colour[] }> {
  const { data, info } = await sharp(picture).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): Colour => {
    const i = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
  };
  const found = [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
  return { width: info.width, height: info.height, corners: found };
}

/** The largest difference of any level between two lists of colours. */
export function colourDistance(a: readonly Colour[], b: readonly Colour[]): number {
  const [left, right] = [a.flat(), b.flat()];
  return left.reduce((largest, level, i) => Math.max(largest, Math.abs(level - (right[i] ?? 999))), 0);
}

export async function contentOf(path: string): Promise<PhotoContent> {
  return {
    path,
    fingerprint: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  };
}

/** A JPEG with the EXIF block (a TIFF) put in front. */
export function withExifBlock(jpeg: Buffer, block: Uint8Array): Buffer {
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  head.writeUInt16BE(8 + block.byteLength, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, block, jpeg.subarray(2)]);
}

/** A grey JPEG of any size in no time: every block is the same six bits, “nothing changes” and “end of block”. */
export async function greyJpeg(width: number, height: number): Promise<Buffer> {
  const grey = sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } });
  const small = await grey.toColourspace('b-w').jpeg({ optimiseCoding: false }).toBuffer();
  const frameAt = small.indexOf(Buffer.from([0xff, 0xc0]));
  small.writeUInt16BE(height, frameAt + 5);
  small.writeUInt16BE(width, frameAt + 7);
  const scanAt = small.indexOf(Buffer.from([0xff, 0xda]));
  const dataAt = scanAt + 2 + small.readUInt16BE(scanAt + 2);
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const data = Buffer.alloc(Math.ceil((blocks * 6) / 8), Buffer.from([0b0010_1000, 0b1010_0010, 0b1000_1010]));
  return Buffer.concat([small.subarray(0, dataAt), data, Buffer.from([0xff, 0xd9])]);
}
