/** @file Writing keywords into a file is no edit of its picture; whatever changes what is seen is one. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool, WriteTags } from 'exiftool-vendored';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { hashPictures } from '../../../main/library/watch/hashPhotos.ts';
import { pictureHash } from '../../../main/library/watch/pictureHash.ts';
import { it } from '../../support/fixtures.ts';
import { plainDetails } from '../../support/photoDetails.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

let exifTool: ExifTool;

beforeAll(async () => {
  exifTool = await startExifTool('This test needs');
});

afterAll(() => exifTool.end());

const picture = sharp({
  create: {
    width: 64,
    height: 48,
    channels: 3,
    background: '#336699',
    noise: { type: 'gaussian', mean: 128, sigma: 60 },
  },
});

function segment(marker: number, content: string): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, Buffer.from(content, 'latin1')]);
}

function chunk(type: string, content: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, Buffer.from(content, 'latin1'), Buffer.alloc(4)]);
}

function inserted(file: Buffer, at: number, what: Buffer): Buffer {
  return Buffer.concat([file.subarray(0, at), what, file.subarray(at)]);
}

function webpWith(file: Buffer, type: string, content: string): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(content.length, 4);
  const longer = Buffer.concat([file, head, Buffer.from(content, 'latin1')]);
  longer.writeUInt32LE(longer.length - 8, 4);
  return longer;
}

/** The bytes of an embedded preview look like an image's own. */
const preview = '\xff\xd8\xff\xd9 a preview';

const jpeg = {
  name: 'a.jpg',
  make: () => picture.clone().jpeg({ progressive: true }).toBuffer(),
  describe: (file: Buffer) =>
    Buffer.concat([
      inserted(file, 2, Buffer.concat([segment(0xe1, `Exif\0\0${preview}`), segment(0xfe, 'a comment')])),
      Buffer.from(preview, 'latin1'),
    ]),
  recolour: (file: Buffer) => inserted(file, 2, segment(0xe2, 'ICC_PROFILE\0 another')),
};
const png = {
  name: 'a.png',
  make: () => picture.clone().png().toBuffer(),
  describe: (file: Buffer) =>
    inserted(file, 33, Buffer.concat([chunk('tEXt', 'Keywords\0beach'), chunk('eXIf', 'MM')])),
  recolour: (file: Buffer) => inserted(file, 33, chunk('gAMA', '\0\0\0\x01')),
};
const webp = {
  name: 'a.webp',
  make: () => picture.clone().webp().toBuffer(),
  describe: (file: Buffer) => webpWith(file, 'XMP ', '<x:xmpmeta/>'),
  recolour: (file: Buffer) => webpWith(file, 'ICCP', 'another'),
};

async function described(name: string, content: Buffer): Promise<WatchedLibrary> {
  const library = await WatchedLibrary.open();
  await library.write(name, content, 1_600_000_000_000);
  await library.add();
  await library.scan();
  library.caption(name);
  // Its times may be within a tick of the clock: then the next comparison has to trust them first.
  await library.scan();
  for (let rounds = 0; rounds < 200 && (await hashPictures(realDisk, { photos: library.photos })) === 0; rounds += 1) {
    await library.scan();
  }
  return library;
}

describe.each([jpeg, png, webp])('a picture as $name', ({ name, make, describe: describeFile, recolour }) => {
  it('is the same with other keywords, which are read, and its texts stay fresh', async () => {
    const content = await make();
    await using library = await described(name, content);
    const id = library.at(name)?.id ?? 0;
    library.photos.setDetails(id, 1, { ...plainDetails, orientation: 1 });
    await writeFile(library.path(name), describeFile(content));
    expect(await library.scan()).toMatchObject({ changed: 1 });
    expect(library.at(name)?.revision).toBe(1);
    expect(library.captionsAt(name)).toEqual([`caption of ${name}`]);
    expect(library.photos.withoutDetails(0, 5).map((photo) => photo.id)).toEqual([id]);
    // Until it is read anew, what was read stands.
    expect(library.photos.setDetails(id, 1, { ...plainDetails, rating: 3 })).toBe(true);
    expect(library.photos.get(id)).toMatchObject({ revision: 1, details: { rating: 3 } });
    expect(library.photos.withoutDetails(0, 5)).toEqual([]);
  });

  it('is another when it is edited, or gets another colour profile', async () => {
    const content = await make();
    await using library = await described(name, content);
    const edited = Buffer.from(content);
    const position = edited.length - 200;
    edited.writeUInt8(edited.readUInt8(position) === 1 ? 2 : 1, position);
    await writeFile(library.path(name), edited);
    await library.scan();
    expect(library.at(name)?.revision).toBe(2);
    await writeFile(library.path('b.bin'), content);
    await writeFile(library.path('c.bin'), recolour(content));
    const hashOf = async (file: string) =>
      await pictureHash(realDisk, library.path(file), await realDisk.state(library.path(file)), undefined);
    expect(await hashOf('c.bin')).not.toEqual(await hashOf('b.bin'));
  });

  it('is another when it is turned by its metadata', async () => {
    const content = await make();
    await using library = await described(name, content);
    const id = library.at(name)?.id ?? 0;
    library.photos.setDetails(id, 1, { ...plainDetails, orientation: null });
    await writeFile(library.path(name), describeFile(content));
    await library.scan();
    library.photos.setDetails(id, 1, { ...plainDetails, orientation: 6 });
    expect(library.photos.get(id)).toMatchObject({ revision: 2, details: { orientation: 6 } });
    expect(library.photos.withoutDetails(0, 5)).toEqual([]);
  });
});

it('a command, which somebody waits for, reads the pictures that have a text of any kind to go stale, and no others', async () => {
  await using library = await WatchedLibrary.open();
  const names = ['caption.jpg', 'altText.jpg', 'removed.jpg', 'none.jpg'];
  for (const name of names) await library.write(name, await jpeg.make(), 1_600_000_000_000);
  await library.add();
  await library.scan();
  const idOf = (name: string) => library.at(name)?.id ?? 0;
  library.caption('caption.jpg');
  library.captions.write(idOf('altText.jpg'), 'for the blind', { kind: 'altText' });
  const removed = library.captions.write(idOf('removed.jpg'), 'for the blind', { kind: 'altText' });
  library.captions.remove(removed, 1);
  const due = (captioned: boolean) => library.photos.withoutPictureHash(0, 9, { captioned }).map(({ id }) => id);
  expect(due(true).sort()).toEqual(['caption.jpg', 'altText.jpg'].map(idOf).sort());
  expect(due(false)).toHaveLength(names.length);
});

/** What ExifTool writes, as people's other programs would. */
describe.each<[string, () => Promise<Buffer>]>([
  ['a.jpg', () => picture.clone().jpeg().toBuffer()],
  ['a.png', () => picture.clone().png().toBuffer()],
  ['a.webp', () => picture.clone().webp().toBuffer()],
  ['a.gif', () => picture.clone().gif().toBuffer()],
  ['strips.tif', () => picture.clone().tiff({ compression: 'lzw' }).toBuffer()],
  [
    'tiles.tif',
    () => picture.clone().tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
  ],
  ['a.avif', () => picture.clone().avif({ effort: 0 }).toBuffer()],
  ['a.heic', () => readFile('test/fixtures/images/turnedDisplayP3.heic')],
])('%s with metadata by ExifTool', (name, make) => {
  it('is the same picture, and another when a byte of the picture changes', async ({ folder }) => {
    const file = path.join(folder.path, name);
    const hash = async () => await pictureHash(realDisk, file, await realDisk.state(file), undefined);
    const content = await make();
    await writeFile(file, content);
    const before = await hash();
    const tags: WriteTags & Record<string, unknown> = {
      'XMP-dc:Subject': ['beach', 'sea'],
      'XMP-xmp:Rating': 4,
      'XMP-dc:Description': 'x'.repeat(3000),
    };
    await exifTool.write(file, tags, { writeArgs: ['-overwrite_original'] });
    expect(await readFile(file)).not.toEqual(content);
    expect(await hash()).toEqual(before);
    for (const share of [0.5, 0.75]) {
      const edited = Buffer.from(content);
      const at = Math.floor(edited.length * share);
      edited.writeUInt8(edited.readUInt8(at) ^ 1, at);
      await writeFile(file, edited);
      expect(await hash()).not.toEqual(before);
    }
  });
});

it('a file that is cut off or lies about its parts is hashed as it is', async ({ folder }) => {
  for (const name of ['tiff', 'gif', 'avif'] as const) {
    const content = await picture.clone().toFormat(name).toBuffer();
    for (let cut = 8; cut < content.length; cut += Math.ceil(content.length / 40)) {
      for (const broken of [
        content.subarray(0, cut),
        Buffer.concat([content.subarray(0, cut), Buffer.alloc(64, 0xff)]),
      ]) {
        const file = path.join(folder.path, `${cut}-${broken.length}.${name}`);
        await writeFile(file, broken);
        expect(await pictureHash(realDisk, file, await realDisk.state(file), undefined)).toHaveLength(32);
      }
    }
  }
});

describe('a file whose picture is not known apart from the rest', () => {
  it('is edited by whatever changes in it', async () => {
    await using library = await described('a.bmp', Buffer.from(`BM${'picture'.repeat(100)}`));
    const content = await readFile(library.path('a.bmp'));
    await writeFile(library.path('a.bmp'), Buffer.concat([content, Buffer.from('more')]));
    await library.scan();
    expect(library.at('a.bmp')?.revision).toBe(2);
  });

  it('is edited by whatever changes in it before it was read whole', async () => {
    await using library = await WatchedLibrary.open();
    const content = await jpeg.make();
    await library.write('a.jpg', content);
    await library.add();
    await library.scan();
    await writeFile(library.path('a.jpg'), jpeg.describe(content));
    await library.scan();
    expect(library.at('a.jpg')?.revision).toBe(2);
  });
});
