/** @file Small real pictures, 50 to a folder, for the benches that scan folders. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';

const photosInFolder = 50;
const foldersInFolder = 40;
const variantCount = 16;

export interface PictureKind {
  readonly extension: string;
  readonly encode: (picture: Sharp) => Sharp;
  /** The same picture as another file, without another size or time. */
  readonly toldApart: (file: Buffer, number: number) => Buffer;
}

export const pictureKinds = {
  jpeg: { extension: 'jpg', encode: (picture) => picture.jpeg(), toldApart: commented },
  png: {
    extension: 'png',
    encode: (picture) => picture.png(),
    toldApart: (file, number) => changed(file, 'IDAT', number),
  },
  webp: {
    extension: 'webp',
    encode: (picture) => picture.webp(),
    toldApart: (file, number) => changed(file, 'VP8 ', number),
  },
  // Nothing that scans folders decodes it.
  heic: {
    extension: 'heic',
    encode: (picture) => picture.avif(),
    toldApart: (file, number) =>
      followed(Buffer.from(file.toString('latin1').replace('ftypavif', 'ftypheic'), 'latin1'), number),
  },
} as const satisfies Readonly<Record<string, PictureKind>>;

/** A few pictures, with what `written` puts into each, told apart. */
export async function generatePictures(
  folder: string,
  photos: number,
  kind: PictureKind = pictureKinds.jpeg,
  written: (file: Buffer, index: number) => Promise<Buffer> = async (file) => file,
): Promise<void> {
  const variants: Buffer[] = [];
  for (let index = 0; index < variantCount; index++) variants.push(await written(await picture(index, kind), index));
  for (let first = 0; first < photos; first += photosInFolder) {
    const number = first / photosInFolder;
    const inside = path.join(folder, `${Math.floor(number / foldersInFolder)}`, `${number % foldersInFolder}`);
    await mkdir(inside, { recursive: true });
    await Promise.all(
      Array.from({ length: Math.min(photosInFolder, photos - first) }, async (_, index) => {
        const variant = variants[(first + index) % variants.length] ?? Buffer.of();
        const name = `IMG_${first + index}.${kind.extension}`;
        await writeFile(path.join(inside, name), kind.toldApart(variant, first + index));
      }),
    );
  }
}

async function picture(index: number, { encode }: PictureKind): Promise<Buffer> {
  const background = { r: (index * 53) % 256, g: (index * 101) % 256, b: (index * 197) % 256 };
  const noise = { type: 'gaussian' as const, mean: 0, sigma: 20 };
  return await encode(sharp({ create: { width: 96, height: 64, channels: 3, background, noise } })).toBuffer();
}

/** With a comment segment right after the marker that begins every JPEG. */
function commented(jpeg: Buffer, number: number): Buffer {
  const text = Buffer.from(`photo ${number}`);
  const header = Buffer.of(0xff, 0xfe, 0, 0);
  header.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), header, text, jpeg.subarray(2)]);
}

/** With the number among the coded picture's bytes, some way behind the name of what holds them. */
function changed(file: Buffer, holder: string, number: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt32BE(number, copy.indexOf(holder, 0, 'latin1') + 40);
  return copy;
}

/** With a box behind it that counts as free room. */
function followed(boxes: Buffer, number: number): Buffer {
  const free = Buffer.from('\0\0\0\0free\0\0\0\0', 'latin1');
  free.writeUInt32BE(free.byteLength, 0);
  free.writeUInt32BE(number, 8);
  return Buffer.concat([boxes, free]);
}
