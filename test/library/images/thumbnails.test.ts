/** @file Thumbnails of pictures of every kind: upright, in sRGB, of the right size, and from the cache the second time. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiskCache } from '../../../main/library/files/diskCache.ts';
import { forkPictures } from '../../../main/library/images/process/pictureProcesses.ts';
import { type PictureWork, pictureRequestSchema } from '../../../main/library/images/process/pictureProtocol.ts';
import type { ThumbnailPx } from '../../../main/library/images/thumbnailSizes.ts';
import { Thumbnails } from '../../../main/library/images/thumbnails.ts';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { colourDistance, contentOf, corners, cornersPicture, greyJpeg, shown, turnedPicture } from './pictures.ts';
import { dngFile } from './rawFile.ts';

let tools: ImageTools;

beforeAll(async () => {
  tools = await openImageTools();
});
afterAll(() => tools[Symbol.asyncDispose]());

async function thumbnailOf(name: string, bytes: Uint8Array, size: ThumbnailPx = 256) {
  const file = path.join(tools.folder, name);
  await writeFile(file, bytes);
  return await shown(await tools.thumbnails.get(await contentOf(file), size));
}

describe('a thumbnail', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('stands upright under orientation %i', async (orientation) => {
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      const picture = await turnedPicture(600, 400, orientation);
      const thumbnail = await thumbnailOf(`turned${orientation}.${format}`, await picture.toFormat(format).toBuffer());
      expect([thumbnail.width, thumbnail.height], format).toEqual([256, 171]);
      expect(colourDistance(thumbnail.corners, corners), format).toBeLessThan(12);
    }
  });

  it('has at most the asked size, and a small picture’s own', async () => {
    const large = await cornersPicture(2000, 1000).jpeg().toBuffer();
    expect(await thumbnailOf('large.jpg', large, 1600)).toMatchObject({ width: 1600, height: 800 });
    expect(await thumbnailOf('large.jpg', large, 512)).toMatchObject({ width: 512, height: 256 });
    expect(await thumbnailOf('small.png', await cornersPicture(40, 30).png().toBuffer(), 1600)).toMatchObject({
      width: 40,
      height: 30,
    });
    expect(await thumbnailOf('long.png', await cornersPicture(3000, 2).png().toBuffer())).toMatchObject({
      width: 256,
      height: 1,
    });
  });

  const wide = (profile: string): ((picture: Sharp) => Sharp) => {
    return (picture) => picture.withIccProfile(profile);
  };
  const kinds: readonly (readonly [string, (picture: Sharp) => Sharp])[] = [
    ['a Display P3 JPEG', (picture) => wide('p3')(picture).jpeg({ quality: 98, chromaSubsampling: '4:4:4' })],
    ['a Display P3 PNG', (picture) => wide('p3')(picture).png()],
    ['a 16-bit Display P3 PNG', (picture) => wide('p3')(picture).toColourspace('rgb16').png()],
    ['a Display P3 WebP', (picture) => wide('p3')(picture).webp({ lossless: true })],
    ['a Display P3 TIFF', (picture) => wide('p3')(picture).tiff()],
    ['a CMYK JPEG', (picture) => picture.withIccProfile('cmyk').toColourspace('cmyk').jpeg({ quality: 98 })],
    ['an AVIF', (picture) => picture.avif({ quality: 90 })],
    ['a GIF', (picture) => picture.gif()],
    ['a progressive JPEG', (picture) => picture.jpeg({ progressive: true, quality: 95 })],
    ['a palette PNG', (picture) => picture.png({ palette: true })],
  ];
  it.each(kinds)('shows %s in its own colours', async (name, encode) => {
    const bytes = await encode(cornersPicture(320, 240)).toBuffer();
    const thumbnail = await thumbnailOf(`${name}.bin`, bytes);
    // Printing ink cannot show all of them.
    const [compared, meant] = name.includes('CMYK')
      ? [thumbnail.corners.slice(3), corners.slice(3)]
      : [thumbnail.corners, corners];
    expect(colourDistance(compared, meant)).toBeLessThan(name.includes('CMYK') ? 25 : 12);
  });

  it.each(kinds)('shows %s as the models see it', async (name, encode) => {
    const bytes = await encode(cornersPicture(320, 240)).toBuffer();
    const { pixels, width, height } = await decodeImage(bytes);
    const seen = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const thumbnail = await thumbnailOf(`${name}.bin`, bytes);
    expect(colourDistance(thumbnail.corners, (await shown(seen)).corners)).toBeLessThan(8);
  });

  it('would show other colours if the profile were ignored', async () => {
    const bytes = await wide('p3')(cornersPicture(320, 240)).jpeg({ quality: 98 }).toBuffer();
    const { data } = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
    expect(colourDistance([[data[0] ?? 0, data[1] ?? 0, data[2] ?? 0]], corners.slice(0, 1))).toBeGreaterThan(8);
  });

  it('lays transparency over a neutral grey', async () => {
    const background = { r: 255, g: 0, b: 0, alpha: 0 };
    const clear = sharp({ create: { width: 64, height: 64, channels: 4, background } });
    const thumbnail = await thumbnailOf('clear.png', await clear.png().toBuffer());
    expect(colourDistance(thumbnail.corners, Array(4).fill([0x9a, 0x9a, 0x9a]))).toBeLessThan(4);
  });

  it('shows the first frame of an animation', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((background) =>
        sharp({ create: { width: 50, height: 50, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const animated = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const thumbnail = await thumbnailOf('animated.gif', animated);
    expect(thumbnail).toMatchObject({ width: 50, height: 50 });
    expect(colourDistance(thumbnail.corners, Array(4).fill([255, 0, 0]))).toBeLessThan(6);
  });

  it.each(['turnedDisplayP3.heic', 'mirroredTurnedDisplayP3.heic'])('shows %s upright and in sRGB', async (name) => {
    const file = path.join(import.meta.dirname, '../../fixtures/images', name);
    const thumbnail = await shown(await tools.thumbnails.get(await contentOf(file), 512));
    const [topLeft, topRight, bottomLeft, bottomRight] = corners;
    // Stored as the corners say; a quarter turn clockwise, or one counter-clockwise and then top and bottom exchanged.
    const turned = [bottomLeft, topLeft, bottomRight, topRight];
    const transposed = [topLeft, bottomLeft, topRight, bottomRight];
    const expected = (name.startsWith('turned') ? turned : transposed).flatMap((colour) => (colour ? [colour] : []));
    expect([thumbnail.width, thumbnail.height]).toEqual([64, 96]);
    expect(colourDistance(thumbnail.corners, expected)).toBeLessThan(12);
    expect((await tools.metadata.read(file)).shownSize).toEqual({ width: 64, height: 96 });
  });

  it('comes from a raw file’s preview, turned as the raw file says', async () => {
    const preview = await (await turnedPicture(800, 600, 8)).withMetadata({ orientation: 1 }).jpeg().toBuffer();
    const thumbnail = await thumbnailOf('photo.dng', dngFile(preview, 8));
    expect([thumbnail.width, thumbnail.height]).toEqual([256, 192]);
    expect(colourDistance(thumbnail.corners, corners)).toBeLessThan(12);
  });

  it('of a baseline JPEG is made beyond the models’ limit of pixels, up to its own', async () => {
    const huge = await greyJpeg(18_000, 16_000);
    expect(await thumbnailOf('huge.jpg', huge)).toMatchObject({ width: 256, height: 228 });
    const beyond = await greyJpeg(8, 8);
    const frameAt = beyond.indexOf(Buffer.from([0xff, 0xc0]));
    beyond.writeUInt32BE(40_000 * 0x10000 + 30_000, frameAt + 5);
    await expect(thumbnailOf('beyond.jpg', beyond)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  it('is refused for what is no picture, with the reason and the path', async () => {
    const file = path.join(tools.folder, 'text.jpg');
    await writeFile(file, 'not a picture');
    const failure = await tools.thumbnails.get(await contentOf(file), 256).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ImageError);
    expect(failure).toMatchObject({ code: 'IMAGE_NOT_AN_IMAGE', details: { path: file } });
  });
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('thumbnails', () => {
  async function photo(name: string, shade: number) {
    const file = path.join(tools.folder, name);
    const background = { r: shade, g: 99, b: 99 };
    await writeFile(
      file,
      await sharp({ create: { width: 1800, height: 900, channels: 3, background } })
        .png()
        .toBuffer(),
    );
    return await contentOf(file);
  }

  async function keptSizes(fingerprint: string, folder: string): Promise<string[]> {
    const names = await readdir(path.join(folder, fingerprint.slice(0, 2)));
    return names
      .filter((name) => name.startsWith(fingerprint))
      .map((name) => name.slice(fingerprint.length))
      .sort();
  }

  it('are made in one piece of work for all who ask, the smaller sizes with the largest', async () => {
    const worked: PictureWork[] = [];
    const gate = Promise.withResolvers<void>();
    await using other = await openImageTools({
      photosAtOnce: 1,
      startProcess: (listeners) => {
        const connection = forkPictures(listeners);
        const send = (message: unknown) => {
          worked.push(pictureRequestSchema.parse(message).work);
          void gate.promise.then(() => connection.send(message));
        };
        return { ...connection, send };
      },
    });
    let askers = 0;
    const copyOf = async () => {
      askers += 1;
      return undefined;
    };
    const cache = new DiskCache({ folder: other.thumbnailFolder, maxBytes: 1e9 });
    const thumbnails = new Thumbnails({ ...other, cache, renditions: { copyOf } });
    const [before, asked] = [await photo('before.png', 8), await photo('asked.png', 1)];
    const first = thumbnails.get(before, 256);
    while (worked.length === 0) await nextTurn();
    const asking = ([256, 1600, 512, 256] as const).map((size) => thumbnails.get(asked, size));
    while (askers < 5) await nextTurn();
    await nextTurn();
    gate.resolve();
    const answers = await Promise.all(asking);
    await first;
    const widths = (await Promise.all(answers.map((bytes) => shown(bytes)))).map(({ width }) => width);
    expect(widths).toEqual([256, 1600, 512, 256]);
    expect(await keptSizes(asked.fingerprint, other.thumbnailFolder)).toEqual(['-1600.webp', '-256.webp', '-512.webp']);
    expect(worked.filter((work) => work.type === 'thumbnails' && work.file === asked.path)).toHaveLength(1);
    await cache.settled();
  });

  it('outlive the photo’s name and are read from the cache', async () => {
    const before = await photo('before.png', 2);
    const made = await tools.thumbnails.get(before, 256);
    await rm(before.path);
    const again = await tools.thumbnails.get({ ...before, path: path.join(tools.folder, 'moved.png') }, 256);
    expect(Buffer.from(again).equals(made)).toBe(true);
  });

  it('are made again where the kept file is damaged', async () => {
    const damaged = await photo('damaged.png', 3);
    const made = await tools.thumbnails.get(damaged, 256);
    const file = path.join(tools.thumbnailFolder, damaged.fingerprint.slice(0, 2), `${damaged.fingerprint}-256.webp`);
    await writeFile(file, (await readFile(file)).subarray(0, 60));
    expect(Buffer.from(await tools.thumbnails.get(damaged, 256)).equals(made)).toBe(true);
    expect((await readFile(file)).byteLength).toBeGreaterThan(60);
  });

  it('are shown even where they cannot be kept, and the reason is told', async () => {
    await using other = await openImageTools();
    await writeFile(other.thumbnailFolder, 'a file where the folder should be');
    const bytes = await other.thumbnails.get(await photo('unkept.png', 4), 256);
    expect(await shown(bytes)).toMatchObject({ width: 256, height: 128 });
    expect(other.problems.length).toBeGreaterThan(0);
  });

  it('nobody waits for any more are not made; others who wait still get theirs', async () => {
    await using other = await openImageTools({ photosAtOnce: 1 });
    const photos = await Promise.all([5, 6, 7].map((shade) => photo(`queue${shade}.png`, shade)));
    const [first, second, third] = photos;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three photos were made');
    const abandoned = new AbortController();
    const one = other.thumbnails.get(first, 256, { priority: 2 });
    const two = other.thumbnails.get(second, 256, { signal: abandoned.signal });
    const third1 = other.thumbnails.get(third, 256, { signal: abandoned.signal });
    const third2 = other.thumbnails.get(third, 256);
    setImmediate(() => abandoned.abort());
    const outcomes = await Promise.allSettled([one, two, third1, third2]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: abandoned.signal.reason });
    const kept = await readdir(other.thumbnailFolder, { recursive: true });
    expect(kept.some((name) => name.includes(second.fingerprint))).toBe(false);
    expect(kept.some((name) => name.includes(third.fingerprint))).toBe(true);
  });
});
