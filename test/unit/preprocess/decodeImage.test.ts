/** @file What pictures of every kind look like once decoded: colours, orientation, frames, sizes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, shrinkAbovePixels } from '../../../native-models/preprocess/decodeImage.ts';
import type { ImageProcessorConfig } from '../../../native-models/preprocess/imageProcessorConfig.ts';
import { normalise, preprocessImage } from '../../../native-models/preprocess/preprocessImage.ts';
import { buildTiff, corners, cornersPixels, randomBytes } from './pictures.ts';

const config: ImageProcessorConfig = {
  width: 12,
  height: 12,
  resample: 'bicubic',
  rescaleFactor: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

/** Largest difference of two pictures, in levels. */
function distance(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, level, i) => Math.max(largest, Math.abs(level - (b[i] ?? 999))), 0);
}

function solid(channels: 3 | 4, r: number, g: number, b: number, alpha = 1) {
  return sharp({ create: { width: 8, height: 6, channels, background: { r, g, b, alpha } } });
}

async function firstPixel(bytes: Uint8Array): Promise<number[]> {
  return [...(await decodeImage(bytes)).pixels.subarray(0, 3)];
}

describe('a decoded picture', () => {
  const stored = cornersPixels(40, 24);

  it.each([
    ['PNG', 0, (picture: Sharp) => picture.png()],
    ['TIFF', 0, (picture: Sharp) => picture.tiff({ compression: 'lzw' })],
    ['WebP', 0, (picture: Sharp) => picture.webp({ lossless: true })],
    ['JPEG', 6, (picture: Sharp) => picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })],
    ['AVIF', 6, (picture: Sharp) => picture.avif({ quality: 95, chromaSubsampling: '4:4:4' })],
    ['GIF', 16, (picture: Sharp) => picture.gif({ dither: 0 })],
  ] as const)('of the format %s has its size and colours, within %i levels', async (format, tolerance, encode) => {
    const image = await decodeImage(await encode(corners(40, 24)).toBuffer());
    expect(image).toMatchObject({
      format,
      width: 40,
      height: 24,
      originalWidth: 40,
      originalHeight: 24,
      orientation: 1,
    });
    expect(distance(image.pixels, stored)).toBeLessThanOrEqual(tolerance);
  });

  it('is known by its content, whatever its name says', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'vignette-images-'));
    try {
      const file = path.join(folder, 'not really [page=1].jpg');
      await writeFile(file, await corners(40, 24).png().toBuffer());
      expect(await decodeImage(file)).toMatchObject({ format: 'PNG', width: 40 });
      // And the same path shows the new picture once it has one.
      await writeFile(file, await corners(10, 30).webp().toBuffer());
      expect(await decodeImage(file)).toMatchObject({ format: 'WebP', width: 10, height: 30 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('with 16 bits is scaled to 8, grey or coloured', async () => {
    const colour = await corners(40, 24).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(colour).metadata()).depth).toBe('ushort');
    expect(distance((await decodeImage(colour)).pixels, stored)).toBeLessThanOrEqual(1);
    const grey = await solid(3, 128, 128, 128).toColourspace('grey16').png().toBuffer();
    expect((await sharp(grey).metadata()).depth).toBe('ushort');
    expect(await firstPixel(grey)).toEqual([128, 128, 128]);
  });

  it('lies on white where it is transparent', async () => {
    expect(await firstPixel(await solid(4, 200, 0, 0, 0).png().toBuffer())).toEqual([255, 255, 255]);
    const [half = 0] = await firstPixel(await solid(4, 0, 0, 0, 0.5).png().toBuffer());
    expect(Math.abs(half - 127)).toBeLessThanOrEqual(1);
    const greyAlpha = await solid(4, 0, 0, 0, 0.5).toColourspace('b-w').png().toBuffer();
    expect((await sharp(greyAlpha).metadata()).channels).toBe(2);
    const [grey = 0, also] = await firstPixel(greyAlpha);
    expect(Math.abs(grey - 127)).toBeLessThanOrEqual(1);
    expect(also).toBe(grey);
    expect(await firstPixel(await solid(4, 9, 9, 9, 0).webp({ lossless: true }).toBuffer())).toEqual([255, 255, 255]);
  });

  it('in CMYK is converted through a profile', async () => {
    for (const format of ['jpeg', 'tiff'] as const) {
      const bytes = await solid(3, 200, 50, 50).toColourspace('cmyk').toFormat(format, { quality: 100 }).toBuffer();
      expect((await sharp(bytes).metadata()).space).toBe('cmyk');
      expect(distance(Uint8Array.from(await firstPixel(bytes)), Uint8Array.of(200, 50, 50))).toBeLessThanOrEqual(25);
    }
  });

  it('in Display P3 is converted to sRGB', async () => {
    const bytes = await solid(3, 0, 200, 80).withIccProfile('p3').png().toBuffer();
    const unconverted = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(distance(unconverted.subarray(0, 3), Uint8Array.of(0, 200, 80))).toBeGreaterThan(40);
    expect(distance(Uint8Array.from(await firstPixel(bytes)), Uint8Array.of(0, 200, 80))).toBeLessThanOrEqual(6);
  });

  it('is the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(8 * 6 * 3, 40), Buffer.alloc(8 * 6 * 3, 220)]);
    const animated = sharp(frames, { raw: { width: 8, height: 12, channels: 3, pageHeight: 6 } });
    for (const bytes of [
      await animated.clone().gif().toBuffer(),
      await animated.clone().webp({ lossless: true }).toBuffer(),
    ]) {
      expect((await sharp(bytes).metadata()).pages).toBe(2);
      const image = await decodeImage(bytes);
      expect(image).toMatchObject({ width: 8, height: 6 });
      expect(distance(image.pixels, new Uint8Array(8 * 6 * 3).fill(40))).toBeLessThanOrEqual(4);
    }
  });

  it.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)(
    'stored as %s stands upright for all eight orientations',
    async (format) => {
      const upright = await preprocessImage(await corners(40, 24).png().toBuffer(), config);
      for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
        // Turn the pixels so that the tag turns them back.
        const inverse = [0, 1, 2, 3, 4, 5, 8, 7, 6][orientation] ?? 1;
        const turned = await corners(40, 24).withMetadata({ orientation: inverse }).png().toBuffer();
        const pixels = await sharp(turned).autoOrient().png().toBuffer();
        const bytes = await sharp(pixels).withMetadata({ orientation }).toFormat(format, { quality: 100 }).toBuffer();
        const ours = await preprocessImage(bytes, config);
        expect(ours).toMatchObject({ width: 40, height: 24 });
        const largest = ours.pixelValues.reduce(
          (most, v, i) => Math.max(most, Math.abs(v - (upright.pixelValues[i] ?? 9))),
          0,
        );
        expect(largest * 255).toBeLessThanOrEqual(12);
      }
    },
  );

  it('stored as AVIF is turned by XMP only where it has no EXIF: with it, its own properties have turned it', async () => {
    const xmp =
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>';
    const withXmp = await corners(40, 24).withXmp(xmp).avif().toBuffer();
    expect((await decodeImage(withXmp)).orientation).toBe(6);
    const both = await corners(40, 24)
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .withXmp(xmp)
      .avif()
      .toBuffer();
    expect((await sharp(both).metadata()).exif).toBeDefined();
    expect((await decodeImage(both)).orientation).toBe(1);
  });

  it('is the still picture of an animated AVIF', async () => {
    const picture = await corners(40, 24).avif({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
    picture.write('avis', 8, 'latin1');
    // The tracks of an animation stand in a box of their own, and its still picture beside them.
    const tracks = Buffer.from('\0\0\0\x10moov\0\0\0\x08free', 'latin1');
    const image = await decodeImage(Buffer.concat([picture, tracks]));
    expect(image).toMatchObject({ format: 'AVIF', width: 40, height: 24 });
    expect(distance(image.pixels, stored)).toBeLessThanOrEqual(6);
  });

  it('may be an AVIF of the largest cameras, with the memory that it takes, and no larger', async () => {
    const picture = await corners(40, 24).avif().toBuffer();
    const claiming = async (width: number, height: number, decodeBytes: number) => {
      const sizeAt = picture.indexOf('ispe') + 8;
      picture.writeUInt32BE(width, sizeAt);
      picture.writeUInt32BE(height, sizeAt + 4);
      return await decodeImage(picture, { decodeBytes }).catch((error: unknown) => error);
    };
    for (const [width, height] of [
      [8192, 5464],
      [11_648, 8736],
    ] as const) {
      // It is begun, and then the pixels are not there.
      expect(await claiming(width, height, 4e9)).toMatchObject({ code: 'IMAGE_CORRUPT' });
      const neededBytes = width * height * 20;
      expect(await claiming(width, height, 500e6)).toMatchObject({ code: 'IMAGE_TOO_LARGE', details: { neededBytes } });
    }
    expect(await claiming(12_000, 12_000, 4e9)).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: 'This picture is too large: 12000 × 12000 is 144 megapixels, and the limit for its kind is 134.',
    });
  });

  it('says how much memory an AVIF takes for which there is no room', async () => {
    const picture = await corners(40, 24).avif().toBuffer();
    await expect(decodeImage(picture, { decodeBytes: 40 * 24 * 20 - 1 })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      details: { neededBytes: 40 * 24 * 20 },
    });
    expect(await decodeImage(picture, { decodeBytes: 40 * 24 * 20 })).toMatchObject({ width: 40 });
  });

  it('is turned by XMP where it has no EXIF orientation', async () => {
    const xmp =
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>';
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await corners(40, 24).withXmp(xmp).toFormat(format).toBuffer();
      expect((await decodeImage(bytes)).orientation).toBe(6);
      const both = await sharp(bytes)
        .keepMetadata()
        .withMetadata({ orientation: 3 })
        .withXmp(xmp)
        .toFormat(format)
        .toBuffer();
      expect((await decodeImage(both)).orientation).toBe(3);
    }
  });

  it('above the limit is made smaller on the way, reports its true size, and looks the same', async () => {
    const width = 9000;
    const height = 6000;
    expect(width * height).toBeGreaterThan(shrinkAbovePixels);
    const large = corners(90, 60).resize(width, height, { kernel: 'linear' });
    const bytes = await large.jpeg({ quality: 95 }).toBuffer();
    const image = await decodeImage(bytes);
    expect(image).toMatchObject({ width: 4500, height: 3000, originalWidth: width, originalHeight: height });
    const shrunk = await preprocessImage(bytes, config);
    const small = await preprocessImage(await sharp(bytes).resize(900, 600).png().toBuffer(), config);
    const largest = shrunk.pixelValues.reduce(
      (most, v, i) => Math.max(most, Math.abs(v - (small.pixelValues[i] ?? 9))),
      0,
    );
    expect(largest * 255).toBeLessThanOrEqual(3);
  });

  it('is normalised to planes of (level · rescale − mean) / std', () => {
    const settings: ImageProcessorConfig = { ...config, width: 2, height: 1, mean: [0.5, 0, 0], std: [0.5, 1, 2] };
    const values = normalise(Uint8Array.of(255, 0, 51, 0, 255, 102), settings);
    [1, -1, 0, 1, 0.1, 0.2].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 6);
    });
  });

  it('is not decoded once the caller has given up', async () => {
    const bytes = await corners(40, 24).png().toBuffer();
    const given = AbortSignal.abort();
    await expect(preprocessImage(bytes, config, { signal: given })).rejects.toMatchObject({ name: 'AbortError' });
    const controller = new AbortController();
    const pending = preprocessImage(bytes, config, { signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a TIFF', () => {
  const grey = (width: number, height: number, level: number) => ({
    width,
    height,
    samples: new Uint8Array(width * height).fill(level),
  });

  it('shows its first page, or the first whole one where a thumbnail comes before it', async () => {
    const pages = [grey(8, 8, 10), grey(16, 16, 200)];
    expect(await decodeImage(buildTiff(pages))).toMatchObject({ width: 8 });
    const thumbnailFirst = [{ ...grey(8, 8, 10), tags: { 254: 1 } }, grey(16, 16, 200)];
    const image = await decodeImage(buildTiff(thumbnailFirst));
    expect(image).toMatchObject({ width: 16, originalWidth: 16 });
    expect(image.pixels[0]).toBe(200);
  });

  it('with a fourth channel that is not said to be transparency is taken as RGB', async () => {
    const samples = Uint8Array.of(10, 20, 30, 0, 40, 50, 60, 0);
    const page = { width: 2, height: 1, samples };
    expect([...(await decodeImage(buildTiff([{ ...page, tags: { 338: 0 } }]))).pixels]).toEqual([
      10, 20, 30, 40, 50, 60,
    ]);
    expect([...(await decodeImage(buildTiff([{ ...page, tags: { 338: 2 } }]))).pixels]).toEqual([
      255, 255, 255, 255, 255, 255,
    ]);
  });

  it('whose bytes are marked as signed is read as if they were not', async () => {
    const samples = randomBytes(64, 3);
    const { pixels } = await decodeImage(buildTiff([{ width: 8, height: 8, samples, tags: { 339: 2 } }]));
    expect([...pixels].filter((_, i) => i % 3 === 0)).toEqual([...samples]);
  });

  const undecodable: readonly (readonly [string, Readonly<Record<number, number>>])[] = [
    ['LZMA', { 259: 34_925 }],
    ['old-style JPEG', { 259: 6 }],
    ['12 bits', { 258: 12 }],
    ['floating-point', { 258: 32, 339: 3 }],
    ['signed 16-bit', { 258: 16, 339: 2 }],
    ['CIELab', { 262: 8 }],
    ['DNG raw', { 50706: 0x0401 }],
    ['camera raw', { 262: 32_803 }],
  ];
  it.each(undecodable)('is refused, with the reason, where it cannot be decoded: %s', async (reason, tags) => {
    await expect(decodeImage(buildTiff([{ ...grey(8, 8, 10), tags }]))).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: expect.stringContaining(reason),
    });
  });
});

describe('reading from a path', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'vignette-images-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('gives the size as a person sees it', async () => {
    const file = path.join(folder, 'Größe «ж».jpg');
    await writeFile(file, await corners(40, 24).withMetadata({ orientation: 8 }).jpeg().toBuffer());
    expect(await preprocessImage(file, config)).toMatchObject({ width: 24, height: 40 });
  });
});
