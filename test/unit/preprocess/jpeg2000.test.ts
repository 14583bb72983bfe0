/** @file JPEG 2000 against the picture that was written, and against what Pillow 9.4 (OpenJPEG 2.5) reads of it. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { taggedTiff } from '../../../main/library/images/taggedTiff.ts';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import {
  displayP3,
  exifWithOrientation,
  fixture as fixtureOf,
  height,
  largestDifference,
  pixelsOf,
  refusal,
  width,
  written,
} from './codecPictures.ts';
import { buildTiff, randomBytes } from './pictures.ts';

const fixture = (name: string) => fixtureOf(`jpeg2000/${name}`);

function box(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.byteLength, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Of a file whose header box ends with how its colours are meant. */
function parts(file: Buffer): { start: Buffer; imageHeader: Buffer; codestream: Buffer } {
  const headerAt = file.indexOf('jp2h') - 4;
  const codestreamAt = file.indexOf('jp2c') - 4;
  return {
    start: file.subarray(0, headerAt),
    imageHeader: file.subarray(headerAt + 8, file.indexOf('colr') - 4),
    codestream: file.subarray(codestreamAt),
  };
}

function withColours(file: Buffer, ...boxes: readonly Buffer[]): Buffer {
  const { start, imageHeader, codestream } = parts(file);
  return Buffer.concat([start, box('jp2h', Buffer.concat([imageHeader, ...boxes])), codestream]);
}

function withUuid(file: Buffer, uuid: string, content: Uint8Array): Buffer {
  const at = file.indexOf('jp2c') - 4;
  const body = Buffer.concat([Buffer.from(uuid, 'hex'), content]);
  return Buffer.concat([file.subarray(0, at), box('uuid', body), file.subarray(at)]);
}

const numbered = (space: number) => box('colr', Buffer.from([1, 0, 0, 0, 0, 0, space]));
const exifUuid = '4a706754696666457869662d3e4a5032';

describe('a JPEG 2000', () => {
  it.each(['rgb.jp2', 'tiled.jp2', 'plain.j2k'])(
    'that is lossless has the pixels that were written: %s',
    async (name) => {
      const image = await decodeImage(await fixture(name));
      expect(image).toMatchObject({ format: 'JPEG 2000', width, height, originalWidth: width, orientation: 1 });
      expect(largestDifference(image.pixels, written)).toBe(0);
    },
  );

  it('that is lossy has exactly the pixels that Pillow reads', async () => {
    const { pixels } = await decodeImage(await fixture('lossy.jp2'));
    expect(createHash('sha256').update(pixels).digest('hex')).toBe(
      'aecdf83fa90365c216a5e4bda33500d09536a8353db6b1ada30f8625e64fa8cf',
    );
  });

  it('of 12 and of 16 bits is scaled to 8', async () => {
    const twelve = await decodeImage(await fixture('rgb12.jp2'));
    expect(largestDifference(twelve.pixels, written)).toBe(0);
    const grey = await decodeImage(await fixture('grey16.jp2'));
    const level = (x: number, y: number) => Math.round(((1300 * x + 50 * y) % 65_536) / 257);
    const expected = pixelsOf((x, y) => [level(x, y), level(x, y), level(x, y)]);
    expect(largestDifference(grey.pixels, expected)).toBeLessThanOrEqual(1);
  });

  it('with halved colours is converted from YCbCr as by Pillow, within 3 levels', async () => {
    const image = await decodeImage(await fixture('subsampled.jp2'));
    const means = Uint8Array.from(
      Array.from({ length: 16 }, (_, cell) => [0, 1, 2].map((c) => meanOf(image.pixels, cell, c))).flat(),
    );
    expect(largestDifference(means, Uint8Array.from(subsampledByPillow.flat()))).toBeLessThanOrEqual(3);
  });

  it('with transparency lies over white', async () => {
    const { pixels } = await decodeImage(await fixture('alpha.jp2'));
    const last = (height - 1) * width * 3;
    // Opaque where the last row is; nearly white where the first is.
    expect(largestDifference(pixels.subarray(last), written.subarray(last))).toBeLessThanOrEqual(5);
    expect(Math.min(...pixels.subarray(0, width * 3))).toBeGreaterThan(240);
  });

  it('with a palette has the colours of the palette', async () => {
    const palette = Buffer.from([0, 2, 3, 7, 7, 7, 10, 20, 30, 200, 100, 50]);
    const mapping = Buffer.from([0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2]);
    const { start, codestream } = parts(await fixture('grey16.jp2'));
    // Of the 16-bit numbers, all above 1 are beyond the palette and count as its last colour.
    const header = box('ihdr', Buffer.from([0, 0, 0, height, 0, 0, 0, width, 0, 1, 15, 7, 0, 0]));
    const boxes = Buffer.concat([header, numbered(16), box('pclr', palette), box('cmap', mapping)]);
    const { pixels } = await decodeImage(Buffer.concat([start, box('jp2h', boxes), codestream]));
    expect([...pixels.subarray(0, 6)]).toEqual([10, 20, 30, 200, 100, 50]);
  });

  it('with a colour profile is converted from it', async () => {
    const profile = await displayP3();
    const colr = box('colr', Buffer.concat([Buffer.from([2, 0, 0]), profile]));
    const { pixels } = await decodeImage(withColours(await fixture('rgb.jp2'), colr));
    const tagged = taggedTiff({ pixels: written, width, height, channels: 3, profile });
    const converted = await sharp(tagged).toColourspace('srgb').raw().toBuffer();
    expect(largestDifference(pixels, converted)).toBe(0);
    expect(largestDifference(pixels, written)).toBeGreaterThan(10);
  });

  it.each([1, 3, 6, 8])('is turned by its EXIF orientation: %i', async (orientation) => {
    const file = withUuid(await fixture('rgb.jp2'), exifUuid, exifWithOrientation(orientation));
    expect(await decodeImage(file)).toMatchObject({ width, height, orientation });
  });

  it('is turned by its XMP where it has no EXIF', async () => {
    const xmp = (orientation: number) => Buffer.from(`<rdf:Description tiff:Orientation="${orientation}"/>`);
    const file = withUuid(await fixture('rgb.jp2'), 'be7acfcb97a942e89c71999491e3afac', xmp(8));
    expect(await decodeImage(file)).toMatchObject({ orientation: 8 });
    expect(await decodeImage(withUuid(file, exifUuid, exifWithOrientation(3)))).toMatchObject({ orientation: 3 });
    // A block that says nothing, or that is none.
    const ofNoType = exifWithOrientation(3);
    ofNoType[12] = 99;
    for (const nothing of [ofNoType, Buffer.from('II*\0\0\0\0\0', 'latin1'), Buffer.from('no block'), Buffer.alloc(0)])
      expect(await decodeImage(withUuid(file, exifUuid, nothing))).toMatchObject({ orientation: 8 });
  });

  it('in CMYK is converted as a TIFF of the same inks is', async () => {
    const { pixels } = await decodeImage(withColours(await fixture('alpha.jp2'), numbered(12)));
    // What is transparency in the fixture is black here; a level of it makes three.
    const black = (y: number) => Math.round((255 * (y + 0.5)) / height);
    const samples = pixelsOf((x, y) => [...written.subarray((y * width + x) * 3).subarray(0, 3), black(y)]);
    const tiff = await decodeImage(buildTiff([{ width, height, samples, tags: { 262: 5 } }]));
    expect(largestDifference(pixels, tiff.pixels)).toBeLessThanOrEqual(3);
    expect(largestDifference(pixels, written)).toBeGreaterThan(100);
  });

  it('in CMYK of fewer channels is refused', async () => {
    expect((await refusal(withColours(await fixture('rgb.jp2'), numbered(12)))).code).toBe('IMAGE_CORRUPT');
  });

  it('whose colours would be taken for red, green and blue is refused', async () => {
    expect(await refusal(withColours(await fixture('alpha.jp2'), numbered(14)))).toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: 'This JPEG 2000 stores CIELab colours; Vignette cannot read that: save a copy as PNG or JPEG.',
    });
  });

  it.each(['tiled.jp2', 'plain.j2k'])('that ends early is refused: %s', async (name) => {
    const bytes = await fixture(name);
    for (const length of [12, 100, Math.floor(bytes.length / 2), bytes.length - 2]) {
      const error = await refusal(bytes.subarray(0, length));
      expect(error.code).toBe('IMAGE_CORRUPT');
      expect(error.message).toBe('This file is damaged (the JPEG 2000 ends early).');
    }
  });

  it('that claims to be enormous is refused before it is decoded', async () => {
    const bytes = Buffer.from(await fixture('plain.j2k'));
    const sizeAt = 8;
    for (const [w, h] of [
      [60_000, 60_000],
      [0xffffffff, 0xffffffff],
    ] as const) {
      bytes.writeUInt32BE(w, sizeAt);
      bytes.writeUInt32BE(h, sizeAt + 4);
      // One tile as large as the picture.
      bytes.writeUInt32BE(w, sizeAt + 16);
      bytes.writeUInt32BE(h, sizeAt + 20);
      expect(['IMAGE_TOO_LARGE', 'IMAGE_CORRUPT']).toContain((await refusal(bytes)).code);
    }
  });

  it('is told what it needs where there is too little memory, and is given no more than that', async () => {
    const file = await fixture('rgb.jp2');
    await expect(decodeImage(file, { decodeBytes: 1000 })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      details: { width, height, neededBytes: width * height * 36 },
    });
  });

  it('is given up when the caller gives up', async () => {
    const stop = new AbortController();
    const decoding = decodeImage(await fixture('rgb.jp2'), { signal: stop.signal });
    stop.abort(new Error('no longer wanted'));
    await expect(decoding).rejects.toThrow('no longer wanted');
  });

  it('that is damaged anywhere is read or refused', async () => {
    const bytes = await fixture('tiled.jp2');
    const places = randomBytes(3 * 24, 7);
    for (let i = 0; i < 24; i++) {
      const damaged = Buffer.from(bytes);
      const at = ((places[3 * i] ?? 0) * 256 + (places[3 * i + 1] ?? 0)) % damaged.length;
      damaged[at] = (damaged[at] ?? 0) ^ (1 << ((places[3 * i + 2] ?? 0) & 7));
      const outcome = await decodeImage(damaged).catch((error: unknown) => error);
      if (!(outcome instanceof ImageError)) expect(outcome).toMatchObject({ format: 'JPEG 2000' });
    }
  }, 120_000);
});

/** Of a cell of 12 × 8 pixels, the mean of one channel. */
function meanOf(pixels: Uint8Array, cell: number, channel: number): number {
  let sum = 0;
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 12; x++) {
      sum += pixels[(((cell >> 2) * 8 + y) * width + (cell % 4) * 12 + x) * 3 + channel] ?? 0;
    }
  }
  return Math.round(sum / 96);
}

/** `Image.open(…).convert('RGB').resize((4, 4), Image.BOX)` */
const subsampledByPillow: readonly (readonly number[])[] = [
  [27, 27, 27],
  [87, 27, 63],
  [146, 27, 99],
  [206, 27, 135],
  [27, 91, 51],
  [86, 91, 87],
  [146, 91, 123],
  [207, 91, 159],
  [26, 155, 75],
  [87, 155, 111],
  [147, 155, 147],
  [206, 155, 183],
  [27, 219, 99],
  [87, 219, 135],
  [146, 219, 171],
  [207, 219, 207],
];
