/** @file The merged picture of Photoshop files, made on the spot. */
import { describe, expect, it } from 'vitest';
import { taggedTiff } from '../../../main/library/images/taggedTiff.ts';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import sharp from '../../../native-models/preprocess/sharp.ts';
import {
  displayP3,
  exifWithOrientation,
  height,
  largestDifference,
  pixelsOf,
  refusal,
  width,
  written,
} from './codecPictures.ts';
import { buildTiff } from './pictures.ts';

interface Psd {
  readonly mode: number;
  /** One after the other, without compression. */
  readonly planes: readonly Uint8Array[];
  readonly depth?: number;
  readonly isLarge?: boolean;
  readonly palette?: Uint8Array;
  readonly resources?: readonly (readonly [id: number, body: Uint8Array])[];
  readonly layers?: Uint8Array;
  readonly packed?: boolean;
  readonly size?: readonly [width: number, height: number];
}

const long = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const sized = (body: Uint8Array) => Buffer.concat([long(body.length), body]);

function psd(file: Psd): Buffer {
  const { mode, planes, depth = 8, isLarge = false, palette = Buffer.alloc(0), resources = [] } = file;
  const { layers = Buffer.alloc(0), packed = false, size = [width, height] } = file;
  const header = Buffer.alloc(26);
  header.write('8BPS');
  header.writeUInt16BE(isLarge ? 2 : 1, 4);
  header.writeUInt16BE(planes.length, 12);
  header.writeUInt32BE(size[1], 14);
  header.writeUInt32BE(size[0], 18);
  header.writeUInt16BE(depth, 22);
  header.writeUInt16BE(mode, 24);
  const blocks = resources.map(([id, body]) => {
    const head = Buffer.from('8BIM\0\0\0\0');
    head.writeUInt16BE(id, 4);
    return Buffer.concat([head, sized(body), Buffer.alloc(body.length % 2)]);
  });
  const data = packed ? packedRows(planes, isLarge) : Buffer.concat([Buffer.alloc(2), ...planes]);
  const layerLength = isLarge ? [long(0), long(layers.length)] : [long(layers.length)];
  return Buffer.concat([header, sized(palette), sized(Buffer.concat(blocks)), ...layerLength, layers, data]);
}

/** Rows of eight bits: runs of one, which PackBits has room for. */
function packedRows(planes: readonly Uint8Array[], isLarge: boolean): Buffer {
  const rows = planes.flatMap((plane) =>
    Array.from({ length: height }, (_, y) => {
      const row = plane.subarray(y * width, (y + 1) * width);
      return Buffer.concat([Buffer.from([width - 1]), row]);
    }),
  );
  const counts = rows.map(({ length }) => {
    const bytes = Buffer.alloc(isLarge ? 4 : 2);
    bytes.writeUIntBE(length, 0, bytes.length);
    return bytes;
  });
  return Buffer.concat([Buffer.from([0, 1]), ...counts, ...rows]);
}

const plane = (channel: number) => Uint8Array.from({ length: width * height }, (_, i) => written[i * 3 + channel] ?? 0);
const colours = [plane(0), plane(1), plane(2)];
const noise = Buffer.alloc(5000, 0xa5);

describe('a Photoshop file', () => {
  it.each([
    ['without compression', { mode: 3, planes: colours }],
    ['packed', { mode: 3, planes: colours, packed: true }],
    ['large, packed', { mode: 3, planes: colours, packed: true, isLarge: true }],
    ['with layers', { mode: 3, planes: colours, layers: noise, packed: true }],
    ['large, with layers', { mode: 3, planes: colours, layers: noise, isLarge: true }],
    ['with a selection', { mode: 3, planes: [...colours, new Uint8Array(width * height)], packed: true }],
    [
      'of 16 bits',
      { mode: 3, depth: 16, planes: colours.map((levels) => Uint8Array.from([...levels].flatMap((v) => [v, v]))) },
    ],
  ] as const)('has the pixels that were written: %s', async (_, file) => {
    const image = await decodeImage(psd(file));
    expect(image).toMatchObject({ format: 'Photoshop (PSD)', width, height, originalWidth: width, orientation: 1 });
    expect(largestDifference(image.pixels, written)).toBe(0);
  });

  it('of greys, of duotones and of a palette has its colours', async () => {
    const grey = pixelsOf((x) => [(5 * x) % 256, (5 * x) % 256, (5 * x) % 256]);
    for (const mode of [1, 8]) {
      const { pixels } = await decodeImage(
        psd({ mode, planes: [plane(0)], palette: mode === 8 ? noise.subarray(0, 20) : Buffer.alloc(0) }),
      );
      expect(largestDifference(pixels, grey)).toBe(0);
    }
    const palette = Buffer.alloc(768);
    for (let i = 0; i < 256; i++) palette.set([255 - i], i);
    const { pixels } = await decodeImage(psd({ mode: 2, planes: [plane(0)], palette }));
    expect(
      largestDifference(
        pixels,
        pixelsOf((x) => [255 - ((5 * x) % 256), 0, 0]),
      ),
    ).toBe(0);
  });

  it('in CMYK is converted as a TIFF of the same inks is', async () => {
    const inks = [plane(0), plane(1), plane(2), new Uint8Array(width * height).fill(40)];
    const { pixels } = await decodeImage(psd({ mode: 4, planes: inks.map((levels) => levels.map((v) => 255 - v)) }));
    const interleaved = Buffer.from(
      Array.from({ length: width * height }, (_, i) => inks.map((ink) => ink[i] ?? 0)).flat(),
    );
    const tiff = await decodeImage(buildTiff([{ width, height, samples: interleaved, tags: { 262: 5 } }]));
    expect(largestDifference(pixels, tiff.pixels)).toBeLessThanOrEqual(1);
    expect(largestDifference(pixels, written)).toBeGreaterThan(10);
  });

  it('with a colour profile is converted from it', async () => {
    const profile = await displayP3();
    const { pixels } = await decodeImage(psd({ mode: 3, planes: colours, resources: [[1039, profile]] }));
    const tagged = taggedTiff({ pixels: written, width, height, channels: 3, profile });
    expect(largestDifference(pixels, await sharp(tagged).toColourspace('srgb').raw().toBuffer())).toBe(0);
    expect(largestDifference(pixels, written)).toBeGreaterThan(10);
  });

  it('is turned by its EXIF, else by its XMP', async () => {
    const xmp = Buffer.from('<rdf:Description tiff:Orientation="8"/>');
    const file = (...resources: (readonly [number, Uint8Array])[]) => psd({ mode: 3, planes: colours, resources });
    expect(await decodeImage(file([1060, xmp]))).toMatchObject({ width, height, orientation: 8 });
    expect(await decodeImage(file([1060, xmp], [1058, exifWithOrientation(6)]))).toMatchObject({ orientation: 6 });
  });

  it('without a merged picture is refused, with what to do', async () => {
    const version = Buffer.from([0, 0, 0, 1, 0]);
    expect(await refusal(psd({ mode: 3, planes: colours, resources: [[1057, version]] }))).toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message:
        'This PSD was saved without a merged picture; Vignette cannot read that: save it with maximized compatibility.',
    });
  });

  it.each([
    [{ mode: 7, planes: colours }, 'stores multichannel colours'],
    [{ mode: 3, planes: colours, depth: 32 }, 'has 32 bits a channel'],
  ] as const)('of a rare kind is refused by name: %#', async (file, what) => {
    expect(await refusal(psd(file))).toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: `This PSD ${what}; Vignette cannot read that: save a copy as PNG or JPEG.`,
    });
  });

  it('that ends early, wherever, is refused', async () => {
    for (const file of [psd({ mode: 3, planes: colours }), psd({ mode: 3, planes: colours, packed: true })]) {
      for (const length of [10, 28, 33, 40, 300, file.length - 1]) {
        expect(await refusal(file.subarray(0, length))).toMatchObject({ code: 'IMAGE_CORRUPT' });
      }
    }
  });

  it('that claims to be enormous, or empty, is refused before it is read', async () => {
    expect(await refusal(psd({ mode: 3, planes: colours, size: [300_000, 300_000], isLarge: true }))).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      details: { width: 300_000, height: 300_000, maxPixels: 100_000_000 },
    });
    expect(await refusal(psd({ mode: 3, planes: colours, size: [0, 5] }))).toMatchObject({ code: 'IMAGE_EMPTY' });
    const lying = psd({ mode: 3, planes: colours });
    lying.writeUInt32BE(0xffffffff, 30);
    expect(await refusal(lying)).toMatchObject({ code: 'IMAGE_CORRUPT' });
  });
});
