/** @file Pictures for the tests of preprocess/, made on the spot. */
import sharp, { type Sharp } from 'sharp';
import { randomNumbers } from '../../support/randomNumbers.ts';

/** Bytes that look random and are the same every time. */
export function randomBytes(count: number, seed: number): Uint8Array {
  const random = randomNumbers(seed);
  return Uint8Array.from({ length: count }, () => (random() * 2 ** 32) & 255);
}

/** A picture whose corners are red, green, blue and grey, with soft passages between them. */
export function cornersPixels(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = width === 1 ? 0 : x / (width - 1);
      const v = height === 1 ? 0 : y / (height - 1);
      const at = (y * width + x) * 3;
      pixels[at] = Math.round(220 * (1 - u) * (1 - v) + 128 * u * v);
      pixels[at + 1] = Math.round(220 * u * (1 - v) + 128 * u * v);
      pixels[at + 2] = Math.round(220 * (1 - u) * v + 128 * u * v);
    }
  }
  return pixels;
}

export function corners(width: number, height: number): Sharp {
  return sharp(cornersPixels(width, height), { raw: { width, height, channels: 3 } });
}

/** One page of an uncompressed little-endian TIFF; tags given here replace or join the usual ones. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
  readonly tags?: Readonly<Record<number, number>>;
}

export function buildTiff(pages: readonly TiffPage[]): Buffer {
  const parts: Buffer[] = [Buffer.from('II*\0\0\0\0\0', 'latin1')];
  let at = 8;
  let linkAt = 4;
  const links: [number, number][] = [];
  for (const page of pages) {
    const channels = page.samples.length / (page.width * page.height);
    const tags = Object.entries({
      256: page.width,
      257: page.height,
      258: 8,
      259: 1,
      262: channels >= 3 ? 2 : 1,
      273: at,
      277: channels,
      278: page.height,
      279: page.samples.length,
      284: 1,
      ...page.tags,
    }).map(([id, value]): [number, number] => [Number(id), value]);
    tags.sort(([a], [b]) => a - b);
    const directory = Buffer.alloc(2 + tags.length * 12 + 4);
    directory.writeUInt16LE(tags.length, 0);
    tags.forEach(([id, value], i) => {
      directory.writeUInt16LE(id, 2 + i * 12);
      directory.writeUInt16LE(4, 4 + i * 12);
      directory.writeUInt32LE(1, 6 + i * 12);
      directory.writeUInt32LE(value, 10 + i * 12);
    });
    const padding = page.samples.length % 2;
    parts.push(Buffer.from(page.samples), Buffer.alloc(padding), directory);
    links.push([linkAt, at + page.samples.length + padding]);
    at += page.samples.length + padding + directory.length;
    linkAt = at - 4;
  }
  const file = Buffer.concat(parts);
  for (const [where, target] of links) file.writeUInt32LE(target, where);
  return file;
}
