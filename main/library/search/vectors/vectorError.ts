/** @file What can go wrong with the vectors that photos are found by. Main process, scan workers, CLI. */
import { VignetteError } from '../../../../native-models/errors.ts';
import { fileSystemCode, fileSystemReason } from '../../files/fileSystemError.ts';

/** Stable codes: scripts and the interface match on them. */
export type VectorErrorCode =
  | 'PHOTO_NOT_EMBEDDED'
  | 'VECTORS_DAMAGED'
  | 'VECTORS_DISK_FULL'
  | 'VECTORS_NEWER'
  | 'VECTORS_NOT_WRITABLE'
  | 'VECTORS_UNREADABLE'
  | 'VECTOR_SEARCH_FAILED'
  | 'VECTOR_UNSUITABLE';

export class VectorError extends VignetteError {
  declare readonly code: VectorErrorCode;

  constructor(
    code: VectorErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    const isDisk = code === 'VECTORS_DISK_FULL' || code === 'VECTORS_NOT_WRITABLE';
    super(code, message, { details, cause, blames: isDisk ? 'disk' : 'program' });
  }
}

/** What the file system refused, in our terms; anything else as it is. */
export function vectorErrorOf(error: unknown, folder: string): unknown {
  const code = fileSystemCode(error);
  if (error instanceof VignetteError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `The disk that holds ${folder} is full. What was embedded before is kept; make room and go on.`;
    return new VectorError('VECTORS_DISK_FULL', message, { folder }, error);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const message = `The vectors in ${folder} cannot be written: ${fileSystemReason(error)}.`;
    return new VectorError('VECTORS_NOT_WRITABLE', message, { folder }, error);
  }
  const message = `The vectors in ${folder} cannot be read: ${fileSystemReason(error)}.`;
  return new VectorError('VECTORS_UNREADABLE', message, { folder }, error);
}
