/**
 * @file Damaged pictures and metadata: each ends with a picture or with a reason. VIGNETTE_FUZZ=full takes all 2,000
 * pictures and 500 metadata blocks instead of every fifth; a number tells which damage it was.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhotoMetadata } from '../../../main/library/images/photoMetadata.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { bombs } from './bombs.ts';
import { damaged, flipBits, type Seed } from './damage.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { contentOf, cornersPicture } from './pictures.ts';
import { dngFile } from './rawFile.ts';

const full = process.env.VIGNETTE_FUZZ === 'full';
const every = full ? 1 : 5;
const pictures = 2000;
const metadataBlocks = 500;
const extensions = ['jpg', 'png', 'heic', 'dng', 'tif', 'webp', 'jp2', 'jxl'];
/** Two for each of the two processors of a small machine. */
const atOnce = 4;

let tools: ImageTools;
let seeds: readonly Seed[];

const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 exif:DateTimeOriginal="2020-02-03T04:05:06" exif:GPSLatitude="10,20.5N" exif:GPSLongitude="30,40.25W">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>one</rdf:li><rdf:li>two</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>`;

const exif = {
  IFD0: { Make: 'Maker', Model: 'Model 1', ImageDescription: 'A description' },
  IFD2: { DateTimeOriginal: '2024:05:03 10:11:12', OffsetTimeOriginal: '+02:00', LensModel: 'Lens', FNumber: '18/10' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '33/1 51/1 24/1', GPSLongitudeRef: 'E', GPSLongitude: '15/1 12/1 5/1' },
};

async function makeSeeds(): Promise<Seed[]> {
  const picture = () => cornersPicture(96, 64).withMetadata({ orientation: 6, exif }).withIccProfile('p3');
  const frames = await Promise.all([1, 2, 3].map(() => cornersPicture(40, 30).png().toBuffer()));
  const animated = () => sharp(frames, { join: { animated: true } });
  const fixture = (name: string) => readFile(path.join(import.meta.dirname, '../../fixtures/images', name));
  const preview = await cornersPicture(640, 480).jpeg().toBuffer();
  return [
    { name: 'JPEG', bytes: await picture().withXmp(xmp).jpeg().toBuffer() },
    { name: 'progressive JPEG', bytes: await picture().jpeg({ progressive: true }).toBuffer() },
    { name: 'PNG', bytes: await picture().png().toBuffer() },
    {
      name: 'interlaced PNG',
      bytes: await cornersPicture(50, 50).ensureAlpha(0.5).png({ progressive: true }).toBuffer(),
    },
    { name: 'WebP', bytes: await picture().webp().toBuffer() },
    { name: 'lossless WebP', bytes: await cornersPicture(90, 60).ensureAlpha(0.5).webp({ lossless: true }).toBuffer() },
    { name: 'animated WebP', bytes: await animated().webp().toBuffer() },
    { name: 'GIF', bytes: await cornersPicture(60, 60).gif().toBuffer() },
    { name: 'animated GIF', bytes: await animated().gif().toBuffer() },
    { name: 'TIFF', bytes: await picture().tiff({ compression: 'lzw' }).toBuffer() },
    { name: 'tiled TIFF', bytes: await cornersPicture(60, 60).tiff({ tile: true, compression: 'jpeg' }).toBuffer() },
    { name: 'AVIF', bytes: await cornersPicture(64, 48).avif().toBuffer() },
    { name: 'HEIC', bytes: await fixture('turnedDisplayP3.heic') },
    { name: 'JPEG 2000', bytes: await fixture('jpeg2000/tiled.jp2') },
    { name: 'JPEG XL', bytes: await fixture('jpegXl/turned.jxl') },
    { name: 'raw file', bytes: dngFile(preview, 6) },
  ];
}

beforeAll(async () => {
  tools = await openImageTools();
  seeds = await makeSeeds();
});
afterAll(() => tools[Symbol.asyncDispose]());

function* everyOf(count: number): Generator<number> {
  for (let number = 0; number < count; number += every) yield number;
}

/** Runs the numbers through a few at a time. */
async function throughAll(numbers: Iterable<number>, action: (number: number) => Promise<void>): Promise<void> {
  const rest = numbers[Symbol.iterator]();
  const worker = async () => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await action(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

interface Outcome {
  readonly name: string;
  readonly picture: Uint8Array | ImageError;
  readonly metadata: PhotoMetadata | ImageError;
}

async function outcomeOf({ name, bytes }: Seed, extension: string): Promise<Outcome> {
  const file = path.join(tools.folder, `${name}.${extension}`);
  await writeFile(file, bytes);
  const refusal = (error: unknown): ImageError => {
    if (error instanceof ImageError) return error;
    throw new Error(`${name} was neither read nor refused`, { cause: error });
  };
  const picture = await contentOf(file)
    .then((photo) => tools.thumbnails.get(photo, 256))
    .catch(refusal);
  const metadata = await tools.metadata.read(file).catch(refusal);
  await rm(file);
  return { name, picture, metadata };
}

function expectReason(error: ImageError, name: string): void {
  expect(error.message, name).toMatch(/^[A-Z].{10,}\.$/);
  expect(error.code, name).toMatch(/^IMAGE_/);
  expect(error.details.path, name).toContain(name.slice(0, 4).trim());
}

async function expectPictureOrReason({ name, picture, metadata }: Outcome): Promise<void> {
  if (picture instanceof ImageError) expectReason(picture, name);
  else expect(Math.max(...Object.values(await sizeOf(picture))), name).toBeLessThanOrEqual(256);
  if (metadata instanceof ImageError) expectReason(metadata, name);
  else expectSound(metadata, name);
}

async function sizeOf(picture: Uint8Array): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(picture).metadata();
  return { width, height };
}

/** Whatever the bytes say, what is made of them keeps its promises. */
function expectSound(metadata: PhotoMetadata, name: string): void {
  const { orientation, takenAt, position, info, camera } = metadata;
  expect([1, 2, 3, 4, 5, 6, 7, 8], name).toContain(orientation);
  if (takenAt !== null) {
    expect(takenAt.local, name).toMatch(/^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{3})?)?)?)?$/);
    expect(Number.isFinite(takenAt.sortMs), name).toBe(true);
  }
  if (position !== null) {
    expect(Math.abs(position.latitude), name).toBeLessThanOrEqual(90);
    expect(Math.abs(position.longitude), name).toBeLessThanOrEqual(180);
  }
  const written = [
    info.texts.map(({ text }) => text),
    info.keywords.map(({ path }) => path),
    info.people.map(({ name }) => name),
  ];
  const places = info.places.flatMap(({ sublocation, city, state, country }) => [sublocation, city, state, country]);
  const texts = [...written.flat(), ...places, camera.make, camera.model, camera.lens];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  for (const text of texts) expect(text ?? '', name).not.toMatch(/[\u0000-\u0008\u000e-\u001f]/);
}

describe('damaged pictures', () => {
  it(`end with a thumbnail or with a reason (${pictures / every} of ${pictures})`, async () => {
    const codes = new Map<string, number>();
    await throughAll(everyOf(pictures), async (number) => {
      // By all names in turn, whatever it is.
      const extension = extensions[Math.floor(number / 3) % extensions.length] ?? 'jpg';
      const outcome = await outcomeOf(damaged(seeds, number), extension);
      await expectPictureOrReason(outcome);
      const code = outcome.picture instanceof ImageError ? outcome.picture.code : 'shown';
      codes.set(code, (codes.get(code) ?? 0) + 1);
    });
    // The damage is neither harmless nor total.
    expect(codes.get('shown')).toBeGreaterThan(pictures / every / 10);
    expect(codes.get('IMAGE_CORRUPT')).toBeGreaterThan(pictures / every / 10);
    console.info(Object.fromEntries(codes));
  }, 600_000);

  it('that claim to be enormous or lead in circles are refused, or shown where that is safe', async () => {
    for (const bomb of await bombs()) {
      const outcome = await outcomeOf(bomb, 'bin');
      await expectPictureOrReason(outcome);
      const isSafe = /20,000|leads back/.test(bomb.name);
      expect(outcome.picture instanceof ImageError, bomb.name).toBe(!isSafe);
    }
  }, 120_000);
});

describe('damaged metadata', () => {
  it(`end with what could be read (${metadataBlocks / every} of ${metadataBlocks})`, async () => {
    const picture = cornersPicture(60, 40).withMetadata({ orientation: 6, exif }).withIccProfile('p3').withXmp(xmp);
    const whole = withIptc(await picture.jpeg().toBuffer());
    const picturesAt = whole.indexOf(Buffer.from([0xff, 0xdb]));
    const blocks = segmentsOf(whole).filter(({ to }) => to <= picturesAt);
    await throughAll(everyOf(metadataBlocks), async (number) => {
      const random = randomNumbers(number * 104_729 + 3);
      const block = blocks[number % blocks.length];
      if (block === undefined) throw new Error('the picture has metadata');
      const bytes = flipBits(whole, block, 1 + Math.floor(random() * 12), random);
      const outcome = await outcomeOf({ name: `${number} metadata`, bytes }, 'jpg');
      await expectPictureOrReason(outcome);
      // The picture itself is whole: it shows, whatever is written about it.
      expect(outcome.picture, outcome.name).toBeInstanceOf(Uint8Array);
      expect(outcome.metadata, outcome.name).toMatchObject({ storedSize: { width: 60, height: 40 } });
    });
  }, 600_000);
});

/** The bodies of the application segments, without their lengths. */
function segmentsOf(jpeg: Buffer): { from: number; to: number }[] {
  const segments: { from: number; to: number }[] = [];
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg[at + 1] ?? 0;
    if (marker >= 0xe1 && marker <= 0xef) segments.push({ from: at + 4, to: at + 2 + jpeg.readUInt16BE(at + 2) });
  }
  return segments;
}

function withIptc(jpeg: Buffer): Buffer {
  const dataSet = (number: number, text: string) => {
    const head = Buffer.from([0x1c, 2, number, 0, text.length]);
    return Buffer.concat([head, Buffer.from(text, 'latin1')]);
  };
  const iptc = Buffer.concat([
    dataSet(5, 'A name'),
    dataSet(25, 'keyword'),
    dataSet(55, '20200102'),
    dataSet(120, 'Text'),
  ]);
  const resource = Buffer.alloc(12);
  resource.write('8BIM', 0, 'latin1');
  resource.writeUInt16BE(0x0404, 4);
  resource.writeUInt32BE(iptc.byteLength, 8);
  const padding = Buffer.alloc(iptc.byteLength % 2);
  const body = Buffer.concat([Buffer.from('Photoshop 3.0\0', 'latin1'), resource, iptc, padding]);
  const head = Buffer.from([0xff, 0xed, 0, 0]);
  head.writeUInt16BE(body.byteLength + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
