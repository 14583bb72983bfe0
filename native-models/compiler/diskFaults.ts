/** @file What a disk can refuse: room, and writing at all. Compiler only. */
import { statfs } from 'node:fs/promises';
import { ModelError } from './modelError.ts';

/** Of the disk that `folder` is on. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Before anything is written. @throws ModelError DISK_FULL when the disk of `folder` has no room for so much */
export async function assertSpace(folder: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (neededBytes <= free) return;
  const gb = (bytes: number) => (bytes / 1e9).toFixed(1);
  const message = `The model needs ${gb(neededBytes)} GB, but only ${gb(free)} GB are free on this disk.`;
  throw new ModelError('DISK_FULL', message, { neededBytes, freeBytes: free });
}

export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** An error of the file system in our terms; anything else as it is. */
export function describeWriteError(error: unknown, folder: string): unknown {
  const code = codeOf(error);
  if (isDiskFull(error)) {
    const message = 'The disk is full. Nothing was kept of the import; make room and start again.';
    return new ModelError('DISK_FULL', message, { folder }, error);
  }
  if (typeof code === 'string' && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return new ModelError('FOLDER_NOT_WRITABLE', `Cannot write to ${folder}.`, { folder }, error);
  }
  return error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
