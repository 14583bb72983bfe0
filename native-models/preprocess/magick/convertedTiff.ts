/** @file What must be known of each kind of file that is turned into a TIFF before it is decoded. */
import type { ByteSource } from '../byteSource.ts';
import { ImageError } from '../imageError.ts';
import type { ConvertedFormat } from '../imageFormat.ts';
import { type ConvertOptions, convertToTiff } from './convertToTiff.ts';
import { inspectJpeg2000 } from './jpeg2000File.ts';

export interface ConvertedTiff {
  readonly tiff: Uint8Array;
  /** EXIF's 1 to 8, where the TIFF does not say it. */
  readonly orientation: number | undefined;
}

/** As for HEIC: all of it is in memory. */
const maxFileBytes = 256 * 1024 * 1024;

/** @param name of the format, for people. @throws ImageError; the signal's reason */
export async function convertedTiff(
  source: ByteSource,
  kind: ConvertedFormat,
  name: string,
  options: ConvertOptions,
): Promise<ConvertedTiff> {
  if (source.sizeBytes > maxFileBytes) {
    throw new ImageError('IMAGE_TOO_LARGE', `This file is too large: the limit for ${name} is 256 MiB.`);
  }
  const bytes = typeof source.input === 'string' ? await source.read(0, source.sizeBytes) : source.input;
  const { orientation, endsEarly, foreignColours } = inspectJpeg2000(bytes);
  if (endsEarly) {
    throw new ImageError('IMAGE_CORRUPT', `This file is damaged (the ${name} ends early).`, {
      details: { format: name },
    });
  }
  if (foreignColours !== undefined) {
    const message = `This ${name} stores ${foreignColours} colours; Vignette cannot read that: save a copy as PNG or JPEG.`;
    throw new ImageError('IMAGE_UNSUPPORTED', message, { details: { format: name, colours: foreignColours } });
  }
  const tiff = await convertToTiff({ bytes, coder: kind === 'jp2' ? 'JP2' : 'J2K', name }, options);
  return { tiff, orientation };
}
