/** @file Where the pixels of a picture come from: the file itself where its decoder is quick, else the models' decoder. Picture process. */
import type { Metadata, SharpOptions } from 'sharp';
import { decodeImage, orientationOf } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { type DecodableFormat, isConverted } from '../../../native-models/preprocess/imageFormat.ts';
import sharp from '../../../native-models/preprocess/sharp.ts';
import type { OpenedPicture } from './openedPicture.ts';

/** What sharp opens. */
export interface PictureSource {
  readonly input: string | Uint8Array;
  readonly options: SharpOptions;
  /** Not applied yet: on all of a photo's pixels that takes longer than everything else. */
  readonly profile: Uint8Array | undefined;
  /** EXIF's number, still to be applied. */
  readonly orientation: number;
}

/** What lies behind a transparent picture: dark and light drawings both show on it. */
export const pictureBackground = '#9a9a9a';
/** A picture that takes longer is refused, before its process is ended for it; 200 megapixels take some ten seconds. */
export const decodeTimeoutSeconds = 50;
/** Formats that come from the decoder strip by strip, so that the memory does not grow with the picture. */
const stripwise: ReadonlySet<DecodableFormat> = new Set(['jpeg', 'png']);
export const maxStripwisePixels = 1_000_000_000;
/** Decoded as a whole above this, a picture is left to the models' decoder, which knows its limits. */
const maxWholePixels = 24_000_000;

// A thread a picture: photos side by side are faster than one on all threads, and take no more memory.
sharp.concurrency(1);

/**
 * What is made of a picture, by the quicker way that works.
 *
 * @param decodeBytes as for decodeImage
 * @throws ImageError
 */
export async function makeFrom<T>(
  file: string,
  picture: OpenedPicture,
  decodeBytes: number,
  make: (source: PictureSource) => Promise<T>,
): Promise<T> {
  if (picture.kind === 'decoded') {
    try {
      return await make(picture);
    } catch (cause) {
      const message = 'This file is damaged (the picture in it cannot be decoded).';
      throw new ImageError('IMAGE_CORRUPT', message, { cause, details: { path: file } });
    }
  }
  const quickly = await makeQuickly(file, picture.route, make);
  if (quickly !== undefined) return quickly.made;
  const { pixels: input, width, height, orientation } = await decodeImage(file, { decodeBytes });
  const options = { raw: { width, height, channels: 3 }, limitInputPixels: false } as const;
  return await make({ input, options, profile: undefined, orientation });
}

/** With the decoder's help (a JPEG is decoded at an eighth of its size). Undefined where it would not, for whatever reason. */
async function makeQuickly<T>(
  file: string,
  { format, head }: Extract<OpenedPicture, { kind: 'direct' }>['route'],
  make: (source: PictureSource) => Promise<T>,
): Promise<{ readonly made: T } | undefined> {
  // TIFF and BMP have varieties that only the models' decoder tells apart.
  if (format === 'tiff' || format === 'bmp' || isConverted(format)) return undefined;
  const options = { failOn: 'error', limitInputPixels: false } as const;
  try {
    const metadata = await sharp(file, options).metadata();
    if (metadata.width * metadata.height > pixelLimit(format, metadata)) return undefined;
    const orientation = orientationOf(format, metadata, head, true);
    // sharp would not apply the profile of 16 bits a channel, nor quickly that of 8.
    const isPlain = metadata.space === 'srgb' || metadata.space === 'rgb16';
    return { made: await make({ input: file, options, profile: isPlain ? metadata.icc : undefined, orientation }) };
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
