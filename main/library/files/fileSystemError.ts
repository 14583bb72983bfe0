/** @file Turns the operating system's error codes into what a person can act on. */
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
