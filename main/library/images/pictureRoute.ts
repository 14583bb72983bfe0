/** @file Which way to a picture's pixels: directly, through the HEIC decoder, or through a preview inside the file. Picture process. */
import type { ByteSource } from '../../../native-models/preprocess/byteSource.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import type { DecodableFormat } from '../../../native-models/preprocess/imageFormat.ts';
import { inspectTiff } from '../../../native-models/preprocess/tiffPicture.ts';
import { type PictureFile, readAt, withPictureFile } from './fileHead.ts';

export type PictureRoute =
  | { readonly kind: 'direct'; readonly format: DecodableFormat; readonly head: Buffer }
  | { readonly kind: 'heif' }
  | { readonly kind: 'preview'; readonly formatName: string };

const heifNames: ReadonlySet<string> = new Set(['HEIC', 'HEIF']);
/** They carry a JPEG of themselves. */
const withPreview = /raw/;

/** @throws ImageError for what is no picture, and for kinds that are not read at all */
export async function pictureRoute(file: string): Promise<PictureRoute> {
  return await withPictureFile(file, 0, async (picture): Promise<PictureRoute> => {
    const { name, decodable } = picture.format;
    if (heifNames.has(name)) return { kind: 'heif' };
    if (decodable === 'tiff') {
      const rawName = await nameOfRaw(picture, file);
      if (rawName !== undefined) return { kind: 'preview', formatName: rawName };
    }
    if (decodable !== null) return { kind: 'direct', format: decodable, head: picture.head };
    if (withPreview.test(name)) return { kind: 'preview', formatName: name };
    throw notReadHere(name);
  });
}

export function notReadHere(formatName: string): ImageError {
  const message = `Vignette cannot read ${formatName} files; save a copy as JPEG or PNG.`;
  return new ImageError('IMAGE_UNSUPPORTED', message, { details: { format: formatName } });
}

/** Phase One's mark after the TIFF header. */
const phaseOneMark = /^(IIII|MMMM)$/;

/** Most camera raw files are TIFFs by their first bytes. What else is wrong with a TIFF, its decoder will say. */
async function nameOfRaw(picture: PictureFile, file: string): Promise<string | undefined> {
  if (phaseOneMark.test(picture.head.toString('latin1', 8, 12))) return 'Phase One raw';
  const source: ByteSource = {
    sizeBytes: picture.sizeBytes,
    input: file,
    read: async (offset, length) =>
      await readAt(picture.handle, offset, Math.max(0, Math.min(length, picture.sizeBytes - offset))),
    close: async () => undefined,
  };
  try {
    await inspectTiff(source);
    return undefined;
  } catch (error) {
    const format = error instanceof ImageError ? error.details.format : undefined;
    return typeof format === 'string' && format.endsWith('raw') ? format : undefined;
  }
}
