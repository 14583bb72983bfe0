/**
 * @file Decodes a picture to 8-bit sRGB rows: the one place where picture files are opened for a model.
 *
 * docs/images.md is the table of what is read, refused, and done differently from the reference; keep them together.
 */
import type { Metadata, SharpOptions } from 'sharp';
import { type ByteSource, openByteSource } from './byteSource.ts';
import { bmpExtent, decodeBmp } from './decodeBmp.ts';
import { ImageError, noRoomSentence, notAPicture, tooLarge } from './imageError.ts';
import {
  asStillAvif,
  type ConvertedFormat,
  type DecodableFormat,
  formatHeadBytes,
  imageFormatOf,
  isConverted,
} from './imageFormat.ts';
import { labToSrgb } from './labColours.ts';
import { convertedTiff } from './magick/convertedTiff.ts';
import { validOrientation, xmpOrientation } from './orientation.ts';
import type { RgbImage } from './resizeBicubic.ts';
import sharp from './sharp.ts';
import { declaresNoPixels, endsEarly } from './structure.ts';
import { inspectTiff, type LabTiff, type TiffPicture } from './tiffPicture.ts';

/** Pixels, as the header states them, above which a picture is refused before anything is decoded (16383 × 16383). */
export const maxPixels = 268_402_689;
/** Bytes that a picture may take decoded where that is only possible as a whole: 133 megapixels of 8-bit RGB. */
export const maxBytesDecodedWhole = 400_000_000;
/** AVIF alone (16384 × 8192): its decoder takes far more memory than all others. */
export const maxAvifPixels = 134_217_728;
/** Of memory, while an AVIF is decoded: measured 15 to 19 with 8 bits a channel; half as much again with more. */
const avifBytesOfPixel = { byte: 20, more: 30 } as const;
/** TIFF's number for red, green and blue. */
const photometricRgb = 2;
/** An AVIF above this is decoded by a process that has nothing else to hold, where there is a choice. */
export const maxAvifPixelsInPlace = 32_000_000;
/** Pixels above which a picture is made smaller by a whole factor while it is decoded (8000 × 6000). */
export const shrinkAbovePixels = 48_000_000;
/** The same for what is decoded as a whole, which takes several times the memory. */
export const shrinkWholeAbovePixels = 24_000_000;

export interface DecodedImage extends RgbImage {
  /** The format's name, for people. */
  readonly format: string;
  /** EXIF's 1 to 8: how the rows must be turned to stand upright. */
  readonly orientation: number;
  /** Size of the stored picture, before turning and before any shrinking. */
  readonly originalWidth: number;
  readonly originalHeight: number;
}

interface DecodeOptions {
  readonly signal?: AbortSignal;
  /**
   * A picture that would take more memory is refused with `neededBytes` in the error's details; by default what the
   * machine has left.
   */
  readonly decodeBytes?: number;
}

/** Decodes a picture from a file or from bytes; throws an `ImageError` that says why it cannot be used. */
export async function decodeImage(source: string | Uint8Array, options: DecodeOptions = {}): Promise<DecodedImage> {
  options.signal?.throwIfAborted();
  try {
    const bytes = await openByteSource(source, options.signal);
    try {
      return await decodeBytes(bytes, options);
    } finally {
      await bytes.close();
    }
  } catch (error) {
    throw error instanceof ImageError && typeof source === 'string' ? error.at(source) : error;
  }
}

async function decodeBytes(source: ByteSource, options: DecodeOptions): Promise<DecodedImage> {
  if (source.sizeBytes === 0) throw new ImageError('IMAGE_EMPTY', 'This file is empty.');
  const head = await source.read(0, formatHeadBytes);
  const format = imageFormatOf(head);
  if (format === undefined) throw notAPicture(head);
  if (format.name === 'video') throw new ImageError('IMAGE_NOT_AN_IMAGE', 'This is a video, not a picture.');
  if (format.decodable === null) {
    const message = `Vignette cannot read ${format.name} files; save a copy as JPEG or PNG.`;
    throw new ImageError('IMAGE_UNSUPPORTED', message, { details: { format: format.name } });
  }
  if (format.decodable === 'bmp') return decodeBmpFile(source, head);
  if (isConverted(format.decodable)) return decodeConverted(source, format.name, format.decodable, options);
  return decodeWithLibvips(withStillAvif(source, format.decodable), head, format.name, format.decodable, options);
}

/** A file too large to be held stays as it is; no animation of photos is. */
function withStillAvif(source: ByteSource, kind: DecodableFormat): ByteSource {
  if (kind !== 'avif' || typeof source.input === 'string') return source;
  return { ...source, input: asStillAvif(source.input) };
}

async function decodeBmpFile(source: ByteSource, head: Uint8Array): Promise<DecodedImage> {
  const { width, height, maxBytes } = bmpExtent(head);
  // Decoded whole and never shrunk on the way, hence the lowest of the limits.
  refuseAbove(width, height, shrinkAbovePixels);
  const bytes =
    typeof source.input === 'string' ? await source.read(0, Math.min(maxBytes, source.sizeBytes)) : source.input;
  const image = decodeBmp(bytes);
  return { ...image, format: 'BMP', orientation: 1, originalWidth: width, originalHeight: height };
}

/** The TIFF has the file's profile. */
async function decodeConverted(
  source: ByteSource,
  name: string,
  kind: ConvertedFormat,
  { signal, decodeBytes = process.availableMemory() }: DecodeOptions,
): Promise<DecodedImage> {
  const { tiff, orientation, isLab } = await convertedTiff(source, kind, name, { signal, decodeBytes });
  const image = await decodeWithLibvips(await openByteSource(tiff), tiff, name, 'tiff', { ...(signal && { signal }) });
  return { ...image, pixels: isLab ? labToSrgb(image.pixels, 'offset') : image.pixels, orientation };
}

function refuseAbove(width: number, height: number, limit: number): void {
  if (width * height > limit) throw tooLarge(width, height, limit);
}

async function decodeWithLibvips(
  source: ByteSource,
  head: Uint8Array,
  name: string,
  kind: DecodableFormat,
  { signal, decodeBytes = process.availableMemory(), ignoreIcc = false }: DecodeOptions & { ignoreIcc?: boolean },
): Promise<DecodedImage> {
  const bytes = typeof source.input === 'string' ? head : source.input;
  if (declaresNoPixels(kind, bytes)) throw new ImageError('IMAGE_EMPTY', 'This picture has no pixels.');
  const tiff = kind === 'tiff' ? await inspectTiff(source) : undefined;
  if (tiff?.lab !== undefined && !ignoreIcc) return await decodeLab(source, tiff.lab, name, signal);
  const early = tiff === undefined ? bytes === source.input && endsEarly(kind, bytes) : tiff.endsEarly;
  signal?.throwIfAborted();
  // 'error' opens and refuses what Pillow does: oddities pass, pictures of which a part is missing do not.
  const settings: SharpOptions = {
    failOn: 'error',
    limitInputPixels: false,
    limitInputChannels: false,
    ignoreIcc,
    ...(tiff === undefined ? {} : { page: tiff.page }),
  };
  try {
    const metadata = await sharp(source.input, settings).metadata();
    signal?.throwIfAborted();
    refuseByHeader(metadata, tiff);
    refuseWithoutRoom(metadata, decodeBytes);
    const decoded = await decodePixels(source.input, settings, metadata, tiff).catch((error: unknown) => {
      if (kind !== 'jpeg' || !early || typeof source.input === 'string') throw error;
      return decodeUnendedJpeg(source.input, settings, metadata, error);
    });
    signal?.throwIfAborted();
    return {
      ...decoded,
      format: name,
      orientation: orientationOf(kind, metadata, bytes, tiff?.hasOrientation ?? true),
      originalWidth: metadata.width,
      originalHeight: metadata.height,
    };
  } catch (error) {
    if (error instanceof ImageError || signal?.aborted) throw error;
    throw explained(error, name, early);
  }
}

/** As if the file called its numbers red, green and blue, which are then taken for what they are. */
async function decodeLab(
  source: ByteSource,
  { encoding, saidAt, width, height }: LabTiff,
  name: string,
  signal: AbortSignal | undefined,
): Promise<DecodedImage> {
  // Numbers around 0 cannot be shrunk on the way.
  refuseAbove(width, height, shrinkAbovePixels);
  if (source.sizeBytes > maxBytesDecodedWhole) {
    const message = `This file is too large: the limit for TIFF in CIELab is ${maxBytesDecodedWhole / 1e6} MB.`;
    throw new ImageError('IMAGE_TOO_LARGE', message);
  }
  const bytes = Buffer.from(typeof source.input === 'string' ? await source.read(0, source.sizeBytes) : source.input);
  if (saidAt.littleEndian) bytes.writeUIntLE(photometricRgb, saidAt.at, saidAt.valueBytes);
  else bytes.writeUIntBE(photometricRgb, saidAt.at, saidAt.valueBytes);
  const options = { ...(signal && { signal }), ignoreIcc: true };
  const image = await decodeWithLibvips(await openByteSource(bytes), bytes, name, 'tiff', options);
  return { ...image, pixels: labToSrgb(image.pixels, encoding) };
}

function refuseByHeader(metadata: Metadata, tiff: TiffPicture | undefined): void {
  const { width, height, channels, depth } = metadata;
  // Signed bytes are reinterpreted afterwards and therefore cannot be shrunk on the way.
  if (tiff?.signedBytes === true) refuseAbove(width, height, shrinkAbovePixels);
  refuseAbove(width, height, pixelLimit(metadata));
  const readable = ['uchar', 'ushort'].includes(depth) || (depth === 'char' && tiff?.signedBytes === true);
  if (!readable || channels > 5) {
    const what = readable ? `has ${channels} channels` : `stores numbers of the type “${depth}”`;
    const message = `This picture ${what}; Vignette cannot read that: save a copy as PNG or JPEG.`;
    throw new ImageError('IMAGE_UNSUPPORTED', message, { details: { channels, depth } });
  }
}

function refuseWithoutRoom({ format, width, height, bitsPerSample = 8 }: Metadata, decodeBytes: number): void {
  if (format !== 'heif') return;
  const neededBytes = width * height * (bitsPerSample > 8 ? avifBytesOfPixel.more : avifBytesOfPixel.byte);
  if (neededBytes <= decodeBytes) return;
  throw new ImageError('IMAGE_TOO_LARGE', noRoomSentence, { details: { width, height, neededBytes } });
}

function pixelLimit(metadata: Metadata): number {
  if (metadata.format === 'heif') return maxAvifPixels;
  const pixelBytes = metadata.channels * (metadata.depth === 'ushort' ? 2 : 1);
  return decodedWhole(metadata) ? Math.floor(maxBytesDecodedWhole / pixelBytes) : maxPixels;
}

/** AVIF, WebP, GIF, progressive JPEG and interlaced PNG; all others come from the decoder strip by strip. */
function decodedWhole({ format, isProgressive }: Metadata): boolean {
  return isProgressive || format === 'heif' || format === 'webp' || format === 'gif';
}

async function decodePixels(
  input: Uint8Array | string,
  settings: SharpOptions,
  metadata: Metadata,
  tiff: TiffPicture | undefined,
): Promise<RgbImage> {
  const pipeline = sharp(input, settings);
  // Of 16 bits a channel, sharp would leave the numbers in the embedded profile.
  if (metadata.icc !== undefined && metadata.space === 'rgb16') pipeline.pipelineColourspace('srgb');
  const { width, height } = metadata;
  const signed = tiff?.signedBytes === true;
  const shrinkAbove = decodedWhole(metadata) ? shrinkWholeAbovePixels : shrinkAbovePixels;
  const factor = signed ? 1 : Math.ceil(Math.sqrt((width * height) / shrinkAbove));
  if (factor > 1) {
    const side = (length: number) => Math.max(1, Math.round(length / factor));
    pipeline.resize(side(width), side(height), { fit: 'fill', kernel: 'cubic' });
  }
  if (metadata.hasAlpha) {
    if (tiff?.transparency ?? true) pipeline.flatten({ background: '#ffffff' });
    else pipeline.removeAlpha();
  }
  pipeline.toColourspace('srgb').raw({ depth: signed ? 'char' : 'uchar' });
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  return { pixels: threeChannels(data, info.channels), width: info.width, height: info.height };
}

/** Cameras that lose power leave pictures whole but for the end marker: decode those, if nothing else is amiss. */
async function decodeUnendedJpeg(
  input: Uint8Array,
  settings: SharpOptions,
  metadata: Metadata,
  error: unknown,
): Promise<RgbImage> {
  const ended = Buffer.concat([input, Buffer.from([0xff, 0xd9])]);
  return decodePixels(ended, { ...settings, failOn: 'warning' }, metadata, undefined).catch(() => {
    throw error;
  });
}

function threeChannels(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const count = data.byteLength / channels;
  const pixels = new Uint8Array(count * 3);
  // Fewer than three channels are grey (and perhaps one more that says nothing); more are colours and extras.
  const step = channels >= 3 ? 1 : 0;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = data[i * channels + c * step] as number;
  }
  return pixels;
}

/** The decoder's own words go to the details only: they are technical, and libvips mixes in those of other pictures. */
function explained(error: unknown, name: string, early: boolean): unknown {
  if (!(error instanceof Error)) return error;
  const decoder = error.message.split('\n')[0] ?? '';
  const options = { cause: error, details: { format: name, decoder } };
  if (/out of memory|cannot allocate/i.test(error.message)) {
    return new ImageError('IMAGE_TOO_LARGE', noRoomSentence, options);
  }
  if (/Input file is missing/.test(error.message)) {
    return new ImageError('IMAGE_UNREADABLE', 'This file cannot be opened under its present name.', options);
  }
  const reason = early ? `the ${name} ends early` : `the ${name} cannot be decoded`;
  return new ImageError('IMAGE_CORRUPT', `This file is damaged (${reason}).`, options);
}

/**
 * The EXIF orientation (1 to 8) that is still to be applied to decoded rows; 1 where there is none or it is invalid.
 * `tagged` is false for a TIFF without the tag, for which the decoder reports 1.
 */
export function orientationOf(format: DecodableFormat, metadata: Metadata, head: Uint8Array, tagged: boolean): number {
  // An AVIF is turned by its own properties, which the decoder has applied; its EXIF only repeats them.
  if (format === 'avif') {
    const turned = /irot|imir/.test(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1'));
    return turned || metadata.exif !== undefined ? 1 : (xmpOrientation(metadata.xmp) ?? 1);
  }
  const exif = tagged ? metadata.orientation : undefined;
  return validOrientation(exif ?? xmpOrientation(metadata.xmp) ?? 1);
}
