/** @file Says of a file that is no picture what it is instead. Runs in whichever process reads pictures. */
import type { ForeignFileError } from '../foreignFile.ts';
import { type PointerFile, pointerFileOf, pointerLinkAt } from '../pointerFile.ts';
import { ImageError } from './imageError.ts';

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
