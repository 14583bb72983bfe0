/** @file The JPEG that a camera put into its raw file, or a program into a file of another kind. Picture process. */
import type { ExifTool } from 'exiftool-vendored';
import * as z from 'zod';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { imageFormatOf } from '../../../native-models/preprocess/imageFormat.ts';
import sharp from '../../../native-models/preprocess/sharp.ts';
import type { LazyExifTool } from '../files/exifTool.ts';
import { orientationOf } from './interpretTags.ts';
import { notReadHere } from './pictureRoute.ts';

/** Long side: a caption of a smaller preview would not be one of the photo. */
export const smallestPreviewPx = 500;
const largestPreviewBytes = 128 * 1024 * 1024;
const smallestPreviewBytes = 256;
/** The first is nearly always the one; a raw file has about three. */
const maxAttempts = 3;

export interface EmbeddedPreview {
  readonly jpeg: Buffer;
  /** Of the raw file: cameras turn neither the sensor's picture nor the preview. */
  readonly orientation: number;
}

const tagsSchema = z.record(z.string(), z.unknown());

/**
 * The largest preview that is a JPEG of a useful size.
 *
 * @throws ImageError IMAGE_UNSUPPORTED where the file has none
 */
export async function embeddedPreview(
  exifTools: LazyExifTool,
  file: string,
  formatName: string,
): Promise<EmbeddedPreview> {
  const exifTool = await exifTools.get();
  const tags = await readTags(
    exifTool,
    file,
    ['-fast', '-a', '-preview:all', '-Orientation#', '-Rotation#'],
    formatName,
  );
  const candidates = Object.entries(tags)
    .map(([key, value]) => ({ key, bytes: binaryBytes(value) }))
    .filter(({ bytes }) => bytes >= smallestPreviewBytes && bytes <= largestPreviewBytes)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, maxAttempts);
  let largestPx = 0;
  for (const { key } of candidates) {
    const found = await readTags(exifTool, file, ['-b', `-${key}`], formatName);
    const jpeg = bytesOf(found[key]);
    const sidePx = jpeg === undefined ? 0 : await longSideOfJpeg(jpeg);
    if (jpeg !== undefined && sidePx >= smallestPreviewPx) {
      return { jpeg, orientation: orientationOf(new Map(Object.entries(tags))) };
    }
    largestPx = Math.max(largestPx, sidePx);
  }
  if (largestPx === 0) throw notReadHere(formatName);
  const message = `This ${formatName} file holds only a preview of ${largestPx} pixels, too small to be captioned; save a copy as JPEG or PNG.`;
  throw new ImageError('IMAGE_UNSUPPORTED', message, { details: { format: formatName, previewPx: largestPx } });
}

async function readTags(
  exifTool: ExifTool,
  file: string,
  readArgs: readonly string[],
  formatName: string,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return tagsSchema.parse(await exifTool.readRaw(file, { readArgs: [...readArgs, '-G1'], useMWG: false }));
  } catch (cause) {
    if (exifTool.ended) throw cause;
    const message = `This file is damaged (the ${formatName} cannot be read).`;
    const exifToolSays = cause instanceof Error ? cause.message : String(cause);
    throw new ImageError('IMAGE_CORRUPT', message, { cause, details: { format: formatName, exifTool: exifToolSays } });
  }
}

/** ExifTool describes what it does not print: “(Binary data 12167 bytes, use -b option to extract)”. */
function binaryBytes(value: unknown): number {
  const found = typeof value === 'string' ? /^\(Binary data (\d+) bytes/.exec(value) : null;
  return Number(found?.[1] ?? 0);
}

function bytesOf(value: unknown): Buffer | undefined {
  const prefix = 'base64:';
  if (typeof value !== 'string' || !value.startsWith(prefix)) return undefined;
  return Buffer.from(value.slice(prefix.length), 'base64');
}

/** 0 for what is no JPEG by its first bytes: whatever else is called a preview, no decoder gets to see it. */
async function longSideOfJpeg(bytes: Buffer): Promise<number> {
  if (imageFormatOf(bytes)?.decodable !== 'jpeg') return 0;
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return Math.max(width, height);
  } catch {
    return 0;
  }
}
