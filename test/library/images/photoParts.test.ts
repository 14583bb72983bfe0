/** @file Parts of photos, looked at pixel by pixel: the right ones, upright, with every pixel that there is. */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSound, type PhotoPart } from '../../../main/library/images/photoPart.ts';
import { PhotoParts } from '../../../main/library/images/photoParts.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { colourDistance, contentOf, corners, shown, turnedPicture } from './pictures.ts';

let tools: ImageTools;
let parts: PhotoParts;

beforeAll(async () => {
  tools = await openImageTools();
  parts = new PhotoParts(tools);
});
afterAll(() => tools[Symbol.asyncDispose]());

const photo = { width: 1200, height: 800 };
const all: PhotoPart = { left: 0, top: 0, ...photo, shrink: 1, photo };

async function partOf(name: string, bytes: Uint8Array, part: PhotoPart) {
  const file = path.join(tools.folder, name);
  await writeFile(file, bytes);
  return await parts.get(await contentOf(file), part);
}

describe('a part of a photo', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('lies where it is seen under orientation %i', async (orientation) => {
    for (const format of ['jpeg', 'png', 'tiff'] as const) {
      const bytes = await (await turnedPicture(photo.width, photo.height, orientation)).toFormat(format).toBuffer();
      const name = `turned${orientation}.${format}`;
      const whole = await shown(await partOf(name, bytes, all));
      expect(whole, format).toMatchObject(photo);
      expect(colourDistance(whole.corners, corners), format).toBeLessThan(12);
      // Each corner of the photo has a color of its own.
      for (const [index, [left, top]] of (
        [
          [0, 0],
          [900, 0],
          [0, 600],
          [900, 600],
        ] as const
      ).entries()) {
        const bytesOfPart = await partOf(name, bytes, { ...all, left, top, width: 300, height: 200 });
        const part = await shown(bytesOfPart);
        expect(part, format).toMatchObject({ width: 300, height: 200 });
        expect(
          colourDistance(part.corners.slice(index, index + 1), corners.slice(index, index + 1)),
          `${format} ${index}`,
        ).toBeLessThan(12);
      }
    }
  });

  it('has the very pixels of a photo, and fewer when they are asked for', async () => {
    const noise = Buffer.from(Array.from({ length: 400 * 300 * 3 }, (_, index) => (index * 7919) % 251));
    const png = await sharp(noise, { raw: { width: 400, height: 300, channels: 3 } })
      .blur(2)
      .png()
      .toBuffer();
    const size = { width: 400, height: 300 };
    const cut = { left: 50, top: 60, width: 128, height: 64 };
    const jpeg = await partOf('noise.png', png, { ...cut, shrink: 1, photo: size });
    const there = await sharp(jpeg).raw().toBuffer();
    const wanted = await sharp(png).extract(cut).raw().toBuffer();
    const worst = Math.max(...there.map((value, index) => Math.abs(value - (wanted[index] ?? 0))));
    expect(worst).toBeLessThan(12);
    expect(await shown(await partOf('noise.png', png, { ...cut, shrink: 2, photo: size }))).toMatchObject({
      width: 64,
      height: 32,
    });
  });

  it('of a file that shows fewer pixels than the photo has is the same share of it', async () => {
    const bytes = await (await turnedPicture(300, 200, 1)).jpeg().toBuffer();
    const part = await shown(
      await partOf('preview.jpg', bytes, { ...all, left: 600, top: 400, width: 600, height: 400 }),
    );
    expect(part).toMatchObject({ width: 150, height: 100 });
    expect(colourDistance(part.corners.slice(3), corners.slice(3))).toBeLessThan(12);
  });

  it('keeps the colors of its profile', async () => {
    const flat = sharp({ create: { width: 400, height: 300, channels: 3, background: '#c04020' } });
    const p3 = await flat.withIccProfile('p3').jpeg({ quality: 98 }).toBuffer();
    const part = await partOf('p3.jpg', p3, {
      left: 100,
      top: 100,
      width: 50,
      height: 50,
      shrink: 1,
      photo: { width: 400, height: 300 },
    });
    const [made, wanted] = [await shown(part), await shown(p3)];
    expect(colourDistance(made.corners, wanted.corners)).toBeLessThan(6);
  });

  it('is kept nowhere, and one that takes too much memory is no reason for quarantine', async () => {
    expect(await readdir(tools.thumbnailFolder).catch(() => [])).toEqual([]);
    const bytes = await (await turnedPicture(30, 20, 1)).jpeg().toBuffer();
    const file = path.join(tools.folder, 'heavy.jpg');
    await writeFile(file, bytes);
    const content = await contentOf(file);
    const tooMuch = new ImageError('IMAGE_DECODER_MEMORY', 'too large');
    const failing = new PhotoParts({ ...tools, pictures: { part: () => Promise.reject(tooMuch) } });
    await expect(failing.get(content, all)).rejects.toBe(tooMuch);
    expect(() => tools.quarantine.refuseKnown(content)).not.toThrow();
  });

  it('is refused outside of its photo, and where no page could hold it', () => {
    expect(isSound(all)).toBe(true);
    expect(isSound({ ...all, left: 1 })).toBe(false);
    expect(isSound({ ...all, top: 1 })).toBe(false);
    const huge = { width: 20_000, height: 10_000 };
    expect(isSound({ left: 0, top: 0, ...huge, shrink: 1, photo: huge })).toBe(false);
    expect(isSound({ left: 0, top: 0, ...huge, shrink: 2, photo: huge })).toBe(true);
  });
});
