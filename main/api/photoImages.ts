/** @file A photo made small enough for the screen: oriented, in sRGB, without its metadata. Main process and server. */
import sharp from 'sharp';
import { VignetteError } from '../../native-models/errors.ts';
import type { PhotoSizePx } from '../../preload/contract.ts';

export class PhotoImageError extends VignetteError {}

export interface PhotoImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: 'image/webp';
}

/** Fits the photo into a square of `sizePx`; a smaller one keeps its size. */
export async function renderPhoto(file: string, sizePx: PhotoSizePx): Promise<PhotoImage> {
  try {
    const bytes = await sharp(file, { autoOrient: true })
      .resize({ width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 82, effort: 2 })
      .toBuffer();
    return { bytes: new Uint8Array(bytes), contentType: 'image/webp' };
  } catch (cause) {
    throw new PhotoImageError(
      'PHOTO_NOT_SHOWN',
      'This photo cannot be shown: its file is missing, damaged or of a kind that is not supported.',
      {
        cause,
      },
    );
  }
}
