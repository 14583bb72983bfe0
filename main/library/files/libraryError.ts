/** @file What can go wrong with photos, folders and outputs. Used by the library and everything above it. */
import { systemCodeOf, VignetteError } from '../../../native-models/errors.ts';

/** Stable codes: scripts and the interface match on them. */
export type LibraryErrorCode =
  | 'PATH_NOT_FOUND'
  | 'PATH_UNREADABLE'
  | 'PATH_NOT_A_FILE'
  | 'PATH_NOT_A_FOLDER'
  | 'PATH_OF_A_PROGRAM'
  | 'PATH_INVALID'
  | 'FOLDER_IN_LIBRARY'
  | 'WATCH_LIMIT_REACHED'
  | 'OUTPUT_NOT_WRITABLE'
  | 'DISK_FULL'
  | 'PICTURE_NOT_FOR_DATASETS'
  | 'SIDECAR_UNREADABLE'
  | 'SIDECAR_UNSAFE'
  | 'EMBED_FORMAT'
  | 'EMBED_LINK'
  | 'EMBED_READ_ONLY'
  | 'EMBED_TOO_LARGE'
  | 'EMBED_SIGNED'
  | 'EMBED_CHANGED'
  | 'EMBED_UNSAFE'
  | 'EMBED_FAILED'
  | 'TEMPLATE_INVALID'
  | 'EXIFTOOL_UNAVAILABLE'
  | 'EXIFTOOL_FAILED';

export class LibraryError extends VignetteError {
  declare readonly code: LibraryErrorCode;

  constructor(
    code: LibraryErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(code, message, { details: { ...systemCodeOf(cause), ...details }, cause });
  }
}
