/** @file Opens the picture of a photo of any kind, and makes thumbnails or a full-size copy of it. Picture process. */
import type { SharpOptions } from 'sharp';
import { decodeImage, maxAvifPixelsInPlace } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { isConverted } from '../../../native-models/preprocess/imageFormat.ts';
import sharp from '../../../native-models/preprocess/sharp.ts';
import type { LazyExifTool } from '../files/exifTool.ts';
import { embeddedPreview } from './embeddedPreview.ts';
import { atPath } from './fileHead.ts';
import type { HeifDecoder } from './heif/heifDecoder.ts';
import { inSrgb } from './inSrgb.ts';
import type { DecodedPicture, OpenedPicture } from './openedPicture.ts';
import { partPicture } from './partPicture.ts';
import type { PhotoPart } from './photoPart.ts';
import { type PictureRoute, pictureRoute } from './pictureRoute.ts';
import { thumbnailPictures } from './thumbnailPictures.ts';
import type { ThumbnailPx } from './thumbnailSizes.ts';
import { turnUpright } from './turn.ts';

export interface Decoding {
  readonly exifTool: LazyExifTool;
  readonly heif: HeifDecoder;
  /** A picture that would take more memory is refused with `neededBytes` in the error's details. */
  readonly decodeBytes: number;
}

const copyQuality = 95;

interface CopiedFile {
  readonly file: string;
  /** A full-size copy that was made before; it may be gone meanwhile. */
  readonly copy?: string | undefined;
}

export interface ThumbnailWork extends CopiedFile {
  readonly sizesPx: readonly ThumbnailPx[];
}

/** Largest first. @throws ImageError where there is no way to the pixels */
export async function thumbnailsOf(
  { sizesPx, ...files }: ThumbnailWork,
  decoding: Decoding,
): Promise<{ sizePx: ThumbnailPx; bytes: Uint8Array }[]> {
  return await ofEasier(files, async (path) => {
    const picture = await openPicture(path, decoding);
    const thumbnails = await thumbnailPictures(path, picture, sizesPx, decoding.decodeBytes);
    return [...thumbnails].map(([sizePx, bytes]) => ({ sizePx, bytes }));
  });
}

export interface PartWork extends CopiedFile {
  readonly part: PhotoPart;
}

/** A JPEG. @throws ImageError where there is no way to the pixels */
export async function partOf({ part, ...files }: PartWork, decoding: Decoding): Promise<Uint8Array> {
  return await ofEasier(
    files,
    async (path) => await partPicture(path, await openPicture(path, decoding), part, decoding.decodeBytes),
  );
}

async function ofEasier<T>({ file, copy }: CopiedFile, make: (path: string) => Promise<T>): Promise<T> {
  return copy === undefined ? await make(file) : await make(copy).catch(() => make(file));
}

async function openPicture(file: string, decoding: Decoding): Promise<OpenedPicture> {
  const route = await pictureRoute(file);
  return route.kind === 'direct'
    ? { kind: 'direct', route }
    : { kind: 'decoded', ...(await decode(file, route, decoding)) };
}

/**
 * An upright sRGB JPEG of what browsers do not open, and the models' decoder not at all or slowly, and of an AVIF that
 * takes them too much memory. What decodeImage shrinks, an AVIF above 24 megapixels for instance, stays as small. Undefined for all others.
 *
 * @throws ImageError where there is no way to the pixels
 */
export async function fullSizeJpeg(file: string, decoding: Decoding): Promise<Uint8Array | undefined> {
  const route = await pictureRoute(file);
  if (route.kind === 'direct') {
    if (route.format === 'avif') return await ofLargeAvif(file, decoding);
    return isConverted(route.format) ? await decodedJpeg(file, decoding) : undefined;
  }
  const picture = await decode(file, route, decoding);
  try {
    const { data, raw } = await inSrgb(picture);
    return await jpegOf(data, raw, picture.orientation);
  } catch (error) {
    throw atPath(damagedPreview(error), file);
  }
}

async function ofLargeAvif(file: string, decoding: Decoding): Promise<Uint8Array | undefined> {
  const { width, height } = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ width: 0, height: 0 }));
  // What is wrong with a damaged one, its decoder will say.
  if (width * height <= maxAvifPixelsInPlace) return undefined;
  return await decodedJpeg(file, decoding);
}

async function decodedJpeg(file: string, { decodeBytes }: Decoding): Promise<Uint8Array> {
  const image = await decodeImage(file, { decodeBytes });
  return await jpegOf(image.pixels, { width: image.width, height: image.height, channels: 3 }, image.orientation);
}

async function jpegOf(
  pixels: Uint8Array,
  raw: NonNullable<SharpOptions['raw']>,
  orientation: number,
): Promise<Uint8Array> {
  return await turnUpright(sharp(pixels, { raw, limitInputPixels: false }), orientation)
    .jpeg({ quality: copyQuality, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

async function decode(
  file: string,
  route: Exclude<PictureRoute, { kind: 'direct' }>,
  { exifTool, heif, decodeBytes }: Decoding,
): Promise<DecodedPicture> {
  try {
    if (route.kind === 'preview') {
      const { jpeg, orientation } = await embeddedPreview(exifTool, file, route.formatName);
      const options = { failOn: 'error', limitInputPixels: false } as const;
      return { input: jpeg, options, profile: undefined, orientation };
    }
    const { pixels, width, height, channels, profile } = await heif.decode(file, decodeBytes);
    const options = { raw: { width, height, channels }, limitInputPixels: false };
    return { input: pixels, options, profile, orientation: 1 };
  } catch (error) {
    throw atPath(error, file);
  }
}

/** sharp's own words go to the details. */
function damagedPreview(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ImageError || 'code' in error) return error;
  const message = 'This file is damaged (the picture in it cannot be decoded).';
  return new ImageError('IMAGE_CORRUPT', message, { cause: error, details: { decoder: error.message } });
}
