/** @file Every photo becomes a file that the models' decoder and browsers open. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HeifDecoder } from '../../../main/library/images/heif/heifDecoder.ts';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { colourDistance, contentOf, corners, cornersPicture, shown, turnedPicture } from './pictures.ts';
import { dngFile } from './rawFile.ts';

const heic = path.join(import.meta.dirname, '../../fixtures/images/turnedDisplayP3.heic');
let tools: ImageTools;

beforeAll(async () => {
  tools = await openImageTools();
});
afterAll(() => tools[Symbol.asyncDispose]());

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(tools.folder, name);
  await writeFile(file, bytes);
  return file;
}

describe('a viewable file', () => {
  it('is the photo itself where it can be opened as it is', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
      const file = await written(`plain.${format}`, await cornersPicture(64, 48).toFormat(format).toBuffer());
      expect(await tools.renditions.viewableFile(await contentOf(file))).toBe(file);
    }
  });

  it('of a HEIC is an upright sRGB JPEG in full size, which the models read', async () => {
    const file = await tools.renditions.viewableFile(await contentOf(heic));
    expect(path.dirname(path.dirname(file))).toBe(tools.renditionFolder);
    const picture = await shown(file);
    expect([picture.width, picture.height]).toEqual([64, 96]);
    const decoded = await decodeImage(file);
    expect(decoded).toMatchObject({ width: 64, height: 96, orientation: 1, format: 'JPEG' });
    const [topLeft] = corners;
    const at = (24 * 64 + 48) * 3;
    const topRight = [decoded.pixels[at] ?? 0, decoded.pixels[at + 1] ?? 0, decoded.pixels[at + 2] ?? 0] as const;
    expect(colourDistance([topRight], topLeft === undefined ? [] : [topLeft])).toBeLessThan(10);
  });

  it('of a JPEG 2000 is an upright sRGB JPEG in full size, which shows what the photo shows', async () => {
    const source = await readFile(path.join(import.meta.dirname, '../../fixtures/images/jpeg2000/rgb.jp2'));
    const photo = await contentOf(await written('photo.jp2', source));
    const file = await tools.renditions.viewableFile(photo);
    expect(path.dirname(path.dirname(file))).toBe(tools.renditionFolder);
    const [copy, itself] = [await decodeImage(file), await decodeImage(source)];
    expect(copy).toMatchObject({ format: 'JPEG', width: 48, height: 32, orientation: 1 });
    const difference = copy.pixels.reduce((sum, level, i) => sum + Math.abs(level - (itself.pixels[i] ?? 999)), 0);
    expect(difference / copy.pixels.length).toBeLessThan(3);
    expect(await shown(await tools.thumbnails.get(photo, 256))).toMatchObject({ width: 48, height: 32 });
    expect(await tools.metadata.read(photo.path)).toMatchObject({
      format: 'JPEG 2000',
      shownSize: { width: 48, height: 32 },
    });
  });

  it('of a JPEG XL is turned as its codestream says, and so is its size', async () => {
    const source = await readFile(path.join(import.meta.dirname, '../../fixtures/images/jpegXl/turned.jxl'));
    const photo = await contentOf(await written('photo.jxl', source));
    expect(await decodeImage(await tools.renditions.viewableFile(photo))).toMatchObject({ width: 32, height: 48 });
    expect(await shown(await tools.thumbnails.get(photo, 256))).toMatchObject({ width: 32, height: 48 });
    expect(await tools.metadata.read(photo.path)).toMatchObject({
      format: 'JPEG XL',
      orientation: 6,
      storedSize: { width: 48, height: 32 },
      shownSize: { width: 32, height: 48 },
    });
  });

  it.each([
    ['Photoshop (PSD)', '8BPS\0\x01'],
    ['JPEG XL', '\xff\x0a\0\0'],
    ['JPEG 2000', '\xff\x4f\xff\x51'],
  ])('is refused as damaged for a %s that is nothing but its beginning', async (name, head) => {
    const file = await written(`${name.slice(-3)}.bin`, Buffer.from(head.padEnd(64, '\0'), 'latin1'));
    const made = tools.renditions.viewableFile(await contentOf(file));
    await expect(made).rejects.toMatchObject({ code: 'IMAGE_CORRUPT', details: { path: file } });
  });

  it('is made once for all who ask at the same time, and kept', async () => {
    const photo = await contentOf(heic);
    const files = await Promise.all([1, 2, 3].map(() => tools.renditions.viewableFile(photo)));
    expect(new Set(files).size).toBe(1);
    const { mtimeMs } = await stat(files[0] ?? '');
    await tools.renditions.viewableFile(photo);
    expect((await stat(files[0] ?? '')).mtimeMs).toBe(mtimeMs);
  });

  it.each([1, 3, 6, 8])('of a raw file is its preview, upright under orientation %i', async (orientation) => {
    const [width, height] = orientation >= 5 ? [600, 800] : [800, 600];
    const preview = await (await turnedPicture(width, height, orientation))
      .withMetadata({ orientation: 1 })
      .jpeg()
      .toBuffer();
    const file = await written(`raw${orientation}.dng`, dngFile(preview, orientation));
    const picture = await shown(await tools.renditions.viewableFile(await contentOf(file)));
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(colourDistance(picture.corners, corners)).toBeLessThan(12);
  });

  it('is refused for a raw file whose preview is a thumbnail, or damaged, or missing', async () => {
    const small = await cornersPicture(160, 120).jpeg({ quality: 100 }).toBuffer();
    const file = await written('small.dng', dngFile(small, 1));
    await expect(tools.renditions.viewableFile(await contentOf(file))).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message:
        'This DNG raw file holds only a preview of 160 pixels, too small to be captioned; save a copy as JPEG or PNG.',
    });
    const without = await written('without.dng', dngFile(new Uint8Array(3000), 1));
    await expect(tools.renditions.viewableFile(await contentOf(without))).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      details: { path: without },
    });
    const large = await sharp({
      create: {
        width: 800,
        height: 600,
        channels: 3,
        background: '#123',
        noise: { type: 'gaussian', mean: 90, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer();
    const cut = Buffer.concat([large.subarray(0, large.byteLength / 2), Buffer.alloc(large.byteLength / 2)]);
    const damaged = await written('damaged.dng', dngFile(cut, 1));
    await expect(tools.renditions.viewableFile(await contentOf(damaged))).rejects.toMatchObject({
      code: 'IMAGE_CORRUPT',
    });
  });

  it('is not made of what a raw file passes off as a preview, drawings above all', async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600"/></svg>`;
    const png = await cornersPicture(800, 600).png().toBuffer();
    for (const [name, preview] of Object.entries({ svg: Buffer.from(svg), svgz: gzipSync(svg.repeat(3)), png })) {
      const file = await written(`${name}.dng`, dngFile(preview, 1));
      await expect(tools.renditions.viewableFile(await contentOf(file)), name).rejects.toMatchObject({
        code: 'IMAGE_UNSUPPORTED',
        message: 'Vignette cannot read DNG raw files; save a copy as JPEG or PNG.',
      });
    }
  });

  it('is refused for a HEIC that ends early, with its reason, and the decoder goes on', async () => {
    const bytes = await readFile(heic);
    for (const length of [40, 300, bytes.byteLength - 100]) {
      const cut = await written(`cut${length}.heic`, bytes.subarray(0, length));
      await expect(tools.renditions.viewableFile(await contentOf(cut))).rejects.toMatchObject({
        code: 'IMAGE_CORRUPT',
        details: { path: cut },
      });
    }
    const whole = await written('whole.heic', Buffer.concat([bytes, Buffer.from('more')]));
    expect(await shown(await tools.renditions.viewableFile(await contentOf(whole)))).toMatchObject({ width: 64 });
  });

  it.each([
    ['JPEG XR', 'II\xbc'],
    ['DirectDraw (DDS)', 'DDS '],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['OpenEXR', 'v/1\x01'],
  ])('is refused by name for a %s without a picture in it', async (name, head) => {
    const file = await written(`${name.slice(0, 4)}.bin`, Buffer.from(head.padEnd(64, '\0'), 'latin1'));
    await expect(tools.renditions.viewableFile(await contentOf(file))).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: `Vignette cannot read ${name} files; save a copy as JPEG or PNG.`,
    });
  });

  it('is refused for a folder, a missing file and an empty one', async () => {
    const folder = path.join(tools.folder, 'folder.jpg');
    await mkdir(folder);
    const refused = async (file: string) => {
      const photo = { path: file, fingerprint: 'ab' };
      return await tools.renditions.viewableFile(photo).catch((error: unknown) => error);
    };
    expect(await refused(folder)).toMatchObject({ code: 'IMAGE_NOT_A_FILE' });
    expect(await refused(path.join(tools.folder, 'missing.jpg'))).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    expect(await refused(await written('empty.jpg', new Uint8Array(0)))).toMatchObject({ code: 'IMAGE_EMPTY' });
  });
});

describe('the HEIC decoder', () => {
  it('gives up a picture that takes too long, and decodes the next one', async () => {
    await using hasty = new HeifDecoder(1);
    await expect(hasty.decode(heic)).rejects.toMatchObject({ code: 'IMAGE_DECODER_TIMEOUT' });
    await using patient = new HeifDecoder();
    const pictures = await Promise.all([patient.decode(heic), patient.decode(heic)]);
    expect(pictures.map(({ width, height }) => [width, height])).toEqual([
      [64, 96],
      [64, 96],
    ]);
  });

  it('says how much memory a picture takes that has no room', async () => {
    await using decoder = new HeifDecoder();
    await expect(decoder.decode(heic, 1000)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      details: { width: 64, height: 96, neededBytes: 64 * 96 * 12 },
    });
  });

  it('writes nothing while a thumbnail is made', async () => {
    await using other = await openImageTools();
    await other.thumbnails.get(await contentOf(heic), 256);
    await expect(readdir(other.renditionFolder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
