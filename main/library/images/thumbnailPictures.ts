/** @file Makes the thumbnails of one photo in one decoding, the smaller ones from the larger. Picture process. */
import type { Metadata, SharpOptions } from 'sharp';
import { decodeImage, orientationOf } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { type DecodableFormat, isConverted } from '../../../native-models/preprocess/imageFormat.ts';
import sharp from '../../../native-models/preprocess/sharp.ts';
import { inSrgb, type PlainPixels } from './inSrgb.ts';
import type { OpenedPicture } from './openedPicture.ts';
import { pictureTypeOf, type ThumbnailPx } from './thumbnailSizes.ts';
import { turnUpright } from './turn.ts';

/** What lies behind a transparent picture: dark and light drawings both show on it. */
export const thumbnailBackground = '#9a9a9a';
// A thread a picture: photos side by side are faster than one on all threads, and take no more memory.
sharp.concurrency(1);

const webpQuality = 80;
/** Of what is looked at pixel by pixel. */
const closeQuality = 92;
/** The encoder’s 0 to 6; from 3 on it takes four times as long, for nothing to speak of at this quality. */
const webpEffort = 1;
/** A picture that takes longer is refused, before its process is ended for it; 200 megapixels take some ten seconds. */
const decodeTimeoutSeconds = 50;

/** Formats that come from the decoder strip by strip, so that the memory does not grow with the picture. */
const stripwise: ReadonlySet<DecodableFormat> = new Set(['jpeg', 'png']);
export const maxStripwisePixels = 1_000_000_000;
/** Decoded as a whole above this, a picture is left to the models' decoder, which knows its limits. */
const maxWholePixels = 24_000_000;

/** A picture to be made smaller: a file, or one in memory. */
interface Source {
  readonly input: string | Uint8Array;
  readonly options: SharpOptions;
  /** Applied once the picture is small: on all of a photo's pixels it takes longer than everything else. */
  readonly profile: Uint8Array | undefined;
}

/**
 * Files of at most the asked sizes, the largest first made.
 *
 * @param decodeBytes as for decodeImage
 * @throws ImageError
 */
export async function thumbnailPictures(
  file: string,
  picture: OpenedPicture,
  sizes: readonly ThumbnailPx[],
  decodeBytes: number,
): Promise<Map<ThumbnailPx, Buffer>> {
  const descending = [...sizes].sort((a, b) => b - a);
  const thumbnails = new Map<ThumbnailPx, Buffer>();
  const largest = descending[0];
  if (largest === undefined) return thumbnails;
  let { pixels, orientation } = await decodeFitting(file, picture, largest, decodeBytes);
  for (const sizePx of descending) {
    if (sizePx !== largest)
      pixels = await fitted({ input: pixels.data, options: { raw: pixels.raw }, profile: undefined }, sizePx);
    thumbnails.set(sizePx, await encoded(pixels, orientation, pictureTypeOf(sizePx)));
  }
  return thumbnails;
}

interface StoredPixels {
  readonly pixels: PlainPixels;
  readonly orientation: number;
}

async function decodeFitting(
  file: string,
  picture: OpenedPicture,
  sizePx: number,
  decodeBytes: number,
): Promise<StoredPixels> {
  if (picture.kind === 'decoded') {
    try {
      return { pixels: await fitted(picture, sizePx), orientation: picture.orientation };
    } catch (cause) {
      const message = 'This file is damaged (the picture in it cannot be decoded).';
      throw new ImageError('IMAGE_CORRUPT', message, { cause, details: { path: file } });
    }
  }
  const quick = await decodeQuickly(file, picture.route, sizePx);
  if (quick !== undefined) return quick;
  const { pixels: input, width, height, orientation } = await decodeImage(file, { decodeBytes });
  const options = { raw: { width, height, channels: 3 }, limitInputPixels: false } as const;
  return { pixels: await fitted({ input, options, profile: undefined }, sizePx), orientation };
}

/** With the decoder's help (a JPEG is decoded at an eighth of its size). Undefined where it would not, for whatever reason. */
async function decodeQuickly(
  file: string,
  { format, head }: Extract<OpenedPicture, { kind: 'direct' }>['route'],
  sizePx: number,
): Promise<StoredPixels | undefined> {
  // TIFF and BMP have varieties that only the models' decoder tells apart.
  if (format === 'tiff' || format === 'bmp' || isConverted(format)) return undefined;
  const options = { failOn: 'error', limitInputPixels: false } as const;
  try {
    const metadata = await sharp(file, options).metadata();
    if (metadata.width * metadata.height > pixelLimit(format, metadata)) return undefined;
    const orientation = orientationOf(format, metadata, head, true);
    // sharp would not apply the profile of 16 bits a channel, nor quickly that of 8.
    const isPlain = metadata.space === 'srgb' || metadata.space === 'rgb16';
    const source = { input: file, options, profile: isPlain ? metadata.icc : undefined };
    return { pixels: await fitted(source, sizePx), orientation };
  } catch (error) {
    if (error instanceof Error && /timeout/i.test(error.message)) {
      const message = `This picture takes more than ${decodeTimeoutSeconds} seconds to decode; it is skipped until the file changes.`;
      throw new ImageError('IMAGE_DECODER_TIMEOUT', message, { cause: error, details: { path: file } });
    }
    return undefined;
  }
}

function pixelLimit(format: DecodableFormat, metadata: Metadata): number {
  return stripwise.has(format) && !metadata.isProgressive ? maxStripwisePixels : maxWholePixels;
}

async function fitted({ input, options, profile }: Source, sizePx: number): Promise<PlainPixels> {
  const { data, info } = await sharp(input, { ...options, ignoreIcc: profile !== undefined })
    .resize({ width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: thumbnailBackground })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .timeout({ seconds: decodeTimeoutSeconds })
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return profile === undefined ? { data, raw } : await inSrgb({ input: data, options: { raw }, profile });
}

async function encoded(
  { data, raw }: PlainPixels,
  orientation: number,
  type: ReturnType<typeof pictureTypeOf>,
): Promise<Buffer> {
  const upright = turnUpright(sharp(data, { raw }), orientation);
  return type === 'image/webp'
    ? await upright.webp({ quality: webpQuality, effort: webpEffort }).toBuffer()
    : await upright.jpeg({ quality: closeQuality, chromaSubsampling: '4:4:4' }).toBuffer();
}
