/** @file Why a picture was refused. Thrown by everything in preprocess/, in whichever process decodes pictures. */
import { systemCodeOf, VignetteError, type VignetteErrorOptions } from '../errors.ts';
import type { ForeignFileError } from '../foreignFile.ts';
import { type PointerFile, pointerFileOf, pointerLinkAt } from '../pointerFile.ts';

const imageErrorCodes = [
  /** There is nothing at that path. */
  'IMAGE_NOT_FOUND',
  /** The system does not let us read it. */
  'IMAGE_UNREADABLE',
  /** A folder, a device, a pipe. */
  'IMAGE_NOT_A_FILE',
  /** A file without a byte, or a picture without a pixel. */
  'IMAGE_EMPTY',
  /** Its first bytes are those of no picture format. */
  'IMAGE_NOT_AN_IMAGE',
  /** A picture format, or a variety of one, that is not read here. */
  'IMAGE_UNSUPPORTED',
  /** A format that is read here, but the data are broken. */
  'IMAGE_CORRUPT',
  /** More pixels than the documented limit. */
  'IMAGE_TOO_LARGE',
  /** A pointer to a picture that another program keeps elsewhere, and has not fetched. */
  'IMAGE_NOT_FETCHED',
  /** A process that read it died of it, and so did the next one. */
  'IMAGE_DECODER_CRASHED',
  /** A process that read it took more memory than it may. */
  'IMAGE_DECODER_MEMORY',
  /** A process that read it did not come to an end in time. */
  'IMAGE_DECODER_TIMEOUT',
] as const;
export type ImageErrorCode = (typeof imageErrorCodes)[number];

export function isImageErrorCode(code: string): code is ImageErrorCode {
  return (imageErrorCodes as readonly string[]).includes(code);
}

/** A picture that cannot be used; the message is one sentence for a person and names no path (`details.path` does). */
export class ImageError extends VignetteError {
  override readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, message: string, options: Pick<VignetteErrorOptions, 'cause' | 'details'> = {}) {
    // a network drive, or a file that another program holds at the moment
    const retry = code === 'IMAGE_UNREADABLE' || code === 'IMAGE_NOT_FOUND' ? 'later' : 'never';
    const details = { ...systemCodeOf(options.cause), ...options.details };
    super(code, message, { ...options, details, retry, blames: 'photo' });
    this.code = code;
  }

  /** The same error, with the path of the picture among its details. */
  at(path: string): ImageError {
    return new ImageError(this.code, this.message, { cause: this.cause, details: { ...this.details, path } });
  }
}

/** Why a picture with more pixels than its kind may have is refused. */
export function tooLarge(width: number, height: number, maxPixels: number): ImageError {
  const megapixels = (pixels: number) => Math.round(pixels / 1e6);
  const message = `This picture is too large: ${width} × ${height} is ${megapixels(width * height)} megapixels, and the limit for its kind is ${megapixels(maxPixels)}.`;
  return new ImageError('IMAGE_TOO_LARGE', message, { details: { width, height, maxPixels } });
}

/** Of one that is decoded whole: too large for its kind, or for the memory that there is, which `neededBytes` then tells. */
export function tooLargeToDecode(
  { width, height }: { readonly width: number; readonly height: number },
  { maxPixels, bytesOfPixel }: { readonly maxPixels: number; readonly bytesOfPixel: number },
): ImageError {
  if (width * height > maxPixels) return tooLarge(width, height, maxPixels);
  const details = { width, height, neededBytes: width * height * bytesOfPixel };
  return new ImageError('IMAGE_TOO_LARGE', noRoomSentence, { details });
}

export const noRoomSentence = 'There is not enough memory to open this picture.';

/** Why a file whose first bytes are those of no picture format is refused. */
export function notAPicture(head: Uint8Array): ImageError {
  const pointer = pointerFileOf(head);
  if (pointer !== undefined) return pointerError(pointer);
  return new ImageError('IMAGE_NOT_AN_IMAGE', 'This is not a picture of any kind that Vignette knows.');
}

/** Why something that is no file is refused. */
export function notAFile(error: ForeignFileError): ImageError {
  const what = error.code === 'EISDIR' ? 'is a folder, not a picture' : error.message;
  return new ImageError('IMAGE_NOT_A_FILE', `This ${what}.`, { cause: error });
}

/** Why nothing was found at a path. */
export async function noPictureAt(path: string, cause: unknown): Promise<ImageError> {
  const pointer = await pointerLinkAt(path);
  return pointer === undefined
    ? new ImageError('IMAGE_NOT_FOUND', 'There is no file at this path.', { cause })
    : pointerError(pointer);
}

function pointerError({ kind, fetch }: PointerFile): ImageError {
  const message = `This is a ${kind}, not the photo itself; fetch it with “${fetch}”.`;
  return new ImageError('IMAGE_NOT_FETCHED', message, { details: { pointer: kind } });
}
