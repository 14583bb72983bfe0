/** @file Turns the operating system's error codes into what a person can act on. */
import { VignetteError } from '../../../native-models/errors.ts';
import { ForeignFileError } from '../../../native-models/foreignFile.ts';

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'you have no permission',
  EPERM: 'the system does not permit it',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  EBUSY: 'another program is using it',
  EAGAIN: 'another program is using it',
  EIO: 'the disk reported a read or write error',
};

export function fileSystemCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return undefined;
}

/** A clause without a full stop, to stand after "…: ". */
export function fileSystemReason(error: unknown): string {
  if (error instanceof ForeignFileError) return `it ${error.message}`;
  const code = fileSystemCode(error);
  const known = code === undefined ? undefined : sentences[code];
  return known ?? (error instanceof Error ? error.message : String(error));
}

/** How the file system's refusal reads where it is met. @param reason a clause without a full stop */
export type RefusalError = (reason: string, cause: unknown) => VignetteError;

/** The file system's errors as what they mean for the work at hand; every other error passes through. */
export async function withReason<T>(action: () => Promise<T>, refusal: RefusalError): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw refused(error, refusal);
  }
}

/** As `withReason`, of an error that was caught already. */
export function refused(error: unknown, refusal: RefusalError): unknown {
  if (error instanceof VignetteError || !isFileSystemError(error)) return error;
  return refusal(fileSystemReason(error), error);
}

/** Others of Node's have codes as well: `ABORT_ERR`, `ERR_INVALID_ARG_TYPE`. */
function isFileSystemError(error: unknown): boolean {
  return /^E[A-Z0-9]+$/.test(fileSystemCode(error) ?? '');
}
