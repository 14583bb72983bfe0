/** @file What must be known of each kind of file that is turned into a TIFF before it is decoded. */
import type { ByteSource } from '../byteSource.ts';
import { ImageError } from '../imageError.ts';
import type { ConvertedFormat } from '../imageFormat.ts';
import { type ConvertOptions, convertToTiff } from './convertToTiff.ts';
import { iconFile } from './iconFile.ts';
import { inspectJpeg2000 } from './jpeg2000File.ts';
import { jxlOrientation } from './jxlFile.ts';
import type { ChannelMeaning, MagickCoder } from './magickProtocol.ts';
import { mergedPicture } from './photoshopFile.ts';
import { targaFile } from './targaFile.ts';

export interface ConvertedTiff {
  readonly tiff: Uint8Array;
  /** EXIF's 1 to 8: how the TIFF must be turned, whatever it says itself. */
  readonly orientation: number;
  /** Its red, green and blue are CIELab's numbers, a and b around 128. */
  readonly isLab: boolean;
}

interface Prepared {
  readonly bytes: Uint8Array;
  readonly coder: MagickCoder;
  readonly meaning?: ChannelMeaning | undefined;
  readonly orientation: number;
  readonly isLab?: boolean;
}

/** As for HEIC: all of it is in memory. */
const maxFileBytes = 256 * 1024 * 1024;

const prepare: Readonly<Record<ConvertedFormat, (source: ByteSource) => Promise<Prepared>>> = {
  jp2: (source) => preparedJpeg2000(source, 'JP2'),
  j2k: (source) => preparedJpeg2000(source, 'J2K'),
  jxl: async (source) => {
    const bytes = await wholeFile(source, 'JPEG XL');
    return { bytes, coder: 'JXL', orientation: jxlOrientation(bytes) };
  },
  psd: async (source) => ({ ...(await mergedPicture(source)), coder: 'PSD' }),
  pnm: async (source) => ({ bytes: await wholeFile(source, 'Netpbm'), coder: 'PNM', orientation: 1 }),
  qoi: async (source) => ({ bytes: await wholeFile(source, 'QOI'), coder: 'QOI', orientation: 1 }),
  tga: async (source) => {
    const { bytes, isOpaque } = targaFile(await wholeFile(source, 'TGA'));
    return { bytes, coder: 'TGA', meaning: isOpaque ? 'opaque' : undefined, orientation: 1 };
  },
  ico: async (source) => {
    const { bytes, kind } = iconFile(await wholeFile(source, 'Windows icons'));
    return { bytes, coder: kind === 'png' ? 'PNG' : 'ICO', orientation: 1 };
  },
};

/** @param name of the format, for people. @throws ImageError; the signal's reason */
export async function convertedTiff(
  source: ByteSource,
  kind: ConvertedFormat,
  name: string,
  options: ConvertOptions,
): Promise<ConvertedTiff> {
  const { orientation, isLab = false, ...picture } = await prepare[kind](source);
  return { tiff: await convertToTiff({ ...picture, name }, options), orientation, isLab };
}

async function wholeFile(source: ByteSource, name: string): Promise<Uint8Array> {
  if (source.sizeBytes > maxFileBytes) {
    throw new ImageError('IMAGE_TOO_LARGE', `This file is too large: the limit for ${name} is 256 MiB.`);
  }
  return typeof source.input === 'string' ? await source.read(0, source.sizeBytes) : source.input;
}

async function preparedJpeg2000(source: ByteSource, coder: MagickCoder): Promise<Prepared> {
  const format = 'JPEG 2000';
  const bytes = await wholeFile(source, format);
  const { orientation, endsEarly, foreignColours } = inspectJpeg2000(bytes);
  if (endsEarly) {
    throw new ImageError('IMAGE_CORRUPT', `This file is damaged (the ${format} ends early).`, { details: { format } });
  }
  if (foreignColours !== undefined && foreignColours !== 'CMYK') {
    const message = `This ${format} stores ${foreignColours} colours; Vignette cannot read that: save a copy as PNG or JPEG.`;
    throw new ImageError('IMAGE_UNSUPPORTED', message, { details: { format, colours: foreignColours } });
  }
  return { bytes, coder, orientation, meaning: foreignColours === undefined ? undefined : 'cmyk' };
}
