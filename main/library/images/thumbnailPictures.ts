/** @file Makes the thumbnails of one photo in one decoding, the smaller ones from the larger. Picture process. */
import sharp from '../../../native-models/preprocess/sharp.ts';
import { inSrgb, type PlainPixels } from './inSrgb.ts';
import type { OpenedPicture } from './openedPicture.ts';
import { decodeTimeoutSeconds, makeFrom, type PictureSource, pictureBackground } from './pictureSource.ts';
import type { ThumbnailPx } from './thumbnailSizes.ts';
import { turnUpright } from './turn.ts';

const webpQuality = 80;
/** The encoder’s 0 to 6; from 3 on it takes four times as long, for nothing to speak of at this quality. */
const webpEffort = 1;

/**
 * WebP files of at most the asked sizes, the largest first made.
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
  let { pixels, orientation } = await makeFrom(file, picture, decodeBytes, async (source) => ({
    pixels: await fitted(source, largest),
    orientation: source.orientation,
  }));
  for (const sizePx of descending) {
    if (sizePx !== largest)
      pixels = await fitted({ input: pixels.data, options: { raw: pixels.raw }, profile: undefined }, sizePx);
    thumbnails.set(sizePx, await encoded(pixels, orientation));
  }
  return thumbnails;
}

async function fitted(
  { input, options, profile }: Omit<PictureSource, 'orientation'>,
  sizePx: number,
): Promise<PlainPixels> {
  const { data, info } = await sharp(input, { ...options, ignoreIcc: profile !== undefined })
    .resize({ width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: pictureBackground })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .timeout({ seconds: decodeTimeoutSeconds })
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return profile === undefined ? { data, raw } : await inSrgb({ input: data, options: { raw }, profile });
}

async function encoded({ data, raw }: PlainPixels, orientation: number): Promise<Buffer> {
  return await turnUpright(sharp(data, { raw }), orientation)
    .webp({ quality: webpQuality, effort: webpEffort })
    .toBuffer();
}
