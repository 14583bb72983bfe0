/** @file Converts plain pixels to sRGB from the colour profile that they are meant in. Picture process. */
import type { Raw, SharpOptions } from 'sharp';
import sharp from '../../../native-models/preprocess/sharp.ts';
import { taggedTiff } from './taggedTiff.ts';

export interface PlainPixels {
  readonly data: Uint8Array;
  readonly raw: Raw;
}

export interface ProfiledPicture {
  readonly input: Uint8Array;
  readonly options: SharpOptions;
  /** Undefined for sRGB, or where the input is a file that has its own. */
  readonly profile: Uint8Array | undefined;
}

/** Opaque: transparency is laid over white, as for the models. */
export async function inSrgb({ input, options, profile }: ProfiledPicture): Promise<PlainPixels> {
  const raw = options.raw;
  const tagged =
    profile === undefined || raw === undefined
      ? sharp(input, options)
      : sharp(taggedTiff({ pixels: input, ...raw, profile }), { limitInputPixels: false });
  const { data, info } = await tagged
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, raw: { width: info.width, height: info.height, channels: info.channels } };
}
