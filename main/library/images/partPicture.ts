/** @file A part of a photo, or all of it, with every pixel that there is. Picture process. */
import type { Sharp } from 'sharp';
import sharp from '../../../native-models/preprocess/sharp.ts';
import { inSrgb } from './inSrgb.ts';
import type { OpenedPicture } from './openedPicture.ts';
import { isWhole, type PhotoPart, type Rectangle } from './photoPart.ts';
import { decodeTimeoutSeconds, makeFrom, type PictureSource, pictureBackground } from './pictureSource.ts';
import { storedRectangle, storedSize, turnUpright } from './turn.ts';

/** Of what is looked at pixel by pixel. */
const quality = 92;

/**
 * A JPEG; libwebp gives up on large pictures with much detail. It keeps the colour profile of its file: browsers apply
 * it, and faster than it could be done here.
 *
 * @param decodeBytes as for decodeImage
 * @throws ImageError
 */
export async function partPicture(
  file: string,
  picture: OpenedPicture,
  part: PhotoPart,
  decodeBytes: number,
): Promise<Buffer> {
  return await makeFrom(file, picture, decodeBytes, (source) => jpegOf(source, part));
}

async function jpegOf(source: PictureSource, part: PhotoPart): Promise<Buffer> {
  const { input, options, orientation } = source;
  const { width, height } = await sharp(input, options).metadata();
  const { size, cut } = placeOf(part, { width, height }, orientation);
  if (source.profile !== undefined && options.raw !== undefined) return await ofProfiledPixels(source, size, cut);
  const ignoreIcc = source.profile !== undefined;
  const shown = shrunk(sharp(input, { ...options, ignoreIcc }), size, cut)
    .flatten({ background: pictureBackground })
    .toColourspace('srgb')
    .timeout({ seconds: decodeTimeoutSeconds });
  if (ignoreIcc) shown.keepIccProfile();
  if (cut === undefined) return await encoded(turnUpright(shown, orientation));
  if (orientation === 1) return await encoded(shown);
  // sharp turns before it cuts, which takes all of the picture into memory.
  const cutOut = sharp(await shown.tiff({ compression: 'none' }).toBuffer(), { limitInputPixels: false, ignoreIcc });
  if (ignoreIcc) cutOut.keepIccProfile();
  return await encoded(turnUpright(cutOut, orientation));
}

/** Plain pixels cannot carry their profile along. */
async function ofProfiledPixels(
  { input, options, profile, orientation }: PictureSource,
  size: Size,
  cut: Rectangle | undefined,
): Promise<Buffer> {
  const { data, info } = await shrunk(sharp(input, options), size, cut).raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const pixels = await inSrgb({ input: data, options: { raw }, profile });
  return await encoded(turnUpright(sharp(pixels.data, { raw: pixels.raw, limitInputPixels: false }), orientation));
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size to which the stored picture is reduced, and what is cut out of it then. */
function placeOf(part: PhotoPart, stored: Size, orientation: number): { size: Size; cut: Rectangle | undefined } {
  const there = storedSize(stored, orientation);
  const width = Math.min(there.width, Math.ceil(part.photo.width / part.shrink));
  const height = Math.min(there.height, Math.ceil(part.photo.height / part.shrink));
  const size = storedSize({ width, height }, orientation);
  if (isWhole(part)) return { size, cut: undefined };
  const [across, down] = [width / part.photo.width, height / part.photo.height];
  const left = Math.min(width - 1, Math.round(part.left * across));
  const top = Math.min(height - 1, Math.round(part.top * down));
  const right = Math.max(left + 1, Math.round((part.left + part.width) * across));
  const bottom = Math.max(top + 1, Math.round((part.top + part.height) * down));
  return { size, cut: storedRectangle({ left, top, width: right - left, height: bottom - top }, orientation, size) };
}

function shrunk(pipeline: Sharp, size: Size, cut: Rectangle | undefined): Sharp {
  const reduced = pipeline.resize({ ...size, fit: 'fill' });
  return cut === undefined ? reduced : reduced.extract(cut);
}

async function encoded(pipeline: Sharp): Promise<Buffer> {
  return await pipeline.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
}
